import type { Route } from 'next'
import Link from 'next/link'
import { Waiting } from '@/app/admin/(desk)/_components/waiting'
import { formatCount } from '@/lib/i18n/format'
import { toAddress } from '@/lib/review/filter-url'
import type { ViewCount } from '@/lib/review/queue'
import type { SavedView } from '@/lib/review/saved-views'
import { COUNT_CAP, type QueueFilter } from '@/lib/review/types'
import { isSameView, queueHref } from './addresses'
import { KeepView } from './keep-view'
import type { QueueWords } from './lines'

/** The views as tabs, each with how much it holds: those that come with the software, then one's own. */
export function Views({
  filter,
  views,
  counts,
  words,
}: {
  filter: QueueFilter
  views: readonly SavedView[]
  counts: readonly ViewCount[]
  words: QueueWords
}) {
  const current = views.find((view) => isSameView(view.filter, filter))
  return (
    <nav className="tabs" aria-label={words.views.label}>
      {views.map((view) => (
        <Link
          key={view.key}
          className="tab"
          href={queueHref(view.filter) as Route}
          prefetch={false}
          aria-current={view === current ? 'page' : undefined}
        >
          {view.name ?? words.views[view.key as 'mine']}{' '}
          <span className="num">
            {formatCount(counts.find((one) => one.key === view.key)?.count ?? 0, COUNT_CAP)}
          </span>
          <Waiting to={queueHref(view.filter)} />
        </Link>
      ))}
      <KeepView
        address={toAddress(filter)}
        own={current?.name == null ? null : { id: current.key, name: current.name }}
        isKept={current !== undefined}
        words={words.views}
      />
    </nav>
  )
}
