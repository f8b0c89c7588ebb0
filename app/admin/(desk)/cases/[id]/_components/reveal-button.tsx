'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { call, type Problem } from '@/app/admin/(desk)/_components/call'
import { useShell } from '@/app/admin/(desk)/_components/desk-shell'
import { ProblemBanner } from '@/app/admin/(desk)/_components/problem'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, FieldLabel, Input, Select } from '@/components/ui/field'
import { Icon } from '@/components/ui/icon'
import { fill } from '@/lib/i18n/format'
import type { RevealField, RevealReason } from '@/lib/review/types'
import { revealField } from '../actions'
import { useCase } from './case-desk'

const TEXT_LIMIT = 300

/** Asks why, then shows one line whole for five minutes. */
export function RevealButton({ field }: { field: RevealField }) {
  const { setup, words } = useCase()
  const { words: shell } = useShell()
  const router = useRouter()
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState<RevealReason>('compare_documents')
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const name = words.compare.fields[field]
  async function ask() {
    setBusy(true)
    setProblem(null)
    const answer = await call(revealField, {
      id: setup.id,
      field,
      reason,
      ...(text.trim() !== '' && { text: text.trim() }),
    })
    setBusy(false)
    if (!answer.ok) return setProblem(answer)
    setOpen(false)
    router.refresh()
  }
  return (
    <>
      <button
        type="button"
        className="icon-btn"
        title={fill(words.compare.revealField, { field: name })}
        onClick={() => setOpen(true)}
      >
        <Icon name="eye" />
        <span className="sr-only">{fill(words.compare.revealField, { field: name })}</span>
      </button>
      <Dialog
        open={isOpen}
        title={fill(words.reveal.title, { field: name })}
        closeLabel={shell.close}
        onClose={() => setOpen(false)}
      >
        <form
          className="dialog-body"
          onSubmit={(event) => {
            event.preventDefault()
            void ask()
          }}
        >
          {problem !== null && <ProblemBanner problem={problem} words={shell} />}
          <p>{words.reveal.text}</p>
          <Field>
            <FieldLabel htmlFor={`reason-${field}`}>{words.reveal.reason}</FieldLabel>
            <Select
              id={`reason-${field}`}
              value={reason}
              onChange={(event) => setReason(event.target.value as RevealReason)}
            >
              {Object.entries(words.reveal.reasons).map(([one, label]) => (
                <option key={one} value={one}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
          <Field>
            <FieldLabel htmlFor={`text-${field}`}>{words.reveal.more}</FieldLabel>
            <Input
              id={`text-${field}`}
              maxLength={TEXT_LIMIT}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </Field>
          <div className="dialog-foot">
            <Button look="primary" aria-disabled={isBusy}>
              {words.reveal.do}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}

/** Closes what was revealed when its time is over: the server shows it masked again. */
export function RevealEnd({ until }: { until: string }) {
  const router = useRouter()
  useEffect(() => {
    const left = Date.parse(until) - Date.now()
    const timer = setTimeout(() => router.refresh(), Math.max(1000, left + 1000))
    return () => clearTimeout(timer)
  }, [until, router])
  return null
}
