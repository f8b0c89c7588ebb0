import { fill, formatDate } from '@/lib/i18n/format'
import type { Messages } from '@/lib/i18n/messages'
import { NONE, type QueueFilter } from '@/lib/review/types'

export type FilterWords = Messages['desk']['queue']
export type NamedFilter = Exclude<keyof QueueFilter, 'sort'>
export interface FilterChoices
  extends Record<'status' | 'connection' | 'reason' | 'assignee', { value: string; label: string }[]> {
  /** Short names of the months. */
  months: string
}

/** True when this part narrows the queue. */
export function isSet(filter: QueueFilter, name: NamedFilter): boolean {
  const value = filter[name]
  return Array.isArray(value) ? value.length > 0 : value !== undefined
}

/** The parts that narrow the queue, in the order of the filter. */
export function namedFilters(filter: QueueFilter): NamedFilter[] {
  return (Object.keys(filter) as (keyof QueueFilter)[]).filter(
    (name): name is NamedFilter => name !== 'sort' && isSet(filter, name),
  )
}

/** What a part asks for, in words. */
export function sayValue(
  name: NamedFilter,
  filter: QueueFilter,
  choices: FilterChoices,
  { chips, ticks }: FilterWords,
): string {
  const value = filter[name]
  const chosen = (from: readonly { value: string; label: string }[], one: string) =>
    from.find((choice) => choice.value === one)?.label ?? one
  if (name === 'status') return filter.status.map((one) => chosen(choices.status, one)).join(', ')
  if (name === 'connection' || name === 'reason' || name === 'assignee')
    return chosen(choices[name], String(value))
  if (name === 'documents')
    return filter.documents
      .map((mark) => {
        const [type = '', state = ''] = mark.split(':')
        const known = type in ticks ? ticks[type as 'pan'].name : type
        return `${known} ${ticks[state as 'arrived']}`
      })
      .join(', ')
  if (name === 'begunFrom' || name === 'begunTo') return formatDate(String(value), choices.months)
  if (name === 'counted') return chips.countedAs[filter.counted ?? 'left']
  if (name === 'policy' && value === NONE) return chips.none
  if (typeof value === 'boolean') return value ? chips.yes : chips.no
  if (name === 'dueWithinHours' && value === 0) return chips.overdue
  if (typeof value === 'number') return fill(chips.hours, { hours: value })
  if (name === 'holder') return value === 'me' ? chips.me : chips.nobody
  return String(value)
}
