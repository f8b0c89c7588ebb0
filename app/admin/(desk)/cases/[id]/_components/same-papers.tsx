import { fill } from '@/lib/i18n/format'
import type { PlayerLinks } from '@/lib/review/players'
import type { CaseWords } from './setup'

/** Other accounts with the same papers, whatever became of them: the checks look at verified ones alone. */
export function SamePapers({
  links: { players, edges, isCut },
  words: { why },
  statuses,
}: {
  links: PlayerLinks
  words: CaseWords
  statuses: Readonly<Record<string, string>>
}) {
  return players.map(({ playerId, attemptId, reference, status }, place) => {
    const papers = edges.filter((edge) => edge.playerId === playerId).map(({ reason }) => why.papers[reason])
    return (
      <p key={playerId}>
        <b className="inline!">{fill(why.samePapers, { papers: papers.join(', ') })}</b>{' '}
        <a className="mono" href={`/admin/cases/${attemptId}`}>
          {reference}
        </a>
        , {statuses[status]}
        {isCut && place === players.length - 1 && ` ${why.samePapersMore}`}
      </p>
    )
  })
}
