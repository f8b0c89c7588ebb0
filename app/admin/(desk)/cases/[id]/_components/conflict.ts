import { fill, formatTime } from '@/lib/i18n/format'
import type { Conflict } from '@/lib/review/types'
import type { CaseWords } from './setup'

/** What stands against a press, in a sentence; the general one for a detail that says nothing. */
export function sayConflict(
  detail: string | undefined,
  colleagues: Readonly<Record<string, string>>,
  { conflict: words, decide }: CaseWords,
  statuses: Readonly<Record<string, string>>,
): string {
  const what = readDetail(detail)
  if (what === null) return words.changed
  const who = (id: string | null) => (id === null ? words.someone : (colleagues[id] ?? words.someone))
  switch (what.why) {
    case 'decided': {
      const verdict = decide.done[what.verdict as keyof typeof decide.done] ?? what.verdict
      const isPending = what.effectiveAt !== null
      const time = formatTime(what.effectiveAt ?? what.at).slice(0, isPending ? 8 : 5)
      return fill(isPending ? words.decidedPending : words.decided, { name: who(what.by), verdict, time })
    }
    case 'moved_on':
      return fill(words.moved_on, { status: statuses[what.status] ?? what.status })
    case 'taken':
      return fill(words.taken, { name: who(what.by) })
    case 'claim_lost':
      return what.by === null ? words.claim_lost : fill(words.taken, { name: who(what.by) })
    default:
      return words[what.why]
  }
}

/** The conflict in the detail of an answer; the server wrote it, so its shape is not looked at again here. */
export function readDetail(detail: string | undefined): Conflict | null {
  try {
    return detail?.startsWith('{') ? (JSON.parse(detail) as Conflict) : null
  } catch {
    return null
  }
}
