import type { Metadata, Route } from 'next'
import Link from 'next/link'
import { getMessages } from 'next-intl/server'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { requireStaff } from '@/lib/auth/staff-guards'
import { fill, formatCount } from '@/lib/i18n/format'
import { listRequestedExports } from '@/lib/review/export'
import { countViews, readQueue, type ViewCount } from '@/lib/review/queue'
import { COUNT_CAP, PERSONS_CAP, QUEUE_VIEWS, QueueFilter } from '@/lib/review/types'
import { may } from '@/lib/staff/permissions'
import type { SignedInStaff } from '@/lib/staff/sessions'
import { DeskBar } from './_components/desk-bar'
import { DueMark } from './_components/due-mark'
import { Health } from './_components/health'
import { SearchBox } from './_components/search-box'
import { formatSpan } from './_components/spans'
import { Waiting } from './_components/waiting'
import { approveExportOf } from './actions'
import { queueHref } from './queue/_components/addresses'
import { ClaimNext } from './queue/_components/claim-next'
import { toLine } from './queue/_components/lines'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getMessages()).desk.shell.home.title }
}

export default async function DeskHome({ searchParams }: PageProps<'/admin'>) {
  const staff = await requireStaff('desk.open', '/admin')
  const { shell, queue } = (await getMessages()).desk
  const done = oneOf(readParam(await searchParams, 'done'), ['approved', 'too_late'] as const, null)
  const seesCases = may(staff.roles, 'case.view')
  return (
    <>
      <DeskBar title={shell.home.title} lead={fill(shell.home.lead, { name: staff.name })}>
        <span className="push" />
        {seesCases && <SearchBox />}
        {may(staff.roles, 'case.claim') && <ClaimNext label={queue.claimNext} />}
      </DeskBar>
      <div className="scroll pad">
        {done !== null && (
          <Banner tone={done === 'approved' ? 'passed' : 'failed'} title={shell.home[done]} alert />
        )}
        <div className="tiles">
          {seesCases ? <Work staff={staff} /> : <p className="quiet">{shell.home.noCases}</p>}
          <section>
            <h2 className="desk-h2">{shell.home.health}</h2>
            <div className="lines">
              <Health words={shell.health} />
            </div>
            <p className="quiet mt-2">{shell.home.healthNote}</p>
          </section>
          {may(staff.roles, 'case.export') && <Exports staff={staff} />}
        </div>
      </div>
    </>
  )
}

const MINE = QueueFilter.parse({ status: ['awaiting_reviewer'], holder: 'me', sort: 'due' })

async function Work({ staff }: { staff: SignedInStaff }) {
  const { shell, queue } = (await getMessages()).desk
  const { home } = shell
  const [mine, counts] = await Promise.all([readQueue(staff, MINE, null), countViews(staff)])
  const now = Date.parse(mine.readAt)
  const open = counts.find(({ key }) => key === 'to_review')
  return (
    <>
      {may(staff.roles, 'case.claim') && (
        <section>
          <h2 className="desk-h2">{home.claimed}</h2>
          {mine.rows.length === 0 ? (
            <div className="empty mt-1.5">
              <b>{home.claimedNone}</b>
              <p className="mb-0!">{home.claimedText}</p>
            </div>
          ) : (
            <ul className="lines">
              {mine.rows
                .map((row) => toLine(row, now, queue))
                .map(({ id, player, reference, why, due }) => (
                  <li key={id}>
                    <span className="min-w-0 py-1.5">
                      <Link href={`/admin/cases/${id}` as Route} prefetch={false}>
                        {player}
                        <Waiting to={`/admin/cases/${id}`} quiet />
                      </Link>{' '}
                      <span className="mono quiet">{reference}</span>
                      <br />
                      {why}
                    </span>
                    <DueMark due={due} />
                  </li>
                ))}
            </ul>
          )}
        </section>
      )}
      <section>
        <h2 className="desk-h2">{home.queues}</h2>
        <ul className="lines">
          {QUEUE_VIEWS.map(({ key, filter }) => {
            const count = counts.find((one) => one.key === key)
            return (
              <li key={key}>
                <Link href={queueHref(QueueFilter.parse(filter)) as Route} prefetch={false}>
                  {queue.views[key as 'mine']}
                  <Waiting to="/admin/queue" quiet />
                </Link>
                <span className="quiet num">
                  {count?.oldestAt != null &&
                    fill(home.oldest, { age: formatSpan(now - Date.parse(count.oldestAt), queue) })}
                </span>
                <b className="num">{formatCount(count?.count ?? 0, COUNT_CAP)}</b>
              </li>
            )
          })}
        </ul>
      </section>
      <section>
        <h2 className="desk-h2">{home.risk}</h2>
        {open !== undefined && <Risk open={open} home={home} />}
      </section>
    </>
  )
}

function Risk({ open, home }: { open: ViewCount; home: { riskNone: string; riskText: string } }) {
  const [overdue, soon] = [open.overdue ?? 0, open.dueSoon ?? 0]
  const say = (count: number) => formatCount(count, COUNT_CAP)
  return (
    <div className="lines pt-2">
      <p className={overdue > 0 ? 'figure num text-failed' : 'figure num'}>{say(overdue + soon)}</p>
      <p className="quiet">
        {overdue + soon === 0
          ? home.riskNone
          : fill(home.riskText, { overdue: say(overdue), soon: say(soon) })}
      </p>
    </div>
  )
}

/** Exports of colleagues that a second lead has to approve. */
async function Exports({ staff }: { staff: SignedInStaff }) {
  const { home } = (await getMessages()).desk.shell
  const waiting = (await listRequestedExports(staff)).filter(
    ({ by, approvedBy }) => by?.isMe !== true && approvedBy === null,
  )
  if (waiting.length === 0) return null
  return (
    <section>
      <h2 className="desk-h2">{home.exports}</h2>
      <ul className="lines">
        {waiting.map(({ id, by, persons }) => (
          <li key={id}>
            {fill(home.exportLine, { name: by?.name ?? '', count: formatCount(persons, PERSONS_CAP) })}
            <form action={approveExportOf}>
              <input type="hidden" name="id" value={id} />
              <Button>{home.approve}</Button>
            </form>
          </li>
        ))}
      </ul>
    </section>
  )
}
