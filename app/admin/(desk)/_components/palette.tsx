'use client'

import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { Dialog } from '@/components/ui/dialog'
import { Icon } from '@/components/ui/icon'
import { Mark } from '@/components/ui/mark'
import type { Answer } from '@/lib/auth/staff-guards'
import { fill } from '@/lib/i18n/format'
import { call, type Problem } from './call'
import { type Command, useRegistry } from './commands'
import type { ShellWords } from './desk-shell'
import { Keys } from './keys'
import { ProblemBanner } from './problem'

/** One attempt that a search found. */
export interface FoundCase {
  id: string
  reference: string
  /** The player, masked. */
  name: string
  /** Where it stands, in words. */
  status: string
  /** By what, in words. */
  by: string
}
/** What a search came to. */
export interface FoundCases {
  found: FoundCase[]
  isCut: boolean
  problem: 'aadhaar' | 'too_short' | null
}
export type SearchCases = (input: unknown) => Promise<Answer<FoundCases>>

interface Props {
  open: boolean
  setOpen: (open: boolean) => void
  searchCases: SearchCases | null
  /** Opens a page as a link does. */
  go: (href: string) => void
  words: ShellWords
}

/** Commands and search in one place: Ctrl or ⌘ with K, or /. */
export function Palette({ open, setOpen, ...rest }: Props) {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return
      if (document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      setOpen(true)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [setOpen])
  const close = () => setOpen(false)
  return (
    <Dialog open={open} bare title={rest.words.palette.title} closeLabel={rest.words.close} onClose={close}>
      <Body close={close} {...rest} />
    </Dialog>
  )
}

interface Item {
  key: string
  run: () => void
  command?: Command
  found?: FoundCase
  search?: string
}

function Body({ close, searchCases, go, words }: { close: () => void } & Omit<Props, 'open' | 'setOpen'>) {
  const { list } = useRegistry()
  const id = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const [state, setState] = useState<'idle' | 'busy' | FoundCases | Problem>('idle')
  const leave = (then: () => void) => () => {
    close()
    then()
  }
  async function search() {
    if (searchCases === null) return
    setState('busy')
    const answer = await call(searchCases, { text: text.trim() })
    setState(answer.ok ? answer.value : answer)
    setAt(0)
  }
  const items: Item[] = isFound(state)
    ? state.found.map((found) => ({
        key: found.id,
        found,
        run: leave(() => go(`/admin/cases/${found.id}`)),
      }))
    : [
        ...matching(list(), text).map((command) => ({ key: command.keys, command, run: leave(command.run) })),
        ...(searchCases !== null && text.trim().length > 2
          ? [{ key: 'search', search: text.trim(), run: () => void search() }]
          : []),
      ]
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && items.length > 0) {
      event.preventDefault()
      const to = (at + step + items.length) % items.length
      setAt(to)
      document.getElementById(`${id}-${to}`)?.scrollIntoView({ block: 'nearest' })
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      items[at]?.run()
    }
  }
  return (
    <>
      <div className="palette-input">
        <Icon
          name={state === 'busy' ? 'loader' : 'search'}
          className={state === 'busy' ? 'icon-turning' : ''}
        />
        <input
          // biome-ignore lint/a11y/noAutofocus: a dialog that was opened to type in
          autoFocus
          type="text"
          role="combobox"
          aria-label={words.palette.label}
          aria-expanded={items.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={items.length > 0 ? `${id}-${at}` : undefined}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          placeholder={words.palette.placeholder}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setState('idle')
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className="palette-list" role="listbox" id={`${id}-list`} aria-label={words.palette.title}>
        {items.map((item, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are read by the field that names this option
          <div
            key={item.key}
            id={`${id}-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            onMouseMove={() => setAt(place)}
            onClick={item.run}
          >
            <Row item={item} words={words} />
          </div>
        ))}
      </div>
      <div className="palette-note">
        {typeof state === 'object' && !isFound(state) ? (
          <ProblemBanner problem={state} words={words} />
        ) : (
          <p role="status">{sayState(state, items.length, words)}</p>
        )}
      </div>
    </>
  )
}

function isFound(state: 'idle' | 'busy' | FoundCases | Problem): state is FoundCases {
  return typeof state === 'object' && 'found' in state
}

function sayState(state: 'idle' | 'busy' | FoundCases, count: number, { palette }: ShellWords): string {
  if (state === 'busy') return palette.searching
  if (isFound(state)) {
    if (state.problem !== null) return palette.problems[state.problem]
    if (count === 0) return palette.noneFound
    return fill(state.isCut ? palette.cut : palette.found, { count })
  }
  return count === 0 ? palette.none : palette.note
}

function Row({ item: { command, found, search }, words }: { item: Item; words: ShellWords }) {
  if (found)
    return (
      <>
        <span className="mono">{found.reference}</span>
        <b>{found.name}</b>
        <span className="quiet">{found.status}</span>
        <span className="palette-keys">{found.by}</span>
      </>
    )
  if (search !== undefined)
    return (
      <Mark tone="none" icon="search">
        {fill(words.palette.searchFor, { text: search })}
      </Mark>
    )
  return (
    <>
      {command?.label}
      <span className="palette-keys">
        <Keys keys={command?.keys ?? ''} />
      </span>
    </>
  )
}

function matching(commands: readonly Command[], text: string): Command[] {
  const wanted = text.trim().toLowerCase()
  return commands.filter(
    ({ label, inPalette }) => inPalette !== false && label.toLowerCase().includes(wanted),
  )
}
