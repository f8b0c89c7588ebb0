import { type Due, formatSpan, toDue } from '@/app/admin/(desk)/_components/spans'
import { STATUS_MARKS } from '@/app/admin/(desk)/_components/status-mark'
import type { IconName } from '@/components/ui/icon'
import type { MarkTone } from '@/components/ui/mark'
import { REASONS } from '@/lib/checks/reasons'
import { fill } from '@/lib/i18n/format'
import type { Messages } from '@/lib/i18n/messages'
import type { DocumentTick, QueueRowView } from '@/lib/review/queue'

export type QueueWords = Messages['desk']['queue']

export interface Tick {
  letter: string
  tone: 'passed' | 'pending' | 'failed' | 'none'
  sign: IconName | '?'
  say: string
}

/** One row as it is drawn: words, not codes. */
export interface QueueLine {
  id: string
  /** Null when it was never with a reviewer: nothing can be done to it in bulk. */
  version: number | null
  reference: string
  status: { label: string; tone: MarkTone; icon: IconName }
  player: string
  ticks: Tick[]
  why: string
  /** The whole finding in the words of the rules, one sentence each. */
  findings: string[]
  age: string
  due: Due | null
  assignee: string | null
  holder: string | null
  vendor: string
  tags: string[]
}

const TICKS: Record<DocumentTick, { tone: Tick['tone']; sign: Tick['sign'] }> = {
  arrived: { tone: 'passed', sign: 'check' },
  not_accepted: { tone: 'failed', sign: 'x' },
  missing: { tone: 'pending', sign: '?' },
  waiting: { tone: 'none', sign: 'hourglass' },
  not_asked: { tone: 'none', sign: 'minus' },
}

/** A row of the queue in words, as of `now`. */
export function toLine(row: QueueRowView, now: number, words: QueueWords): QueueLine {
  const [first, ...rest] = row.reasons
  const who = (one: QueueRowView['assignee']) =>
    one === null ? null : one.isMe ? words.me : toShortName(one.name)
  return {
    id: row.id,
    version: row.reviewVersion,
    reference: row.reference,
    status: row.isEscalated
      ? { label: words.views.escalated, tone: 'info', icon: 'users' }
      : row.snoozedUntil !== null
        ? { label: words.views.snoozed, tone: 'none', icon: 'clock' }
        : { label: words.statuses[row.status], ...STATUS_MARKS[row.status] },
    player: row.player.kind === 'erased' ? words.erased : row.player.label,
    ticks: (['aadhaar', 'pan', 'driving_licence'] as const).map((type) => {
      const { letter, name } = words.ticks[type]
      const state = row.documents[type]
      return { letter, ...TICKS[state], say: fill(words.ticks.say, { name, state: words.ticks[state] }) }
    }),
    why:
      first === undefined
        ? words.noReason
        : words.why[first] + (rest.length > 0 ? `, ${fill(words.more, { count: rest.length })}` : ''),
    findings: row.reasons.map((reason) => REASONS[reason].staff),
    age: formatSpan(now - Date.parse(row.createdAt), words),
    due: toDue(row.dueAt, now, words),
    assignee: who(row.assignee),
    holder: who(row.holder),
    vendor: row.vendor?.name ?? '',
    tags: row.tags,
  }
}

/** `Arjun N.`: who in a narrow column. */
function toShortName(name: string): string {
  const [first = '', ...rest] = name.split(' ')
  const last = rest.at(-1)
  return last === undefined ? first : `${first} ${last.slice(0, 1)}.`
}
