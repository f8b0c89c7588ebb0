'use client'

import { useEffect, useRef } from 'react'

const EVENTS = ['keydown', 'pointerdown', 'pointermove', 'scroll', 'focus'] as const

/** Tells whether somebody was at this page within `ms`: what asks by itself must not keep a session alive that nobody uses. */
export function useActivity(ms: number): () => boolean {
  const seen = useRef(0)
  useEffect(() => {
    const see = () => {
      seen.current = Date.now()
    }
    see()
    for (const name of EVENTS) window.addEventListener(name, see, { passive: true, capture: true })
    return () => {
      for (const name of EVENTS) window.removeEventListener(name, see, { capture: true })
    }
  }, [])
  return () =>
    typeof document !== 'undefined' &&
    document.visibilityState === 'visible' &&
    Date.now() - seen.current < ms
}
