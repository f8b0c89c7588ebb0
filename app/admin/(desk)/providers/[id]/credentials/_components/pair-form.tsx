'use client'

import { type FormEvent, useState } from 'react'
import { call, type Outcome, type Problem } from '@/app/admin/(desk)/_components/call'
import { useShell } from '@/app/admin/(desk)/_components/desk-shell'
import { ProblemBanner } from '@/app/admin/(desk)/_components/problem'
import { storePair } from '@/app/admin/(desk)/providers/actions'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Field, FieldHint, FieldLabel, Input } from '@/components/ui/field'
import { Icon } from '@/components/ui/icon'
import { fill } from '@/lib/i18n/format'
import type { Messages } from '@/lib/i18n/messages'

type Words = Messages['desk']['providers']['locker']
type Stored = Outcome<{ clientId: string; fingerprint: string }>

/** Codes that the shell's own sentences say better. */
const OF_SHELL: readonly Problem['code'][] = [
  'factor_needed',
  'not_signed_in',
  'forbidden',
  'rate_limited',
  'network',
]

/** Hands id and secret on. The secret leaves the page when it is sent and comes back in no answer. */
export function PairForm({ connection, words }: { connection: string; words: Words }) {
  const { words: shell } = useShell()
  const [isBusy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<Stored | null>(null)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (isBusy) return
    const form = event.currentTarget
    const given = new FormData(form)
    setBusy(true)
    setOutcome(null)
    const answer = await call(storePair, {
      connection,
      clientId: String(given.get('clientId')).trim(),
      clientSecret: String(given.get('clientSecret')),
    })
    if (answer.ok) form.reset()
    setOutcome(answer)
    setBusy(false)
  }

  return (
    <>
      <Result outcome={outcome} words={words} shell={shell} />
      <form onSubmit={submit} autoComplete="off" className="locker-form">
        <Field>
          <FieldLabel htmlFor="clientId">{words.clientId}</FieldLabel>
          <Input
            id="clientId"
            name="clientId"
            required
            maxLength={512}
            spellCheck={false}
            autoComplete="off"
          />
        </Field>
        <Field>
          <FieldLabel htmlFor="clientSecret">{words.clientSecret}</FieldLabel>
          <Input
            id="clientSecret"
            name="clientSecret"
            type="password"
            required
            maxLength={512}
            autoComplete="new-password"
            aria-describedby="secret-hint"
          />
          <FieldHint id="secret-hint">{words.secretHint}</FieldHint>
        </Field>
        <Button look="primary" aria-disabled={isBusy}>
          {isBusy && <Icon name="loader" className="icon-turning" />}
          {isBusy ? words.busy : words.submit}
        </Button>
      </form>
    </>
  )
}

function Result({
  outcome,
  words,
  shell,
}: {
  outcome: Stored | null
  words: Words
  shell: ReturnType<typeof useShell>['words']
}) {
  if (outcome === null) return null
  if (outcome.ok)
    return (
      <div role="status">
        <Banner tone="passed" title={words.stored}>
          <p>{fill(words.storedText, outcome.value)}</p>
        </Banner>
      </div>
    )
  if (OF_SHELL.includes(outcome.code)) return <ProblemBanner problem={outcome} words={shell} />
  const { problems } = words
  const known = outcome.code in problems ? (outcome.code as keyof typeof problems) : 'other'
  return (
    <Banner tone="failed" title={shell.problems.title} alert>
      <p>{problems[known]}</p>
    </Banner>
  )
}
