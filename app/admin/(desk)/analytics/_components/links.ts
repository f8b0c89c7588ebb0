import type { Analytics } from '@/lib/analytics/types'
import { toAddress } from '@/lib/review/filter-url'
import { QueueFilter } from '@/lib/review/types'

type Chosen = Partial<
  Pick<QueueFilter, 'reason' | 'connection' | 'policy' | 'counted' | 'status' | 'begunFrom' | 'begunTo'>
>

/** The queue that shows exactly what a number counts, by the filter of the page and what the number adds to it. */
export function toCases(
  { filter, from, to }: Pick<Analytics, 'filter' | 'from' | 'to'>,
  chosen: Chosen = {},
): string {
  const { sandbox, connection, policy } = filter
  const given = { begunFrom: from, begunTo: to, sandbox, connection, policy, ...chosen }
  return `/admin/queue?${toAddress(QueueFilter.parse(given))}`
}
