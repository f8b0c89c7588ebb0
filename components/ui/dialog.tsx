'use client'

import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { Icon } from './icon'

interface Props {
  title: string
  closeLabel: string
  onClose: () => void
  /** Without the head line: the title is only its name. */
  bare?: boolean
  children: ReactNode
}

/**
 * The browser's own modal dialog: it traps focus, begins at the first field, closes with Esc and gives focus back. Mounted only while `open`, so that
 * what stands in it starts anew each time.
 */
export function Dialog({ open, ...props }: Props & { open: boolean }) {
  return open ? <Opened {...props} /> : null
}

function Opened({ title, closeLabel, onClose, bare = false, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    dialog?.querySelector<HTMLElement>('input:not([type="hidden"]), select, textarea')?.focus()
    return () => dialog?.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes it by itself; this is only the click beside it
    <dialog
      ref={ref}
      className="dialog"
      {...(bare ? { 'aria-label': title } : { 'aria-labelledby': id })}
      onClose={() => {
        if (ref.current?.open !== true) onClose()
      }}
      onClick={(event) => {
        if (event.target === ref.current) ref.current?.close()
      }}
    >
      {!bare && (
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" className="icon-btn" onClick={() => ref.current?.close()}>
            <Icon name="x" />
            <span className="sr-only">{closeLabel}</span>
          </button>
        </header>
      )}
      {children}
    </dialog>
  )
}
