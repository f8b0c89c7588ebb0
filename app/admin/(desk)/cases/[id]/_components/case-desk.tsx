'use client'

import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { call, type Problem } from '@/app/admin/(desk)/_components/call'
import { useActivity } from '@/app/admin/(desk)/_components/use-activity'
import { beatCase, claimCase } from '../actions'
import { readDetail } from './conflict'
import type { CaseSetup, CaseWords } from './setup'
import { type Draft, useDraft } from './use-draft'

type Hold =
  | { kind: 'mine' | 'none' }
  | { kind: 'other'; name: string }
  | { kind: 'lost'; name: string | null }

interface CaseDesk {
  setup: CaseSetup
  words: CaseWords
  statuses: Readonly<Record<string, string>>
  hold: Hold
  /** Of the work on the case, as this page last saw it. */
  version: number
  draft: Draft
  change: (part: Partial<Draft>) => void
  clear: () => void
  problem: Problem | null
  setProblem: (problem: Problem | null) => void
  claim: () => Promise<void>
  /** The claim turned out to be somebody else's, or nobody's. */
  lose: (by: string | null) => void
}

const CaseContext = createContext<CaseDesk | null>(null)

/** What the moving parts of a case share. */
export function useCase(): CaseDesk {
  const desk = useContext(CaseContext)
  if (desk === null) throw new Error('no CaseProvider above')
  return desk
}

const BEAT_MS = 60_000
const ATTENDED_MS = 5 * 60_000

/** Holds claim and draft of one case, and says every minute that somebody is at it, as long as somebody is. */
export function CaseProvider({
  setup,
  words,
  statuses,
  children,
}: Pick<CaseDesk, 'setup' | 'words' | 'statuses'> & { children: ReactNode }) {
  const router = useRouter()
  const { draft, change, clear } = useDraft(setup.id)
  const [claimed, setClaimed] = useState(0)
  const [lost, setLost] = useState<{ by: string | null } | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const isAttended = useActivity(ATTENDED_MS)
  const isMine = setup.holder?.isMe === true || claimed > setup.version
  const lose = useCallback((by: string | null) => setLost({ by }), [])
  const claim = useCallback(async () => {
    setProblem(null)
    const answer = await call(claimCase, { id: setup.id })
    if (!answer.ok) return setProblem(answer)
    setLost(null)
    setClaimed(answer.value.version)
    router.refresh()
  }, [setup.id, router])
  useEffect(() => {
    if (!isMine || lost !== null) return
    const timer = setInterval(async () => {
      if (!isAttended()) return
      const answer = await call(beatCase, { id: setup.id })
      const what = answer.ok ? null : readDetail(answer.detail)
      if (what?.why === 'claim_lost') lose(what.by)
    }, BEAT_MS)
    return () => clearInterval(timer)
  }, [isMine, lost, isAttended, setup.id, lose])
  const hold = useMemo<Hold>(() => {
    if (lost !== null)
      return { kind: 'lost', name: lost.by === null ? null : (setup.colleagues[lost.by] ?? null) }
    if (isMine) return { kind: 'mine' }
    return setup.holder === null ? { kind: 'none' } : { kind: 'other', name: setup.holder.name }
  }, [lost, isMine, setup])
  const desk = {
    setup,
    words,
    statuses,
    hold,
    version: Math.max(setup.version, claimed),
    draft,
    change,
    clear,
    problem,
    setProblem,
    claim,
    lose,
  }
  return <CaseContext value={desk}>{children}</CaseContext>
}
