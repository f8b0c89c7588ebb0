import { toAddress } from '@/lib/review/filter-url'
import { QUEUE_VIEWS, QueueFilter } from '@/lib/review/types'

const START = QUEUE_VIEWS[0]?.filter ?? {}

/** What the queue opens with: what is to be reviewed, the most pressing first. */
export const START_FILTER = QueueFilter.parse(START)

/** The address of the queue as `filter` shows it. The whole queue has an address too, since the bare one is the first view. */
export function queueHref(filter: QueueFilter, cursor?: string | null): string {
  const parts = toAddress(filter) || 'all=yes'
  return `/admin/queue?${parts}${cursor ? `&at=${encodeURIComponent(cursor)}` : ''}`
}

/** True when both show the same. */
export function isSameView(one: QueueFilter, two: QueueFilter): boolean {
  return toAddress(one) === toAddress(two)
}
