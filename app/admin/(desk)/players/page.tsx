import type { Metadata, Route } from 'next'
import Link from 'next/link'
import { getMessages } from 'next-intl/server'
import { DeskBar } from '@/app/admin/(desk)/_components/desk-bar'
import { SearchBox } from '@/app/admin/(desk)/_components/search-box'
import { formatSpan } from '@/app/admin/(desk)/_components/spans'
import { STATUS_MARKS } from '@/app/admin/(desk)/_components/status-mark'
import { Waiting } from '@/app/admin/(desk)/_components/waiting'
import { Mark } from '@/components/ui/mark'
import { requireStaff } from '@/lib/auth/staff-guards'
import { fill } from '@/lib/i18n/format'
import { readQueue } from '@/lib/review/queue'
import { QueueFilter } from '@/lib/review/types'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getMessages()).desk.players.title }
}

const NEWEST = QueueFilter.parse({})

export default async function PlayersPage({ searchParams }: PageProps<'/admin/players'>) {
  const cursor = [(await searchParams).at].flat()[0] ?? null
  const staff = await requireStaff('case.view', '/admin/players')
  const { players: words, queue } = (await getMessages()).desk
  const page = await readQueue(staff, NEWEST, cursor)
  const now = Date.parse(page.readAt)
  const href = (at: string) => `/admin/players?at=${encodeURIComponent(at)}` as Route
  return (
    <>
      <DeskBar title={words.title} lead={words.lead}>
        <span className="push" />
        <SearchBox />
      </DeskBar>
      {page.rows.length === 0 ? (
        <div className="scroll pad">
          <div className="empty">
            <b>{words.empty}</b>
            <p className="mb-0!">{words.emptyText}</p>
          </div>
        </div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className="scroll" aria-label={words.table} tabIndex={0}>
          <table className="rows">
            <colgroup>
              {['186px', '110px', '76px', '140px', undefined, '90px'].map((width, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
                <col key={place} style={{ width }} />
              ))}
              <col className="col-wide" style={{ width: '110px' }} />
            </colgroup>
            <thead>
              <tr>
                {(['player', 'reference', 'attempt', 'status', 'why', 'begun', 'vendor'] as const).map(
                  (key) => (
                    <th key={key} scope="col" className={key === 'vendor' ? 'col-wide' : undefined}>
                      {words.columns[key]}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {page.rows.map((row) => (
                <tr key={row.id}>
                  <td>
                    <Link className="who" href={`/admin/players/${row.playerId}` as Route} prefetch={false}>
                      {row.player.label || queue.erased}
                      <span className="sr-only">, {row.reference}</span>{' '}
                      <Waiting to={`/admin/players/${row.playerId}`} />
                    </Link>
                  </td>
                  <td className="ref">{row.reference}</td>
                  <td className="num">{row.attempt}</td>
                  <td>
                    <Mark {...STATUS_MARKS[row.status]}>{queue.statuses[row.status]}</Mark>
                  </td>
                  <td>{row.reasons[0] === undefined ? queue.noReason : queue.why[row.reasons[0]]}</td>
                  <td className="num">{formatSpan(now - Date.parse(row.createdAt), queue)}</td>
                  <td className="col-wide">{row.vendor?.name}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <footer className="statusbar">
        <span className="is-wide">{words.findText}</span>
        <span className="push num">{fill(words.shown, { count: page.rows.length })}</span>
        {page.previous && (
          <Link href={href(page.previous)} prefetch={false} rel="prev">
            {words.newer} <Waiting to="/admin/players" />
          </Link>
        )}
        {page.next && (
          <Link href={href(page.next)} prefetch={false} rel="next">
            {words.older} <Waiting to="/admin/players" />
          </Link>
        )}
      </footer>
    </>
  )
}
