'use client'

import { useId } from 'react'
import { Dialog } from '@/components/ui/dialog'
import { type Command, useRegistry } from './commands'
import type { ShellWords } from './desk-shell'
import { Keys } from './keys'

/** All keys that work on this page, and the switch that turns single keys off. */
export function Shortcuts({
  open,
  onClose,
  words,
}: {
  open: boolean
  onClose: () => void
  words: ShellWords
}) {
  const { list, on, turn } = useRegistry()
  const id = useId()
  const all = open ? list() : []
  const isEverywhere = ({ keys }: Command) => keys.startsWith('G ') || keys === '/' || keys === '?'
  const everywhere = [
    { keys: 'Ctrl K', label: words.shortcuts.palette, run: () => undefined },
    ...all.filter(isEverywhere),
  ]
  const here = all.filter((command) => !isEverywhere(command))
  return (
    <Dialog open={open} title={words.shortcuts.title} closeLabel={words.close} onClose={onClose}>
      <div className="dialog-body">
        <label className="flex items-start gap-2" htmlFor={id}>
          <input
            id={id}
            type="checkbox"
            className="tick-box"
            checked={on}
            onChange={(event) => turn(event.target.checked)}
          />
          <span>
            {words.shortcuts.on}
            <small className="quiet block">{words.shortcuts.onHint}</small>
          </span>
        </label>
        {here.length > 0 && <List title={words.shortcuts.page} commands={here} />}
        <List title={words.shortcuts.everywhere} commands={everywhere} />
      </div>
    </Dialog>
  )
}

function List({ title, commands }: { title: string; commands: readonly Command[] }) {
  return (
    <section>
      <h3 className="desk-h2">{title}</h3>
      <dl className="shortcut-list">
        {commands.map(({ keys, label }) => [
          <dt key={`${keys}-key`}>
            <span className="sr-only">{keys}</span>
            <Keys keys={keys} />
          </dt>,
          <dd key={keys}>{label}</dd>,
        ])}
      </dl>
    </section>
  )
}
