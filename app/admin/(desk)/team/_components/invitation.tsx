'use client'

import type { FormEvent } from 'react'
import { Button } from '@/components/ui/button'
import { Field, FieldLabel, Input } from '@/components/ui/field'
import type { StaffRole } from '@/lib/actor'
import { inviteSomebody } from '../actions'
import { LinkShown, type LinkWords, useLink } from './link-shown'
import { RoleChoices } from './role-choices'

interface Props {
  roles: readonly { role: StaffRole; name: string; does: string }[]
  words: LinkWords & { email: string; roles: string; make: string }
}

/** Makes a one-time link for an address and some roles. */
export function Invitation({ roles, words }: Props) {
  const { made, isBusy, make } = useLink(words)

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    void make(() => inviteSomebody({ email: form.get('email'), roles: form.getAll('roles') }))
  }

  return (
    <form className="fold-form needs-script" onSubmit={submit}>
      <Field>
        <FieldLabel htmlFor="invite-email">{words.email}</FieldLabel>
        <Input
          id="invite-email"
          name="email"
          type="email"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          required
        />
      </Field>
      <RoleChoices legend={words.roles} roles={roles} chosen={['reviewer']} idPrefix="invite" />
      <div>
        <Button aria-disabled={isBusy}>{words.make}</Button>
      </div>
      <LinkShown made={made} words={words} id="invite-link" />
    </form>
  )
}
