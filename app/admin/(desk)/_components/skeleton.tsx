'use client'

import { useEffect, useRef, useState } from 'react'
import { type Shape, shapeOf } from './shape-of'

/** A quick page never shows one; one that is seen stays long enough to be seen. */
const LATE_MS = 200
const LEAST_MS = 400
const ROWS = 12

interface Seen {
  shape: Shape
  /** Below what stays: the head of a page that only changes its list. */
  top: number
}

/**
 * Draws the shape of the page that is on its way over the one that is left. Only script draws it, so that without script pages
 * come whole and can be read. `to` is the address on its way, null when there is none.
 */
export function Skeleton({ to, label }: { to: string | null; label: string }) {
  const [seen, setSeen] = useState<Seen | null>(null)
  const since = useRef(0)
  useEffect(() => {
    const wait = to === null ? since.current + LEAST_MS - Date.now() : since.current === 0 ? LATE_MS : 0
    const timer = setTimeout(
      () => {
        since.current = to === null ? 0 : Date.now()
        setSeen(to === null ? null : { shape: shapeOf(to), top: topFor(to) })
      },
      Math.max(0, wait),
    )
    return () => clearTimeout(timer)
  }, [to])
  return (
    <>
      <p className="sr-only" role="status">
        {seen === null ? '' : label}
      </p>
      {seen !== null && (
        <div
          className={`skeleton skeleton-${seen.shape}`}
          style={{ insetBlockStart: seen.top }}
          aria-hidden="true"
        >
          {seen.top === 0 && <i className="skeleton-bar" />}
          {Array.from({ length: ROWS }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: twelve grey bars
            <i key={row} />
          ))}
        </div>
      )}
    </>
  )
}

/** Where the list of this page begins, if it is this page that is read again; the top of all pages otherwise. */
function topFor(to: string): number {
  if (new URL(to, window.location.href).pathname !== window.location.pathname) return 0
  return document.querySelector<HTMLElement>('#page > .scroll')?.offsetTop ?? 0
}
