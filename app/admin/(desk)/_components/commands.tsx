'use client'

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'

/** Something that a key or the palette does. `keys` as they are printed: `G Q`, `J`, `Space`, `?`. */
export interface Command {
  keys: string
  label: string
  run: () => void
  /** False for what makes no sense without the key, such as moving by one row. */
  inPalette?: boolean
}

interface Registry {
  register: (group: string, commands: readonly Command[]) => () => void
  list: () => Command[]
  on: boolean
  turn: (on: boolean) => void
}

const Commands = createContext<Registry | null>(null)
const SEQUENCE_MS = 1200
const STORED = 'ante-desk-keys'

/** Knows every command of the page that is open, and runs them by key. Single keys can be turned off (WCAG 2.1.4). */
export function CommandsProvider({ children }: { children: ReactNode }) {
  const groups = useRef(new Map<string, readonly Command[]>())
  const [on, setOn] = useState(true)
  useEffect(() => setOn(localStorage.getItem(STORED) !== 'off'), [])
  const register = useCallback((group: string, commands: readonly Command[]) => {
    groups.current.set(group, commands)
    return () => {
      groups.current.delete(group)
    }
  }, [])
  const list = useCallback(() => [...groups.current.values()].flat(), [])
  const turn = useCallback((to: boolean) => {
    localStorage.setItem(STORED, to ? 'on' : 'off')
    setOn(to)
  }, [])
  useEffect(() => (on ? listen(list) : undefined), [on, list])
  const registry = useMemo(() => ({ register, list, on, turn }), [register, list, on, turn])
  return <Commands value={registry}>{children}</Commands>
}

/** All commands and whether single keys work. */
export function useRegistry(): Registry {
  const registry = useContext(Commands)
  if (registry === null) throw new Error('no CommandsProvider above')
  return registry
}

/** Offers `commands` while the component is on the page. */
export function useCommands(commands: readonly Command[]): void {
  const { register } = useRegistry()
  const group = useId()
  useEffect(() => register(group, commands))
}

function listen(list: () => Command[]): () => void {
  let pending = ''
  let pendingUntil = 0
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.target instanceof Element && isBusy(event.target, event.key)) return
    const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key
    const typed = Date.now() < pendingUntil ? `${pending} ${key}` : key
    pending = ''
    pendingUntil = 0
    const commands = list()
    const hit = commands.find(({ keys }) => keys === typed)
    if (hit) {
      event.preventDefault()
      hit.run()
    } else if (commands.some(({ keys }) => keys.startsWith(`${typed} `))) {
      pending = typed
      pendingUntil = Date.now() + SEQUENCE_MS
    }
  }
  window.addEventListener('keydown', onKey)
  return () => window.removeEventListener('keydown', onKey)
}

/** True while somebody types, a dialog is open, or the key means something to the control that has focus. */
function isBusy(target: Element, key: string): boolean {
  if (document.querySelector('dialog[open]') !== null) return true
  if (target.closest('textarea, select, [contenteditable="true"]') !== null) return true
  const input = target.closest('input')
  if (input !== null && !['checkbox', 'radio'].includes(input.type)) return true
  const isControl = target.closest('a, button, summary, input') !== null
  return isControl && [' ', 'Enter', 'Escape'].includes(key) && key !== 'Escape'
}
