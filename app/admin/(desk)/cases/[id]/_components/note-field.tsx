'use client'

import { useRouter } from 'next/navigation'
import { useRef } from 'react'
import { call } from '@/app/admin/(desk)/_components/call'
import { useCommands } from '@/app/admin/(desk)/_components/commands'
import { useShell } from '@/app/admin/(desk)/_components/desk-shell'
import { Button } from '@/components/ui/button'
import { saveNote } from '../actions'
import { useCase } from './case-desk'

const LIMIT = 4000

/** A note that goes with the decision, or is saved by itself. */
export function NoteField() {
  const { setup, words, draft, change, setProblem } = useCase()
  const { tell } = useShell()
  const router = useRouter()
  const field = useRef<HTMLTextAreaElement>(null)
  useCommands([{ keys: 'W', label: words.keys.note, run: () => field.current?.focus() }])
  async function save() {
    setProblem(null)
    const answer = await call(saveNote, { id: setup.id, text: draft.note })
    if (!answer.ok) return setProblem(answer)
    change({ note: '' })
    tell({ text: words.notes.saved })
    router.refresh()
  }
  return (
    <section>
      <h2>
        <label htmlFor="note">{words.notes.title}</label> <span>{words.notes.lead}</span>
      </h2>
      <textarea
        ref={field}
        id="note"
        className="input mt-1 w-full"
        maxLength={LIMIT}
        aria-describedby="note-hint"
        value={draft.note}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        onChange={(event) => change({ note: event.target.value })}
      />
      <p id="note-hint" className="field-hint">
        {words.notes.hint}
      </p>
      {draft.note.trim() !== '' && (
        <Button type="button" look="text" onClick={() => void save()}>
          {words.notes.save}
        </Button>
      )}
    </section>
  )
}
