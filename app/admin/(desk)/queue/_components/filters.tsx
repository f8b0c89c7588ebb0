import type { Route } from 'next'
import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { Waiting } from '@/app/admin/(desk)/_components/waiting'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { fill } from '@/lib/i18n/format'
import { QUEUE_SORTS, type QueueFilter } from '@/lib/review/types'
import { queueHref } from './addresses'
import {
  type FilterChoices,
  type FilterWords,
  isSet,
  type NamedFilter,
  namedFilters,
  sayValue,
} from './filter-words'

/** Chips of what narrows the queue, each a link that drops it, and menus of what else may. Works without script. */
export async function Filters({
  filter,
  choices,
  words,
  children,
}: {
  filter: QueueFilter
  choices: FilterChoices
  words: FilterWords
  children: ReactNode
}) {
  const set = namedFilters(filter)
  const chipped = ['status', 'connection', 'reason', 'assignee'] as const
  return (
    <section className="filters" aria-label={words.chips.label}>
      {chipped.map((name) => (
        <ChipMenu key={name} name={name} filter={filter} choices={choices} words={words} />
      ))}
      {set
        .filter((name) => !(chipped as readonly string[]).includes(name))
        .map((name) => (
          <Dropped key={name} name={name} filter={filter} choices={choices} words={words} />
        ))}
      <details className="menu">
        <summary className="chip chip-add">
          <Icon name="plus" />
          {words.chips.add}
        </summary>
        <MoreFilters filter={filter} words={words} />
      </details>
      <details className="menu">
        <summary className="chip">
          <span className="chip-key">{words.chips.sort}</span> {words.chips[filter.sort]}
          <Icon name="chevron-down" />
        </summary>
        <div className="menu-body">
          {QUEUE_SORTS.map((sort) => (
            <Choice key={sort} href={queueHref({ ...filter, sort })} isOn={filter.sort === sort}>
              {words.chips[sort]}
            </Choice>
          ))}
        </div>
      </details>
      {children}
    </section>
  )
}

interface Part {
  filter: QueueFilter
  choices: FilterChoices
  words: FilterWords
}

function Dropped({ name, filter, choices, words }: Part & { name: NamedFilter }) {
  return (
    <Link
      className="chip chip-on"
      href={queueHref(without(filter, name)) as Route}
      prefetch={false}
      title={fill(words.chips.remove, { name: words.chips[name] })}
    >
      <span className="chip-key">{words.chips[name]}</span> {sayValue(name, filter, choices, words)}
      <Icon name="x" />
      <Waiting to="/admin/queue" quiet />
    </Link>
  )
}

function ChipMenu({ name, ...part }: Part & { name: 'status' | 'connection' | 'reason' | 'assignee' }) {
  const { filter, choices, words } = part
  const set = isSet(filter, name)
  if (set && name !== 'status') return <Dropped name={name} {...part} />
  return (
    <details className="menu">
      <summary className={set ? 'chip chip-on' : 'chip'}>
        <span className="chip-key">{words.chips[name]}</span>{' '}
        {set ? sayValue(name, filter, choices, words) : <span className="is-wide">{words.chips.any}</span>}
        <Icon name="chevron-down" />
      </summary>
      <div className="menu-body">
        {set && (
          <Choice href={queueHref(without(filter, name))} isOn={false}>
            {words.chips.any}
          </Choice>
        )}
        {choices[name].map(({ value, label }) => {
          const isOn = name === 'status' && filter.status.some((one) => one === value)
          const next =
            name === 'status'
              ? {
                  ...filter,
                  status: isOn
                    ? filter.status.filter((one) => one !== value)
                    : [...filter.status, value as QueueFilter['status'][number]],
                }
              : { ...filter, [name]: value }
          return (
            <Choice key={value} href={queueHref(next)} isOn={isOn}>
              {label}
            </Choice>
          )
        })}
      </div>
    </details>
  )
}

