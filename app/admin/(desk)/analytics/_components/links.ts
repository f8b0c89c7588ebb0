import type { Analytics } from '@/lib/analytics/types'

/** The queue that shows what a number counts; names as in the address of the queue. */
export function toCases(
  { filter, newerThanHours }: Pick<Analytics, 'filter' | 'newerThanHours'>,
  chosen: { status?: readonly string[]; reason?: string; connection?: string } = {},
): string {
  const search = new URLSearchParams()
  if (chosen.status !== undefined) search.set('status', chosen.status.join(','))
  if (chosen.reason !== undefined) search.set('reason', chosen.reason)
  search.set('newer', String(newerThanHours))
  const connection = chosen.connection ?? filter.connection
  if (connection !== undefined) search.set('connection', connection)
  search.set('sandbox', filter.sandbox ? 'yes' : 'no')
  return `/admin/queue?${search.toString().replaceAll('%2C', ',')}`
}
