import type { Route } from 'next'
import Link from 'next/link'
import { fill } from '@/lib/i18n/format'
import type { Messages } from '@/lib/i18n/messages'
import type { PlayerLinks } from '@/lib/review/players'

type Words = Messages['desk']['players']['one']

interface Props {
  label: string
  links: PlayerLinks
  words: Words
  statuses: Readonly<Record<string, string>>
}

const ROW = 64
const BOX = { width: 190, height: 44 }
const WIDTH = 640

/** This player with the accounts that have the same papers, one line each with what both have; the same as a list below. */
export function LinkGraph({ label, links, words, statuses }: Props) {
  const { players, edges } = links
  const height = players.length * ROW
  const middle = height / 2
  const reasonsOf = (playerId: string) =>
    edges.filter((edge) => edge.playerId === playerId).map(({ reason }) => words.reasons[reason])
  return (
    <>
      <svg
        className="graph"
        viewBox={`0 0 ${WIDTH} ${height}`}
        role="img"
        aria-label={fill(words.graph, { name: label, count: players.length })}
      >
        {players.map(({ playerId, player, reference }, place) => {
          const y = place * ROW + ROW / 2
          return (
            <g key={playerId}>
              <line x1={BOX.width} y1={middle} x2={WIDTH - BOX.width} y2={y} />
              <rect x={WIDTH - BOX.width - 1} y={y - 22} {...BOX} rx="4" />
              <text x={WIDTH - BOX.width + 12} y={y - 3}>
                {player.label || words.erased}
              </text>
              <text x={WIDTH - BOX.width + 12} y={y + 14} className="quiet">
                {reference}
              </text>
              <text x={WIDTH / 2} y={(middle + y) / 2 - 6} textAnchor="middle" className="quiet">
                {reasonsOf(playerId).join(', ')}
              </text>
            </g>
          )
        })}
        <g className="is-self">
          <rect x="1" y={middle - 22} {...BOX} rx="4" />
          <text x="13" y={middle - 3}>
            {label}
          </text>
          <text x="13" y={middle + 14} className="quiet">
            {words.self}
          </text>
        </g>
      </svg>
      <ul className="lines max-w-5xl">
        {players.map(({ playerId, player, reference, attemptId, status }) => (
          <li key={playerId}>
            <Link href={`/admin/players/${playerId}` as Route} prefetch={false}>
              {player.label || words.erased}
            </Link>
            <span>{reasonsOf(playerId).join(', ')}</span>
            <span className="quiet">{statuses[status]}</span>
            <Link className="mono" href={`/admin/cases/${attemptId}` as Route} prefetch={false}>
              {reference}
            </Link>
          </li>
        ))}
        {links.isCut && <li className="quiet">{words.more}</li>}
      </ul>
    </>
  )
}