function Choice({ href, isOn, children }: { href: string; isOn: boolean; children: ReactNode }) {
  return (
    <Link className="menu-item" href={href as Route} prefetch={false} aria-current={isOn || undefined}>
      {isOn ? <Icon name="check" /> : <span className="w-[1.15em]" />}
      {children}
      <Waiting to="/admin/queue" />
    </Link>
  )
}

/** What is rarer: a form that goes to the same page, with what is set already kept. */
async function MoreFilters({ filter, words }: Pick<Part, 'filter' | 'words'>) {
  const t = await getTranslations('journey.documents')
  const hours = ['olderThanHours', 'newerThanHours', 'dueWithinHours'] as const
  const flags = ['snoozed', 'escalated', 'sandbox'] as const
  const parameter = {
    olderThanHours: 'older',
    newerThanHours: 'newer',
    dueWithinHours: 'due',
    begunFrom: 'from',
    begunTo: 'to',
  } as const
  const kept = new URL(queueHref(filter), 'http://desk.invalid').searchParams
  for (const name of [
    'older',
    'newer',
    'due',
    'from',
    'to',
    'snoozed',
    'escalated',
    'sandbox',
    'documents',
    'tag',
    'holder',
  ])
    kept.delete(name)
  return (
    <form className="menu-body w-72 gap-2 p-3" action="/admin/queue" method="get">
      {[...kept].map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <input type="hidden" name="all" value="yes" />
      {hours.map((name) => (
        <label key={name} className="flex items-center gap-2">
          <span className="flex-1">{words.chips[name]}</span>
          <input
            className="input w-20!"
            type="number"
            min="0"
            max="100000"
            name={parameter[name]}
            defaultValue={filter[name] ?? ''}
          />
          <span className="quiet">{words.chips.hoursHint}</span>
        </label>
      ))}
      {(['begunFrom', 'begunTo'] as const).map((name) => (
        <label key={name} className="flex items-center gap-2">
          <span className="flex-1">{words.chips[name]}</span>
          <input
            className="input w-36!"
            type="date"
            name={parameter[name]}
            defaultValue={filter[name] ?? ''}
          />
        </label>
      ))}
      {flags.map((name) => (
        <label key={name} className="flex items-center gap-2">
          <span className="flex-1">{words.chips[name]}</span>
          <select
            className="input w-32!"
            name={name}
            defaultValue={filter[name] === undefined ? '' : filter[name] ? 'yes' : 'no'}
          >
            <option value="">{words.chips.any}</option>
            <option value="yes">{words.chips.yes}</option>
            <option value="no">{words.chips.no}</option>
          </select>
        </label>
      ))}
      <label className="flex items-center gap-2">
        <span className="flex-1">{words.chips.holder}</span>
        <select className="input w-32!" name="holder" defaultValue={filter.holder ?? ''}>
          <option value="">{words.chips.any}</option>
          <option value="me">{words.chips.me}</option>
          <option value="nobody">{words.chips.nobody}</option>
        </select>
      </label>
      <label className="flex items-center gap-2">
        <span className="flex-1">{words.chips.documents}</span>
        <select className="input w-32!" name="documents" defaultValue={filter.documents[0] ?? ''}>
          <option value="">{words.chips.any}</option>
          {(['aadhaar', 'pan', 'driving_licence'] as const).flatMap((type) =>
            (['arrived', 'missing', 'not_accepted'] as const).map((state) => (
              <option key={`${type}:${state}`} value={`${type}:${state}`}>
                {t(type)} {words.ticks[state]}
              </option>
            )),
          )}
        </select>
      </label>
      <label className="flex items-center gap-2">
        <span className="flex-1">{words.chips.tag}</span>
        <input
          className="input w-32!"
          name="tag"
          pattern="[a-z0-9\-]{1,32}"
          defaultValue={filter.tag ?? ''}
        />
      </label>
      <Button look="primary">{words.chips.apply}</Button>
    </form>
  )
}

/** The filter with one part dropped. */
export function without(filter: QueueFilter, name: NamedFilter): QueueFilter {
  if (name === 'status' || name === 'documents') return { ...filter, [name]: [] }
  const { [name]: _, ...rest } = filter
  return rest
}
