import type { Metadata, Route } from 'next'
import { cookies } from 'next/headers'
import Link from 'next/link'
import { getMessages } from 'next-intl/server'
import { DeskBar } from '@/app/admin/(desk)/_components/desk-bar'
import { SearchBox } from '@/app/admin/(desk)/_components/search-box'
import { formatSpan } from '@/app/admin/(desk)/_components/spans'
import { Waiting } from '@/app/admin/(desk)/_components/waiting'
import { Banner } from '@/components/ui/banner'
import { cookieName } from '@/lib/auth/cookies'
import { requireStaff } from '@/lib/auth/staff-guards'
import type { ReasonCode } from '@/lib/checks/reasons'
import { connections } from '@/lib/connections'
import { DOCUMENT_TYPES } from '@/lib/documents/types'
import { fill, formatCount } from '@/lib/i18n/format'
import type { Messages } from '@/lib/i18n/messages'
import { listAssignees } from '@/lib/review/colleagues'
import { parseFilter, toAddress } from '@/lib/review/filter-url'
import { countViews, readQueue, type ViewCount } from '@/lib/review/queue'
import { reasonsFor } from '@/lib/review/reasons'
import { listViews } from '@/lib/review/saved-views'
import { COUNT_CAP, NONE } from '@/lib/review/types'
import { may } from '@/lib/staff/permissions'
import { STATUSES } from '@/lib/verification/types'
import { queueHref, START_FILTER } from './_components/addresses'
import type { BulkChoices } from './_components/bulk-bar'
import { ClaimNext } from './_components/claim-next'
import { readLayout } from './_components/columns'
import { ColumnsMenu } from './_components/columns-menu'
import { EmptyQueue } from './_components/empty-queue'
import { ExportButton } from './_components/export-button'
import type { FilterChoices } from './_components/filter-words'
import { Filters } from './_components/filters'
import { type QueueWords, toLine } from './_components/lines'
import { NewsPill } from './_components/news-pill'
import { QueueTable } from './_components/queue-table'
import { Views } from './_components/views'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getMessages()).desk.queue.title }
}

export default async function QueuePage({ searchParams }: PageProps<'/admin/queue'>) {
  const address = await searchParams
  const { filter, dropped } = readFilter(address)
  const cursor = [address.at].flat()[0] ?? null
  const staff = await requireStaff('case.view', queueHref(filter, cursor))
  const messages = await getMessages()
  const { queue: words } = messages.desk
  const views = await listViews(staff)
  const [page, assignees, counts, [own]] = await Promise.all([
    readQueue(staff, filter, cursor),
    listAssignees(staff),
    countViews(staff, views),
    countViews(staff, [{ key: 'own', filter }]),
  ])
  const now = Date.parse(page.readAt)
  const layout = readLayout((await cookies()).get(cookieName('desk-layout'))?.value)
  const choices = toChoices(assignees, words, messages.common.months)
  return (
    <>
      <DeskBar title={words.title} lead={own && sayLead(own, now, words)}>
        <span className="push" />
        <SearchBox />
        {may(staff.roles, 'case.claim') && <ClaimNext label={words.claimNext} />}
      </DeskBar>
      <Views filter={filter} views={views} counts={counts} words={words} />
      <Filters filter={filter} choices={choices} words={words}>
        <span className="push" />
        <NewsPill address={toAddress(filter)} since={page.readAt} words={words} />
        {may(staff.roles, 'case.export') && <ExportButton address={toAddress(filter)} words={words.export} />}
        <ColumnsMenu layout={layout} words={words} />
      </Filters>
      {dropped.length > 0 && (
        <div className="pad">
          <Banner
            tone="info"
            title={fill(words.chips.dropped, {
              parts: dropped.map(({ name, value }) => `${name}=${value}`).join(', '),
            })}
          />
        </div>
      )}
      {page.rows.length === 0 ? (
        <EmptyQueue filter={filter} choices={choices} isBeyond={cursor !== null} words={words} />
      ) : (
        <QueueTable
          key={page.readAt}
          lines={page.rows.map((row) => toLine(row, now, words))}
          layout={layout}
          words={words}
          bulk={may(staff.roles, 'case.bulk') ? toBulkChoices(assignees, words, messages) : null}
        />
      )}
      <footer className="statusbar">
        {(['J K', 'Space', 'Enter', 'N', '?'] as const).map((keys) => (
          <span key={keys} className="is-wide" aria-hidden="true">
            {keys.split(' ').map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}{' '}
            {words.keys[KEY_WORDS[keys]]}
          </span>
        ))}
        <span className="push">{words.masked}</span>
        <span className="num">{fill(words.shown, { count: page.rows.length })}</span>
        {page.previous && (
          <Link href={queueHref(filter, page.previous) as Route} prefetch={false} rel="prev">
            {words.newer} <Waiting to="/admin/queue" />
          </Link>
        )}
        {page.next && (
          <Link href={queueHref(filter, page.next) as Route} prefetch={false} rel="next">
            {words.older} <Waiting to="/admin/queue" />
          </Link>
        )}
      </footer>
    </>
  )
}

const KEY_WORDS = { 'J K': 'move', Space: 'preview', Enter: 'open', N: 'claim', '?': 'all' } as const

/** The address without any filter is the first view; the whole queue says `all`. */
function readFilter(address: Record<string, string | string[] | undefined>) {
  const parsed = parseFilter(address)
  const isBare = address.all === undefined && toAddress(parsed.filter) === '' && address.sort === undefined
  return isBare ? { ...parsed, filter: START_FILTER } : parsed
}

function toChoices(
  assignees: readonly { id: string; name: string }[],
  words: QueueWords,
  months: string,
): FilterChoices {
  return {
    months,
    status: STATUSES.map((value) => ({ value, label: words.statuses[value] })),
    connection: [
      ...connections().map(({ id, displayName }) => ({ value: id, label: displayName })),
      { value: NONE, label: words.chips.none },
    ],
    reason: Object.entries(words.why).map(([value, label]) => ({ value, label })),
    assignee: [
      { value: 'me', label: words.chips.me },
      { value: 'nobody', label: words.chips.nobody },
      ...assignees.map(({ id, name }) => ({ value: id, label: name })),
    ],
  }
}

function toBulkChoices(
  assignees: readonly { id: string; name: string }[],
  words: QueueWords,
  messages: Messages,
): BulkChoices {
  const labelled = (codes: readonly ReasonCode[]) =>
    codes.map((value) => ({ value, label: words.why[value] }))
  return {
    assignees: assignees.map(({ id, name }) => ({ value: id, label: name })),
    documents: DOCUMENT_TYPES.map((value) => ({ value, label: messages.journey.documents[value] })),
    reject: labelled(reasonsFor('reject')),
    resubmission: labelled(reasonsFor('resubmission')),
  }
}

function sayLead({ count, oldestAt, overdue, dueSoon }: ViewCount, now: number, words: QueueWords): string {
  const say = (many: number) => formatCount(many, COUNT_CAP)
  return [
    fill(words.lead, { count: say(count) }),
    ...(oldestAt === null
      ? []
      : [fill(words.leadOldest, { age: formatSpan(now - Date.parse(oldestAt), words) })]),
    ...(overdue ? [fill(words.leadOverdue, { count: say(overdue) })] : []),
    ...(dueSoon ? [fill(words.leadDue, { count: say(dueSoon) })] : []),
  ].join(', ')
}
