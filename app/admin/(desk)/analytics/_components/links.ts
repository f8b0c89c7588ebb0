import type { Analytics } from '@/lib/analytics/types'
import { toAddress } from '@/lib/review/filter-url'
import { QueueFilter } from '@/lib/review/types'

/** The queue that shows what a number counts. */
export function toCases(
  { filter, newerThanHours }: Pick<Analytics, 'filter' | 'newerThanHours'>,
  chosen: Pick<QueueFilter, 'reason' | 'connection'> & { status?: QueueFilter['status'] } = {},
): string {
  const { sandbox } = filter
  const connection = chosen.connection ?? filter.connection
  const queue = QueueFilter.parse({ ...chosen, newerThanHours, sandbox, ...(connection && { connection }) })
  return `/admin/queue?${toAddress(queue)}`
}
