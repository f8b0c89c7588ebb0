'use client'

import { useEffect, useRef, useState } from 'react'
import type { ReasonCode } from '@/lib/checks/reasons'
import type { DocumentType } from '@/lib/documents/types'
import type { Verdict } from '@/lib/review/types'

/** What is chosen and typed and not sent yet. */
export interface Draft {
  verdict: Verdict | 'escalate' | null
  reasons: ReasonCode[]
  document: DocumentType | null
  note: string
  /** Findings ticked as looked at. */
  looked: string[]
}

const EMPTY: Draft = { verdict: null, reasons: [], document: null, note: '', looked: [] }

/** The draft of one case, kept in this tab, so that a lost claim, a lost line or a reload loses nothing. */
export function useDraft(id: string) {
  const [draft, setDraft] = useState<Draft>(EMPTY)
  const isRead = useRef(false)
  const key = `ante-desk-draft-${id}`
  useEffect(() => {
    const kept = sessionStorage.getItem(key)
    if (kept !== null) setDraft({ ...EMPTY, ...(JSON.parse(kept) as Partial<Draft>) })
    isRead.current = true
  }, [key])
  useEffect(() => {
    if (!isRead.current) return
    if (JSON.stringify(draft) === JSON.stringify(EMPTY)) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify(draft))
  }, [draft, key])
  return {
    draft,
    change: (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part })),
    clear: () => setDraft(EMPTY),
  }
}
