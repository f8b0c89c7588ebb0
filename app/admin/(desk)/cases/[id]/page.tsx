import type { Metadata, Route } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { getMessages } from 'next-intl/server'
import type { ReactNode } from 'react'
import { DueMark } from '@/app/admin/(desk)/_components/due-mark'
import { formatSpan, toDue } from '@/app/admin/(desk)/_components/spans'
import { STATUS_MARKS } from '@/app/admin/(desk)/_components/status-mark'
import { Waiting } from '@/app/admin/(desk)/_components/waiting'
import { Mark } from '@/components/ui/mark'
import { requireStaff } from '@/lib/auth/staff-guards'
import { fill, formatDate } from '@/lib/i18n/format'
import { type CaseFile, readCase } from '@/lib/review/case'
import { readColleagues } from '@/lib/review/colleagues'
import { may } from '@/lib/staff/permissions'
import { CaseProvider } from './_components/case-desk'
import { toCheckLines } from './_components/check-lines'
import { Checks } from './_components/checks'
import { ClaimButtons } from './_components/claim-buttons'
import { Comparison } from './_components/comparison'
import { Drawer } from './_components/drawer'
import { LookForm } from './_components/look-form'
import { Notes } from './_components/notes'
import type { CaseWords } from './_components/setup'
import { Signatures } from './_components/signatures'
import { sayPassed, Timeline } from './_components/timeline'
import { toSetup } from './_components/to-setup'
import { Why } from './_components/why'

export async function generateMetadata(): Promise<Metadata> {
  return { title: fill((await getMessages()).desk.case.title, { reference: '' }).trim() }
}

export default async function CasePage({ params }: PageProps<'/admin/cases/[id]'>) {
  const { id } = await params
  const staff = await requireStaff('case.view', `/admin/cases/${id}`)
  const file = await readCase(staff, id)
  if (file === null) notFound()
  const [messages, colleagues] = [await getMessages(), await readColleagues(staff)]
  const { case: words, queue } = messages.desk
  const reader = { isLead: staff.roles.includes('lead'), mayDecide: may(staff.roles, 'case.decide') }
  const setup = toSetup(file, reader, colleagues, messages)
  const vendor = file.vendor?.name ?? words.head.none
  const lines = toCheckLines(file.checks, words)
  const { months } = messages.common
  const isReversible = reader.isLead && (file.status === 'approved' || file.status === 'rejected')
  return (
    <CaseProvider setup={setup} words={words} statuses={queue.statuses}>
      <Head file={file} words={words} statusLabel={setup.statusLabel} vendor={vendor}>
        {isReversible && (
          <>
            , <a href={`/admin/tasks?reverse=${id}`}>{messages.desk.tasks.reverse}</a>
          </>
        )}
      </Head>
      <div className="case">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a column that scrolls must be reachable by keyboard */}
        <section className="col" aria-label={words.compare.title} tabIndex={0}>
          <Why file={file} words={words} statuses={queue.statuses} />
          <Comparison
            rows={file.comparison}
            revealed={file.revealed}
            vendor={vendor}
            months={months}
            canReveal={may(staff.roles, 'case.reveal') && !file.isLinked}
            words={words}
          />
          <Signatures documents={file.documents} vendor={vendor} words={words} />
        </section>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a column that scrolls must be reachable by keyboard */}
        <section className="col" aria-label={words.checks.title} tabIndex={0}>
          <section>
            <h2>
              {words.checks.title}
              <span className="num">
                {sayPassed(
                  file.checks.filter(({ outcome }) => outcome === 'pass').length,
                  file.checks.filter(({ outcome }) => outcome !== 'not_applicable').length,
                  words,
                )}
              </span>
            </h2>
            {lines.length === 0 ? <p className="quiet">{words.checks.none}</p> : <Checks lines={lines} />}
          </section>
          <Requests file={file} words={words} months={months} mayDecide={reader.mayDecide} />
          {file.notes.length > 0 && (
            <section>
              <h2>{words.notes.title}</h2>
              <Notes notes={file.notes} />
            </section>
          )}
          <section>
            <h2>
              {words.timeline.title} <span>{words.timeline.lead}</span>
            </h2>
            <Timeline
              entries={file.timeline}
              months={months}
              words={words}
              codes={{ ...queue.statuses, ...queue.why, ...words.compare.sources, ...words.decide.done }}
            />
          </section>
        </section>
        <Drawer look={file.lookId !== null && <LookForm id={file.lookId} found={file.reasons} />} />
      </div>
    </CaseProvider>
  )
}

