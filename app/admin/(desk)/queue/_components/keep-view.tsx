'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { call, type Problem } from '@/app/admin/(desk)/_components/call'
import { useShell } from '@/app/admin/(desk)/_components/desk-shell'
import { ProblemBanner, sayProblem } from '@/app/admin/(desk)/_components/problem'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, FieldLabel, Input } from '@/components/ui/field'
import { Icon } from '@/components/ui/icon'
import { fill } from '@/lib/i18n/format'
import { forgetView, keepView } from '../actions'
import type { QueueWords } from './lines'

const NAME_LIMIT = 40

/** Makes a tab of the filters of this page, or forgets one's own tab. */
export function KeepView({
  address,
  own,
  isKept,
  words,
}: {
  address: string
  own: { id: string; name: string } | null
  isKept: boolean
  words: QueueWords['views']
}) {
  const { words: shell, tell } = useShell()
  const router = useRouter()
  const [isOpen, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  async function forget(id: string) {
    const answer = await call(forgetView, { id })
    tell(answer.ok ? { text: words.removed } : { text: sayProblem(answer, shell), isProblem: true })
    router.refresh()
  }
  async function keep() {
    setProblem(null)
    setBusy(true)
    const answer = await call(keepView, { name, filter: address })
    setBusy(false)
    if (!answer.ok) return setProblem(answer)
    setOpen(false)
    setName('')
    tell({ text: fill(words.saved, { name }) })
    router.refresh()
  }
  if (own !== null)
    return (
      <button type="button" className="tab" onClick={() => void forget(own.id)}>
        <Icon name="x" />
        {words.remove}
      </button>
    )
  if (isKept) return null
  return (
    <>
      <button type="button" className="tab" onClick={() => setOpen(true)}>
        <Icon name="plus" />
        {words.save}
      </button>
      <Dialog open={isOpen} title={words.saveTitle} closeLabel={shell.close} onClose={() => setOpen(false)}>
        <form
          className="dialog-body"
          onSubmit={(event) => {
            event.preventDefault()
            if (!isBusy) void keep()
          }}
        >
          {problem?.code === 'state_conflict' ? (
            <p className="field-error" role="alert">
              <Icon name="circle-alert" />
              {words.nameTaken}
            </p>
          ) : (
            problem !== null && <ProblemBanner problem={problem} words={shell} />
          )}
          <p>{words.saveText}</p>
          <Field>
            <FieldLabel htmlFor="view-name">{words.saveName}</FieldLabel>
            <Input
              id="view-name"
              required
              maxLength={NAME_LIMIT}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
          <div className="dialog-foot">
            <Button look="primary" aria-disabled={isBusy}>
              {words.saveDo}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
