'use client'

import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { call } from '@/app/admin/(desk)/_components/call'
import { useCommands } from '@/app/admin/(desk)/_components/commands'
import { useShell } from '@/app/admin/(desk)/_components/desk-shell'
import { Keys } from '@/app/admin/(desk)/_components/keys'
import { ProblemBanner } from '@/app/admin/(desk)/_components/problem'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Field, FieldLabel, Select } from '@/components/ui/field'
import { Icon, type IconName } from '@/components/ui/icon'
import { fill } from '@/lib/i18n/format'
import type { Verdict } from '@/lib/review/types'
import { decideCase, escalateCase, saveNote, undoDecision } from '../actions'
import { useCase } from './case-desk'
import { readDetail, sayConflict } from './conflict'
import { Letter } from './letter'
import { NoteField } from './note-field'
import { Reasons } from './reasons'

const VERDICTS: readonly { verdict: Verdict | 'escalate'; keys: string; icon: IconName }[] = [
  { verdict: 'approve', keys: 'A', icon: 'check' },
  { verdict: 'resubmission', keys: 'R', icon: 'rotate-ccw' },
  { verdict: 'reject', keys: 'D', icon: 'x' },
  { verdict: 'escalate', keys: 'E', icon: 'users' },
]
const AFTER_MS = [1500, 4000]

/** Verdict, reasons, what the player will read, and one press that can be undone. `look`: the form of a second look instead. */
export function Drawer({ look = null }: { look?: ReactNode }) {
  const { setup, words, hold } = useCase()
  const isForm = setup.block === null && (hold.kind === 'mine' || hold.kind === 'lost')
  return (
    <aside className="drawer" aria-label={words.decide.title}>
      <header>
        <h2>{words.decide.title}</h2>
        {isForm && (
          <span className="quiet">
            {words.decide.lead} <Keys keys="Esc" />
          </span>
        )}
      </header>
      {isForm ? <DecisionForm /> : <Closed look={look} />}
    </aside>
  )
}

/** Why nothing can be decided here now, and what is left to do. */
function Closed({ look }: { look: ReactNode }) {
  const { setup, words, hold, claim, problem, statuses } = useCase()
  const { words: shell, claimNext } = useShell()
  const { claim: say } = words
  const [title, text] =
    setup.block === 'linked'
      ? [say.linked, say.linkedText]
      : setup.block === 'blind'
        ? [say.blind, say.blindText]
        : setup.block === 'barred'
          ? [say.barred, say.barredText]
          : setup.block === 'escalated'
            ? [say.escalated, say.escalatedText]
            : setup.block !== null
              ? [say.closed, fill(say.closedText, { status: setup.statusLabel })]
              : hold.kind === 'other'
                ? [fill(say.taken, { name: hold.name }), say.takenText]
                : [say.needed, say.neededText]
  const canClaim = setup.block === null && hold.kind === 'none'
  return (
    <div className="drawer-body">
      {problem !== null && (
        <ProblemBanner problem={problem} words={shell}>
          {problem.code === 'state_conflict' && (
            <p>{sayConflict(problem.detail, setup.colleagues, words, statuses)}</p>
          )}
        </ProblemBanner>
      )}
      <div className="empty">
        <h3 className="font-semibold">{title}</h3>
        <p>{text}</p>
        {canClaim && (
          <Button type="button" look="primary" onClick={() => void claim()}>
            {say.claim} <Keys keys="C" />
          </Button>
        )}
        {!canClaim && setup.block !== 'blind' && claimNext !== null && (
          <Button type="button" onClick={claimNext}>
            {words.decide.next} <Keys keys="G N" />
          </Button>
        )}
      </div>
      {look}
    </div>
  )
}

type Made = { verdict: Verdict } | null

