import { fill, formatDate, formatTime } from '@/lib/i18n/format'
import type { TimelineEntry } from '@/lib/review/timeline'
import type { CaseWords } from './setup'

interface Props {
  entries: readonly TimelineEntry[]
  months: string
  words: CaseWords
  /** Short words of our reason codes and states. */
  codes: Readonly<Record<string, string>>
}

/** What happened, by day, newest first: time, margin rule, who did what. */
export function Timeline({ entries, months, words, codes }: Props) {
  const { timeline } = words
  if (entries.length === 0) return <p className="quiet mt-1">{timeline.none}</p>
  return (
    <ol className="timeline">
      {entries.map((entry, place) => {
        const day = formatDate(entry.at, months)
        const isNewDay = place === 0 || formatDate(entries[place - 1]?.at ?? '', months) !== day
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: records may share a time and never move
          <li key={`${entry.at}-${place}`} className={isNewDay ? 'has-day' : undefined}>
            {isNewDay && <span className="timeline-day">{day}</span>}
            <time dateTime={entry.at}>{formatTime(entry.at).slice(0, 5)}</time>
            <p>
              {sayAction(entry, words)} <span className="quiet">{sayRest(entry, words, codes)}</span>
            </p>
          </li>
        )
      })}
    </ol>
  )
}

function sayAction({ action, by }: TimelineEntry, { timeline }: CaseWords): string {
  if (by === 'webhook') return timeline.webhook
  const actions: Readonly<Record<string, string>> = timeline.actions
  return actions[action.replaceAll('.', '_')] ?? action
}

function sayRest(
  { by, colleague, vendor, after, reason, isThisAttempt, action }: TimelineEntry,
  { timeline }: CaseWords,
  codes: Readonly<Record<string, string>>,
): string {
  const who = colleague === null ? timeline.by[by] : colleague.isMe ? timeline.you : colleague.name
  const known = (text: string | null) =>
    text === null
      ? []
      : text
          .split(' ')
          .map((code) => codes[code] ?? (/^[a-z_]+$/.test(code) ? code.replaceAll('_', ' ') : ''))
          .filter((word) => word !== '')
  const isAssigned = action === 'review.assigned'
  return [
    who,
    ...(vendor === null ? [] : [vendor]),
    ...(isAssigned ? [] : known(after)),
    ...known(reason),
    ...(isThisAttempt ? [] : [timeline.other]),
  ].join(', ')
}

/** Sentence of how many passed. */
export function sayPassed(passed: number, all: number, words: CaseWords): string {
  return fill(words.checks.passed, { passed, all })
}
