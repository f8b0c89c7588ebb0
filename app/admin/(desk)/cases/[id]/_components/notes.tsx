'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { call } from '@/app/admin/(desk)/_components/call'
import { useShell } from '@/app/admin/(desk)/_components/desk-shell'
import { Button } from '@/components/ui/button'
import { fill, formatMoment } from '@/lib/i18n/format'
import type { NoteView } from '@/lib/review/case'
import { changeNote } from '../actions'
import { useCase } from './case-desk'

/** Notes of colleagues, each with its earlier versions; one's own can be changed. */
export function Notes({ notes }: { notes: readonly NoteView[] }) {
  return notes.map((note) => <Note key={note.noteId} note={note} />)
}

function Note({ note }: { note: NoteView }) {
  const { setup, words, setProblem } = useCase()
  const { tell } = useShell()
  const router = useRouter()
  const [text, setText] = useState<string | null>(null)
  const [newest, ...earlier] = note.versions
  if (newest === undefined) return null
  async function save() {
    setProblem(null)
    const answer = await call(changeNote, {
      id: setup.id,
      noteId: note.noteId,
      version: newest?.version ?? 1,
      text: text ?? '',
    })
    if (!answer.ok) return setProblem(answer)
    setText(null)
    tell({ text: words.notes.saved })
    router.refresh()
  }
  const who = (one: typeof newest) =>
    `${one.by?.isMe ? words.timeline.you : (one.by?.name ?? words.conflict.someone)}, ${formatMoment(one.at, setup.months)}`
  return (
    <article className="letter">
      <p className="quiet text-xs">{who(newest)}</p>
      {text === null ? (
        <p className="whitespace-pre-wrap">{newest.text ?? words.notes.hidden}</p>
      ) : (
        <textarea
          className="input"
          aria-label={words.notes.editing}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      {newest.by?.isMe && newest.text !== null && (
        <div className="dialog-foot">
          {text === null ? (
            <Button type="button" look="text" onClick={() => setText(newest.text)}>
              {words.notes.edit}
            </Button>
          ) : (
            <>
              <Button type="button" onClick={() => void save()}>
                {words.notes.save}
              </Button>
              <Button type="button" look="text" onClick={() => setText(null)}>
                {words.notes.cancel}
              </Button>
            </>
          )}
        </div>
      )}
      {earlier.length > 0 && (
        <details>
          <summary className="quiet text-xs">{fill(words.notes.versions, { count: earlier.length })}</summary>
          {earlier.map((one) => (
            <div key={one.version} className="mt-1 border-border border-t pt-1">
              <p className="quiet text-xs">
                {fill(words.notes.version, { version: one.version })}, {who(one)}
              </p>
              <p className="whitespace-pre-wrap">{one.text ?? words.notes.hidden}</p>
            </div>
          ))}
        </details>
      )}
    </article>
  )
}
