import type { Metadata, Route } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { getMessages } from 'next-intl/server'
import { DeskBar } from '@/app/admin/(desk)/_components/desk-bar'
import { SearchBox } from '@/app/admin/(desk)/_components/search-box'
import { STATUS_MARKS } from '@/app/admin/(desk)/_components/status-mark'
import { Waiting } from '@/app/admin/(desk)/_components/waiting'
import { Mark } from '@/components/ui/mark'
import { requireStaff } from '@/lib/auth/staff-guards'
import { fill, formatDate, formatMoment } from '@/lib/i18n/format'
import { type PlayerFile, readPlayer } from '@/lib/review/players'
import { LinkGraph } from './_components/link-graph'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getMessages()).desk.players.one.title }
}

export default async function PlayerPage({ params }: PageProps<'/admin/players/[id]'>) {
  const { id } = await params
  const staff = await requireStaff('case.view', `/admin/players/${id}`)
  const player = await readPlayer(staff, id)
  if (player === null) notFound()
  const { desk, common } = await getMessages()
  const { one } = desk.players
  const date = (at: string) => formatDate(at, common.months)
  return (
    <>
      <DeskBar title={player.player.label || one.erased} lead={sayStanding(player, one, date)}>
        <span className="push" />
        <SearchBox />
      </DeskBar>
      <div className="scroll pad grid content-start gap-6">
        <section>
          <h2 className="desk-h2">{one.attempts}</h2>
          {player.attempts.length === 0 && <p className="quiet">{one.none}</p>}
          <ul className="lines max-w-5xl">
            {player.attempts.map((attempt) => (
              <li key={attempt.id}>
                <Link className="mono" href={`/admin/cases/${attempt.id}` as Route} prefetch={false}>
                  {attempt.reference} <Waiting to={`/admin/cases/${attempt.id}`} />
                </Link>
                <Mark {...STATUS_MARKS[attempt.status]}>{desk.queue.statuses[attempt.status]}</Mark>
                <span className="min-w-0">
                  {attempt.reasons.map((reason) => desk.queue.why[reason]).join(', ')}
                </span>
                <span className="quiet num whitespace-nowrap">
                  {attempt.vendor?.name} {formatMoment(attempt.createdAt, common.months)},{' '}
                  {attempt.decidedAt === null || attempt.status === 'awaiting_reviewer'
                    ? one.running
                    : fill(one.decided, { date: date(attempt.decidedAt) })}
                </span>
              </li>
            ))}
          </ul>
        </section>
        <section>
          <h2 className="desk-h2 justify-start!">
            {one.links} <span>{one.linksLead}</span>
          </h2>
          {player.links.players.length === 0 ? (
            <div className="empty mt-1.5">
              <b>{one.linksNone}</b>
              <p className="mb-0!">{one.linksNoneText}</p>
            </div>
          ) : (
            <LinkGraph
              label={player.player.label || one.erased}
              links={player.links}
              words={one}
              statuses={desk.queue.statuses}
            />
          )}
        </section>
        <section className="max-w-2xl">
          <h2 className="desk-h2">{one.household}</h2>
          <p className="quiet">{one.householdText}</p>
        </section>
      </div>
    </>
  )
}

type Words = Awaited<ReturnType<typeof getMessages>>['desk']['players']['one']

function sayStanding(
  { createdAt, lastSeenAt, erasedAt }: PlayerFile,
  one: Words,
  date: (at: string) => string,
) {
  return [
    fill(one.since, { date: date(createdAt) }),
    erasedAt === null
      ? fill(one.seen, { date: date(lastSeenAt) })
      : fill(one.erasedOn, { date: date(erasedAt) }),
  ].join(', ')
}
