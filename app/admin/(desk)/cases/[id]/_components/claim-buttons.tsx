'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { call } from '@/app/admin/(desk)/_components/call'
import { useCommands } from '@/app/admin/(desk)/_components/commands'
import { useShell } from '@/app/admin/(desk)/_components/desk-shell'
import { Keys } from '@/app/admin/(desk)/_components/keys'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, FieldLabel, Select } from '@/components/ui/field'
import { releaseCase, snoozeCase, wakeCase } from '../actions'
import { useCase } from './case-desk'

const HOURS = ['4', '24', '72', '168'] as const

/** Claim, or snooze and release, in the head of a case. */
export function ClaimButtons() {
  const { setup, words, hold, version, claim, setProblem } = useCase()
  const { words: shell, tell } = useShell()
  const router = useRouter()
  const [isSnoozing, setSnoozing] = useState(false)
  const [hours, setHours] = useState<string>('24')
  const isMine = hold.kind === 'mine'
  const canClaim = hold.kind !== 'mine' && hold.kind !== 'other' && setup.block === null
  async function act(run: () => ReturnType<typeof call>, said: string) {
    setProblem(null)
    const answer = await run()
    if (!answer.ok) return setProblem(answer)
    tell({ text: said })
    router.refresh()
  }
  const snooze = () => {
    setSnoozing(false)
    void act(
      () => call<unknown>(snoozeCase, { id: setup.id, version, hours: Number(hours) }),
      words.claim.snoozed,
    )
  }
  useCommands([
    ...(canClaim ? [{ keys: 'C', label: words.keys.claim, run: () => void claim() }] : []),
    ...(isMine ? [{ keys: 'S', label: words.keys.snooze, run: () => setSnoozing(true) }] : []),
  ])
  if (setup.block !== null) return null
  return (
    <>
      {setup.isSnoozed && (
        <Button
          type="button"
          onClick={() => void act(() => call<unknown>(wakeCase, { id: setup.id, version }), words.claim.wake)}
        >
          {words.claim.wake}
        </Button>
      )}
      {canClaim && (
        <Button type="button" onClick={() => void claim()}>
          {hold.kind === 'lost' ? words.claim.again : words.claim.claim} <Keys keys="C" />
        </Button>
      )}
      {isMine && (
        <>
          <Button type="button" onClick={() => setSnoozing(true)}>
            {words.claim.snooze} <Keys keys="S" />
          </Button>
          <Button
            type="button"
            onClick={() => void act(() => call<unknown>(releaseCase, { id: setup.id }), words.claim.released)}
          >
            {words.claim.release}
          </Button>
        </>
      )}
      <Dialog
        open={isSnoozing}
        title={words.claim.snoozeTitle}
        closeLabel={shell.close}
        onClose={() => setSnoozing(false)}
      >
        <div className="dialog-body">
          <p>{words.claim.snoozeText}</p>
          <Field>
            <FieldLabel htmlFor="snooze-hours">{words.claim.snoozeFor}</FieldLabel>
            <Select id="snooze-hours" value={hours} onChange={(event) => setHours(event.target.value)}>
              {HOURS.map((value) => (
                <option key={value} value={value}>
                  {words.claim.snoozeHours[value]}
                </option>
              ))}
            </Select>
          </Field>
          <div className="dialog-foot">
            <Button type="button" look="primary" onClick={snooze}>
              {words.claim.snooze}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  )
}