function Head({
  file,
  words,
  statusLabel,
  vendor,
  children,
}: {
  file: CaseFile
  words: CaseWords
  statusLabel: string
  vendor: string
  children: ReactNode
}) {
  const now = Date.now()
  const { head, span } = words
  const { work } = file
  const holder = work?.holder ?? null
  const held = work?.heldSince == null ? '' : formatSpan(now - Date.parse(work.heldSince), span)
  return (
    <header className="casehead">
      <div>
        <h1>{file.player.kind === 'erased' ? file.reference : file.player.label}</h1>
        <p className="quiet">
          <span className="mono pick-all">{file.reference}</span>,{' '}
          {file.policyVersion === null
            ? fill(head.noPolicy, { attempt: file.attempt })
            : fill(head.line, { attempt: file.attempt, policy: file.policyVersion })}
          {file.sandbox && `, ${head.sandbox}`},{' '}
          <Link href={`/admin/players/${file.playerId}` as Route} prefetch={false}>
            {head.player} <Waiting to={`/admin/players/${file.playerId}`} />
          </Link>
          {children}
        </p>
      </div>
      <dl>
        <div>
          <dt>{head.status}</dt>
          <dd>
            <Mark {...STATUS_MARKS[file.status]}>{statusLabel}</Mark>
          </dd>
        </div>
        <div>
          <dt>{head.due}</dt>
          <dd>
            {work?.isOpen && file.lookId === null ? (
              <DueMark due={toDue(work.dueAt, now, span)} />
            ) : (
              head.closed
            )}
          </dd>
        </div>
        <div>
          <dt>{head.holder}</dt>
          <dd>
            {holder === null
              ? head.nobody
              : holder.isMe
                ? fill(head.you, { age: held })
                : fill(head.other, { name: holder.name, age: held })}
          </dd>
        </div>
        <div>
          <dt>{head.vendor}</dt>
          <dd>{vendor}</dd>
        </div>
      </dl>
      <ClaimButtons />
    </header>
  )
}

/** What the player asks of us about this attempt, in their words. */
function Requests({
  file,
  words,
  months,
  mayDecide,
}: {
  file: CaseFile
  words: CaseWords
  months: string
  mayDecide: boolean
}) {
  const { requests, proposed } = { requests: words.requests, proposed: file.work?.proposed ?? null }
  return (
    <>
      {proposed !== null && (
        <section className="banner tone-info">
          <div>
            {fill(words.proposed, {
              name: proposed.by?.name ?? words.conflict.someone,
              verdict: words.decide.done[proposed.outcome as 'approved'] ?? proposed.outcome,
            })}
          </div>
        </section>
      )}
      {file.requests.length > 0 && (
        <section>
          <h2>{requests.title}</h2>
          {file.requests.map(({ id, kind, state, text, dueAt }) => (
            <article key={id} className="letter">
              <p>
                <b>{requests[kind as 'appeal'] ?? requests.other}</b>{' '}
                <span className="quiet">{fill(requests.due, { date: formatDate(dueAt, months) })}</span>
              </p>
              <p className="whitespace-pre-wrap">{text ?? requests.hidden}</p>
              {mayDecide && state === 'open' && <a href={`/admin/tasks?request=${id}`}>{requests.read}</a>}
            </article>
          ))}
        </section>
      )}
    </>
  )
}
