'use client'

import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser'
import { type MouseEvent, useState } from 'react'
import { Button, type ButtonLook } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import type { Answer } from '@/lib/auth/staff-guards'
import type { PasskeyOutcome, StaffProblem } from '@/lib/staff/types'

export interface PasskeyWords {
  label: string
  waiting: string
  /** The person closed the browser's window, or let it run out. */
  cancelled: string
  /** This authenticator is known already. */
  known: string
  unsupported: string
  other: string
  problems: Readonly<Record<StaffProblem, string>>
}

/** What goes along with both calls: the same for every press, or read from fields of the form around the button. */
type Along = Readonly<Record<string, string>>

type Ceremony =
  | {
      kind: 'show'
      ask: (input: Along) => Promise<Answer<PublicKeyCredentialRequestOptionsJSON>>
      answer: (input: object) => Promise<Answer<PasskeyOutcome>>
    }
  | {
      kind: 'make'
      ask: (input: Along) => Promise<Answer<PublicKeyCredentialCreationOptionsJSON>>
      answer: (input: object) => Promise<Answer<PasskeyOutcome>>
    }

interface Props {
  ceremony: Ceremony
  /** Sent with the question and with the answer. */
  along?: Along
  /** Sent with the answer alone. */
  then?: Along
  /** Names of fields of the form around the button whose values go along; they must be valid first. */
  fields?: readonly string[]
  look?: ButtonLook
  words: PasskeyWords
}

/** Shows or makes a passkey. Hidden by the style sheet where scripts do not run. */
export function PasskeyButton({ ceremony, along = {}, then = {}, fields = [], look = 'line', words }: Props) {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)

  async function press(event: MouseEvent<HTMLButtonElement>) {
    const read = readFields(event.currentTarget.form, fields)
    if (read === null) return
    setProblem(null)
    if (!browserSupportsWebAuthn()) return setProblem(words.unsupported)
    setBusy(true)
    const outcome = await hold(ceremony, { ...along, ...read }, then, words)
    if ('go' in outcome) return window.location.assign(outcome.go)
    setProblem(outcome.said)
    setBusy(false)
  }

  return (
    <div className="passkey">
      {problem !== null && (
        <p className="field-error" role="alert">
          <Icon name="circle-alert" />
          <span>{problem}</span>
        </p>
      )}
      <Button type="button" look={look} onClick={press} aria-disabled={isBusy} data-busy={isBusy}>
        <Icon
          name={isBusy ? 'loader' : 'fingerprint-pattern'}
          className={isBusy ? 'icon-turning' : undefined}
        />
        {isBusy ? words.waiting : words.label}
      </Button>
    </div>
  )
}

/** Values of fields of a form; null when one is not valid, which the browser then says. */
function readFields(form: HTMLFormElement | null, names: readonly string[]): Record<string, string> | null {
  const values: Record<string, string> = {}
  for (const name of names) {
    const field = form?.elements.namedItem(name)
    if (!(field instanceof HTMLInputElement) || !field.reportValidity()) return null
    values[name] = field.value
  }
  return values
}

async function hold(ceremony: Ceremony, along: Along, then: Along, words: PasskeyWords) {
  try {
    const answer = await speak(ceremony, along, then)
    if (!answer.ok) return { said: answer.code === 'rate_limited' ? words.problems.too_many : words.other }
    return 'go' in answer.value ? answer.value : { said: words.problems[answer.value.problem] }
  } catch (error) {
    if (error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED')
      return { said: words.known }
    const isCancelled = error instanceof Error && ['NotAllowedError', 'AbortError'].includes(error.name)
    return { said: isCancelled ? words.cancelled : words.other }
  }
}

async function speak(ceremony: Ceremony, along: Along, then: Along): Promise<Answer<PasskeyOutcome>> {
  if (ceremony.kind === 'show') {
    const asked = await ceremony.ask(along)
    if (!asked.ok) return asked
    const answer = await startAuthentication({ optionsJSON: asked.value })
    return ceremony.answer({ ...along, ...then, answer })
  }
  const asked = await ceremony.ask(along)
  if (!asked.ok) return asked
  const answer = await startRegistration({ optionsJSON: asked.value })
  return ceremony.answer({ ...along, ...then, answer })
}
