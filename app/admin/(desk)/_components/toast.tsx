'use client'

import { useEffect, useState } from 'react'
import { Icon } from '@/components/ui/icon'
import { fill } from '@/lib/i18n/format'
import { useCommands } from './commands'

export interface ToastMessage {
  /** May hold `{seconds}` while there is an undo. */
  text: string
  undo?: { label: string; run: () => void }
  /** Until when it can be undone, by this browser's clock. */
  until?: number
  /** Called once when the time ran out without undo. */
  onOver?: () => void
  /** It did not go through, and there is no place on the page to say so. */
  isProblem?: boolean
}

const PLAIN_MS = 5000

/** For what succeeded or can be undone, and for an undo that failed; one at a time. A plain one stays while the pointer or focus is on it. */
export function Toast({ message, onGone }: { message: ToastMessage | null; onGone: () => void }) {
  if (message === null) return <div className="toast-region" role="status" />
  return <Shown key={message.text + message.until} message={message} onGone={onGone} />
}

function Shown({ message, onGone }: { message: ToastMessage; onGone: () => void }) {
  const [end] = useState(() => message.until ?? Date.now() + PLAIN_MS)
  const [now, setNow] = useState(() => Date.now())
  const [isHeld, setHeld] = useState(false)
  const { undo, onOver } = message
  const left = Math.max(0, Math.ceil((end - now) / 1000))
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  useEffect(() => {
    if (left > 0 || (isHeld && undo === undefined)) return
    onOver?.()
    onGone()
  }, [left, isHeld, undo, onOver, onGone])
  useCommands(undo === undefined ? [] : [{ keys: 'Z', label: undo.label, run: undo.run }])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer on it only holds it
    <div
      className="toast"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon name={message.isProblem === true ? 'circle-alert' : 'check'} />
      <span role="status">{fill(message.text, { seconds: '' }).replace(/\s+\./, '.')}</span>
      {undo && (
        <>
          <span className="num" aria-hidden="true">
            {left} s
          </span>
          <button
            type="button"
            onClick={() => {
              onGone()
              undo.run()
            }}
          >
            {undo.label} <kbd>Z</kbd>
          </button>
        </>
      )}
    </div>
  )
}
