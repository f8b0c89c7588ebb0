import type { Route } from 'next'
import Link from 'next/link'
import type { ViewCount } from '@/lib/review/queue'
import { COUNT_CAP, QUEUE_VIEWS, QueueFilter } from '@/lib/review/types'
import { isSameView, queueHref } from './addresses'
import type { QueueWords } from './lines'

/** The saved views as tabs, each with how much it holds. */
export function Views({
  filter,
  counts,
  words,
}: {
  filter: QueueFilter
  counts: readonly ViewCount[]
  words: QueueWords
}) {
  const views = QUEUE_VIEWS.map(({ key, filter: own }) => ({
    key,
    filter: QueueFilter.parse(own),
    label: words.views[key as 'mine'],
  }))
  return (
    <nav className="tabs" aria-label={words.views.label}>
      {views.map(({ key, filter: own, label }) => (
        <Link
          key={key}
          className="tab"
          href={queueHref(own) as Route}
          prefetch={false}
          aria-current={isSameView(own, filter) ? 'page' : undefined}
        >
          {label} <Count count={counts.find((one) => one.key === key)?.count ?? 0} />
        </Link>
      ))}
    </nav>
  )
}

function Count({ count }: { count: number }) {
  return <span className="num">{count > COUNT_CAP ? `${COUNT_CAP / 1000}k+` : count}</span>
}
