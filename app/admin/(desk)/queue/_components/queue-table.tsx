'use client'

import type { Route } from 'next'
import Link from 'next/link'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useCommands } from '@/app/admin/(desk)/_components/commands'
import { useShell } from '@/app/admin/(desk)/_components/desk-shell'
import { DueMark } from '@/app/admin/(desk)/_components/due-mark'
import { Ticks } from '@/app/admin/(desk)/_components/ticks'
import { Waiting } from '@/app/admin/(desk)/_components/waiting'
import { Mark } from '@/components/ui/mark'
import { BulkBar, type BulkChoices } from './bulk-bar'
import { COLUMNS, type ColumnKey, type Layout } from './columns'
import type { QueueLine, QueueWords } from './lines'
import { Preview } from './preview'

interface Props {
  lines: readonly QueueLine[]
  layout: Layout
  words: QueueWords
  /** For an act on many cases; null for who may not. */
  bulk: BulkChoices | null
}

/** The rows of a view. Plain links as they come; with script J and K move, Space previews, X chooses. */
export function QueueTable({ lines, layout, words, bulk }: Props) {
  const canSelect = bulk !== null
  const { claimNext, go } = useShell()
  const body = useRef<HTMLTableSectionElement>(null)
  const [at, setAt] = useState(-1)
  const [isPreviewed, setPreviewed] = useState(false)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const current = lines[at]
  const move = (by: number) => {
    const to = Math.min(Math.max(at + by, 0), lines.length - 1)
    body.current?.querySelectorAll<HTMLAnchorElement>('a.who')[to]?.focus()
  }
  const choose = ({ id, version }: QueueLine) => {
    if (version === null) return
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  useCommands([
    { keys: 'J', label: words.keys.next, run: () => move(1), inPalette: false },
    { keys: 'K', label: words.keys.previous, run: () => move(-1), inPalette: false },
    {
      keys: 'Space',
      label: words.keys.previewLong,
      run: () => setPreviewed(current !== undefined && !isPreviewed),
    },
    {
      keys: 'Enter',
      label: words.keys.openLong,
      run: () => current && go(`/admin/cases/${current.id}`),
      inPalette: false,
    },
    ...(canSelect
      ? [{ keys: 'X', label: words.keys.select, run: () => current && choose(current), inPalette: false }]
      : []),
    ...(claimNext === null ? [] : [{ keys: 'N', label: words.claimNext, run: claimNext, inPalette: false }]),
    ...(isPreviewed
      ? [
          {
            keys: 'Escape',
            label: words.preview.close,
            run: () => setPreviewed(false),
            inPalette: false,
          },
        ]
      : []),
  ])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== ' ' || !(event.target instanceof HTMLAnchorElement)) return
    event.preventDefault()
    setPreviewed(!isPreviewed)
  }
  const columns = COLUMNS.filter(({ key }) => layout.columns.includes(key))
  const picked = lines.filter(({ id }) => chosen.has(id))
  const choosable = lines.filter(({ version }) => version !== null)
  const isAllChosen = choosable.length > 0 && choosable.every(({ id }) => chosen.has(id))
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="scroll" aria-label={words.table} tabIndex={0}>
        <table className={layout.isCompact ? 'rows' : 'rows rows-comfortable'}>
          <colgroup>
            {canSelect && <col style={{ width: '44px' }} />}
            {columns.map(({ key, width, isWide }) => (
              <col key={key} style={{ width }} className={isWide ? 'col-wide' : undefined} />
            ))}
          </colgroup>
          <thead>
            <tr>
              {canSelect && (
                <th scope="col" className="cell-tick">
                  <input
                    type="checkbox"
                    className="tick-box"
                    aria-label={words.columns.selectAll}
                    ref={(box) => {
                      if (box !== null) box.indeterminate = chosen.size > 0 && !isAllChosen
                    }}
                    checked={isAllChosen}
                    disabled={choosable.length === 0}
                    onChange={() => setChosen(new Set(isAllChosen ? [] : choosable.map(({ id }) => id)))}
                  />
                </th>
              )}
              {columns.map(({ key, isWide }) => (
                <th key={key} scope="col" className={toClass(key, isWide)}>
                  {words.columns[key]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={body} onKeyDown={onKeyDown}>
            {lines.map((line, place) => (
              <tr
                key={line.id}
                className={place === at || chosen.has(line.id) ? 'is-on' : undefined}
                onFocus={() => setAt(place)}
              >
                {canSelect && (
                  <td className="cell-tick">
                    <input
                      type="checkbox"
                      className="tick-box"
                      aria-label={`${words.columns.select} ${line.reference}`}
                      checked={chosen.has(line.id)}
                      disabled={line.version === null}
                      onChange={() => choose(line)}
                    />
                  </td>
                )}
                {columns.map(({ key, isWide }) => (
                  <td key={key} className={toClass(key, isWide)}>
                    <Cell column={key} line={line} words={words} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {bulk !== null && picked.length > 0 && (
        <BulkBar chosen={picked} clear={() => setChosen(new Set())} choices={bulk} words={words.bulk} />
      )}
      {isPreviewed && current && (
        <Preview line={current} words={words.preview} onClose={() => setPreviewed(false)} />
      )}
    </>
  )
}

const RIGHT: readonly ColumnKey[] = ['age', 'due']

function toClass(key: ColumnKey, isWide: boolean): string | undefined {
  return [RIGHT.includes(key) ? 'r num' : '', isWide ? 'col-wide' : ''].join(' ').trim() || undefined
}

function Cell({ column, line, words }: { column: ColumnKey; line: QueueLine; words: QueueWords }) {
  switch (column) {
    case 'status':
      return (
        <Mark tone={line.status.tone} icon={line.status.icon}>
          {line.status.label}
        </Mark>
      )
    case 'player':
      return (
        <Link className="who" href={`/admin/cases/${line.id}` as Route} prefetch={false}>
          {line.player}
          <span className="sr-only">, {line.reference}</span> <Waiting to={`/admin/cases/${line.id}`} />
        </Link>
      )
    case 'reference':
      return <span className="ref">{line.reference}</span>
    case 'documents':
      return <Ticks ticks={line.ticks} />
    case 'why':
      return <span title={line.why}>{line.why}</span>
    case 'tags':
      return <span className="quiet">{line.tags.join(', ')}</span>
    case 'age':
      return line.age
    case 'due':
      return <DueMark due={line.due} />
    case 'assignee':
      return <Assignee line={line} words={words} />
    case 'vendor':
      return line.vendor
  }
}

function Assignee({ line, words }: { line: QueueLine; words: QueueWords }) {
  if (line.holder !== null)
    return (
      <span title={words.holds}>
        <Mark tone="info" icon="user">
          {line.holder}
          <span className="sr-only">, {words.holds}</span>
        </Mark>
      </span>
    )
  return line.assignee === null ? <span className="quiet">{words.nobody}</span> : line.assignee
}
