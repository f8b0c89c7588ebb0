import type { Route } from 'next'
import Link from 'next/link'
import { fill } from '@/lib/i18n/format'
import { QUEUE_VIEWS, QueueFilter } from '@/lib/review/types'
import { isSameView, queueHref } from './addresses'
import { type FilterChoices, namedFilters, sayValue } from './filter-words'
import { without } from './filters'
import type { QueueWords } from './lines'

/** Nothing to show: what is true, and the one thing to do about it. */
export function EmptyQueue({
  filter,
  choices,
  isBeyond,
  words,
}: {
  filter: QueueFilter
  choices: FilterChoices
  isBeyond: boolean
  words: QueueWords
}) {
  const { empty } = words
  const isView = QUEUE_VIEWS.some((view) => isSameView(QueueFilter.parse(view.filter), filter))
  return (
    <div className="scroll pad">
      <div className="empty">
        {isBeyond ? (
          <>
            <h2 className="font-semibold">{empty.end}</h2>
            <p>{empty.endText}</p>
            <Link className="btn btn-line" href={queueHref(filter) as Route}>
              {empty.back}
            </Link>
          </>
        ) : isView ? (
          <>
            <h2 className="font-semibold">{empty.title}</h2>
            <p className="mb-0!">{empty.text}</p>
          </>
        ) : (
          <>
            <h2 className="font-semibold">{empty.filtered}</h2>
            <p>{empty.filteredText}</p>
            <div className="flex flex-wrap gap-2">
              {namedFilters(filter).map((name) => (
                <Link
                  key={name}
                  className="chip"
                  href={queueHref(without(filter, name)) as Route}
                  prefetch={false}
                >
                  {fill(empty.drop, {
                    name: words.chips[name],
                    value: sayValue(name, filter, choices, words),
                  })}
                </Link>
              ))}
            </div>
          </>
        )}
      </div>
    </div>
  )
}