function DecisionForm() {
  const { setup, words, statuses, hold, version, draft, change, clear, problem, setProblem, claim, lose } =
    useCase()
  const { words: shell, tell } = useShell()
  const router = useRouter()
  const [isBusy, setBusy] = useState(false)
  const [missing, setMissing] = useState<string | null>(null)
  const [made, setMade] = useState<Made>(null)
  const here = useRef(true)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  const { decide: say } = words
  const { verdict } = draft
  const isHeld = hold.kind === 'mine' && made === null
  const choose = (next: Draft['verdict']) => {
    setMissing(null)
    if (next === 'approve' && setup.isNeverApproved) return setMissing(say.never)
    const offered = next === 'reject' || next === 'resubmission' ? setup.reasons[next] : []
    const kept = draft.reasons.filter((code) => offered.some((one) => one.code === code))
    const found = offered.filter(({ isFound }) => isFound).map(({ code }) => code)
    change({
      verdict: next,
      reasons: kept.length > 0 ? kept : found.slice(0, 1),
      document: next === 'resubmission' ? (draft.document ?? setup.suspect) : draft.document,
    })
  }
  async function keepNote(): Promise<boolean> {
    if (draft.note.trim() === '') return true
    const answer = await call(saveNote, { id: setup.id, text: draft.note })
    if (answer.ok) change({ note: '' })
    else setProblem(answer)
    return answer.ok
  }
  async function confirm() {
    if (!isHeld || isBusy || verdict === null) return
    const gap = whatIsMissing(draft, say)
    setMissing(gap)
    setProblem(null)
    if (gap !== null) return
    setBusy(true)
    if (await keepNote()) {
      if (verdict === 'escalate') await hand()
      else await send(verdict)
    }
    setBusy(false)
  }
  async function hand() {
    const answer = await call(escalateCase, { id: setup.id, version })
    if (!answer.ok) return refuse(answer)
    clear()
    tell({ text: say.escalated })
    router.refresh()
  }
  async function send(sent: Verdict) {
    const answer = await call(decideCase, {
      id: setup.id,
      version,
      verdict: sent,
      reasons: sent === 'approve' ? [] : draft.reasons,
      ...(sent === 'resubmission' && draft.document !== null && { document: draft.document }),
    })
    if (!answer.ok) return refuse(answer)
    const { leftMs } = answer.value
    if (leftMs === null) {
      clear()
      tell({ text: say.proposed })
      return router.refresh()
    }
    setMade({ verdict: sent })
    tell({
      text: fill(say.made, { verdict: say.verdicts[sent] }),
      until: Date.now() + leftMs,
      undo: { label: say.undo, run: () => void takeBack() },
      onOver: settle,
    })
  }
  function refuse(answer: NonNullable<typeof problem>) {
    const what = readDetail(answer.detail)
    if (what?.why === 'claim_lost') lose(what.by)
    setProblem(answer)
  }
  async function takeBack() {
    const answer = await call(undoDecision, { id: setup.id })
    setMade(null)
    if (answer.ok) tell({ text: say.undone })
    else setProblem(answer)
    if (here.current) router.refresh()
    else router.push(`/admin/cases/${setup.id}` as never)
  }
  function settle() {
    sessionStorage.removeItem(`ante-desk-draft-${setup.id}`)
    for (const ms of AFTER_MS) setTimeout(() => here.current && router.refresh(), ms)
  }
  useCommands(
    isHeld
      ? [
          ...VERDICTS.map(({ verdict: one, keys }) => ({
            keys,
            label: words.keys[one],
            run: () => choose(one),
          })),
          { keys: 'Escape', label: say.choose, run: () => choose(null), inPalette: false },
        ]
      : [],
  )
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      void confirm()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
  const left = setup.findings.filter((finding) => !draft.looked.includes(finding)).length
  return (
    <>
      <div className="drawer-body">
        {hold.kind === 'lost' && (
          <Banner tone="pending" title={words.claim.lost} alert>
            <p>{hold.name === null ? words.claim.lostText : fill(words.claim.lostBy, { name: hold.name })}</p>
            {hold.name === null && (
              <Button type="button" onClick={() => void claim()}>
                {words.claim.again}
              </Button>
            )}
          </Banner>
        )}
        {problem?.code === 'state_conflict' && hold.kind !== 'lost' && (
          <Banner tone="pending" title={words.conflict.title} alert>
            <p>{sayConflict(problem.detail, setup.colleagues, words, statuses)}</p>
            <Button
              type="button"
              onClick={() => {
                setProblem(null)
                router.refresh()
              }}
            >
              {say.lookAgain}
            </Button>
          </Banner>
        )}
        {problem !== null && problem.code !== 'state_conflict' && (
          <ProblemBanner problem={problem} words={shell} />
        )}
        {made !== null && (
          <Banner tone="info" title={fill(say.waiting, { verdict: say.verdicts[made.verdict] })} />
        )}
        <fieldset className="verdicts" disabled={!isHeld}>
          <legend className="sr-only">{say.verdict}</legend>
          {VERDICTS.map(({ verdict: one, keys, icon }) => (
            <label key={one}>
              <input
                type="radio"
                name="verdict"
                value={one}
                checked={verdict === one}
                onChange={() => choose(one)}
              />
              <Icon name={icon} />
              {say.verdicts[one]}
              <Keys keys={keys} />
            </label>
          ))}
        </fieldset>
        {missing !== null && (
          <p className="field-error" role="alert">
            <Icon name="circle-alert" />
            {missing}
          </p>
        )}
        {verdict === null && <p className="quiet">{say.choose}</p>}
        {verdict === 'approve' && <p className="quiet">{say.noReason}</p>}
        {verdict === 'escalate' && <p className="quiet">{say.escalateText}</p>}
        {(verdict === 'reject' || verdict === 'resubmission') && (
          <Reasons key={verdict} choices={setup.reasons[verdict]} isHeld={isHeld} />
        )}
        {verdict === 'resubmission' && (
          <Field>
            <FieldLabel htmlFor="document">{say.document}</FieldLabel>
            <Select
              id="document"
              value={draft.document ?? ''}
              onChange={(event) => change({ document: event.target.value as typeof draft.document })}
            >
              {draft.document === null && <option value="" />}
              {setup.documents.map(({ type, label }) => (
                <option key={type} value={type}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
        )}
        {verdict !== null && verdict !== 'escalate' && <Letter verdict={verdict} />}
        <NoteField />
        {left > 0 && verdict !== null && <p className="quiet">{fill(say.unchecked, { count: left })}</p>}
      </div>
      <footer>
        <Button
          type="button"
          look="primary"
          aria-disabled={!isHeld || verdict === null || isBusy}
          onClick={() => void confirm()}
        >
          {isBusy ? say.busy : verdict === null ? say.title : say.confirm[verdict]} <Keys keys="Ctrl Enter" />
        </Button>
        {verdict !== 'escalate' && <span className="quiet">{say.undoHint}</span>}
      </footer>
    </>
  )
}

type Draft = ReturnType<typeof useCase>['draft']

function whatIsMissing(
  { verdict, reasons, document }: Draft,
  say: ReturnType<typeof useCase>['words']['decide'],
): string | null {
  if ((verdict === 'reject' || verdict === 'resubmission') && reasons.length === 0) return say.needReason
  return verdict === 'resubmission' && document === null ? say.needDocument : null
}
