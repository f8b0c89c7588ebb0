'use client'

import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { call, type Problem } from '@/app/admin/(desk)/_components/call'
import { useShell } from '@/app/admin/(desk)/_components/desk-shell'
import { ProblemBanner, sayProblem } from '@/app/admin/(desk)/_components/problem'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, FieldHint, FieldLabel, Input, Select } from '@/components/ui/field'
import { fill } from '@/lib/i18n/format'
import type { BulkPreview } from '@/lib/review/types'
import { beginBulk, previewBulk, undoBulk } from '../actions'
import type { QueueLine, QueueWords } from './lines'

type Choice = { value: string; label: string }
/** What an act on many cases may be given. */
export type BulkChoices = Record<'assignees' | 'documents' | 'reject' | 'resubmission', readonly Choice[]>
const KINDS = ['assign', 'tag', 'resubmission', 'reject'] as const
type Kind = (typeof KINDS)[number]
/** The worker takes it up, or, three seconds later, the sweeper. */
const AFTER_MS = [1500, 5000]

interface Props {
  chosen: readonly QueueLine[]
  clear: () => void
  choices: BulkChoices
  words: QueueWords['bulk']
}

/** One act on the chosen rows: seen before it happens, undone within its time. Nobody approves here. */
export function BulkBar({ chosen, clear, choices, words }: Props) {
  const [kind, setKind] = useState<Kind | null>(null)
  const { words: shell } = useShell()
  return (
    <section className="bulk" aria-label={words.label}>
      <b className="num" role="status">
        {fill(words.selected, { count: chosen.length })}
      </b>
      {KINDS.map((one) => (
        <Button key={one} type="button" onClick={() => setKind(one)}>
          {words[one]}
        </Button>
      ))}
      <Button type="button" look="text" onClick={clear}>
        {words.clear}
      </Button>
      <span className="quiet push">{words.noApprove}</span>
      <Dialog
        open={kind !== null}
        title={kind === null ? '' : `${words[kind]}, ${fill(words.selected, { count: chosen.length })}`}
        closeLabel={shell.close}
        onClose={() => setKind(null)}
      >
        {kind !== null && (
          <Act
            kind={kind}
            close={() => setKind(null)}
            chosen={chosen}
            clear={clear}
            choices={choices}
            words={words}
          />
        )}
      </Dialog>
    </section>
  )
}

function Act({ kind, close, chosen, clear, choices, words }: Props & { kind: Kind; close: () => void }) {
  const { words: shell, tell } = useShell()
  const router = useRouter()
  const [given, setGiven] = useState({ to: '', tag: '', reason: '', document: 'pan' })
  const [seen, setSeen] = useState<BulkPreview | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const change = (part: Partial<typeof given>) => {
    setGiven({ ...given, ...part })
    setSeen(null)
  }
  const act = toAct(kind, given)
  async function look() {
    setProblem(null)
    const answer = await call(previewBulk, { act, ids: chosen.map(({ id }) => id) })
    if (answer.ok) setSeen(answer.value)
    else setProblem(answer)
  }
  async function begin(items: BulkPreview['items']) {
    const answer = await call(beginBulk, { act, items })
    if (!answer.ok) return setProblem(answer)
    const { id, count, leftMs } = answer.value
    close()
    clear()
    tell({
      text: fill(words.done, { count }),
      until: Date.now() + leftMs,
      undo: {
        label: words.undo,
        run: () => void takeBack(id),
      },
      onOver: () => {
        for (const ms of AFTER_MS) setTimeout(() => router.refresh(), ms)
      },
    })
  }
  async function takeBack(id: string) {
    const undone = await call(undoBulk, { id })
    tell(undone.ok ? { text: words.undone } : { text: sayProblem(undone, shell), isProblem: true })
  }
  return (
    <form
      className="dialog-body"
      onSubmit={(event) => {
        event.preventDefault()
        if (isBusy) return
        setBusy(true)
        void (seen === null ? look() : begin(seen.items)).finally(() => setBusy(false))
      }}
    >
      {problem !== null && <ProblemBanner problem={problem} words={shell} />}
      {kind === 'assign' && (
        <Pick label={words.to} value={given.to} onChange={(to) => change({ to })} of={choices.assignees}>
          <option value="">{words.nobody}</option>
        </Pick>
      )}
      {kind === 'tag' && (
        <Field>
          <FieldLabel htmlFor="bulk-tag">{words.tagLabel}</FieldLabel>
          <Input
            id="bulk-tag"
            required
            pattern="[a-z0-9\-]{1,32}"
            aria-describedby="bulk-tag-hint"
            value={given.tag}
            onChange={(event) => change({ tag: event.target.value })}
          />
          <FieldHint id="bulk-tag-hint">{words.tagHint}</FieldHint>
        </Field>
      )}
      {kind === 'resubmission' && (
        <Pick
          label={words.document}
          value={given.document}
          onChange={(document) => change({ document })}
          of={choices.documents}
          required
        />
      )}
      {(kind === 'resubmission' || kind === 'reject') && (
        <Pick
          label={words.reason}
          value={given.reason}
          onChange={(reason) => change({ reason })}
          of={choices[kind]}
          required
        >
          <option value="" disabled />
        </Pick>
      )}
      {seen !== null && <Seen seen={seen} words={words} />}
      <div className="dialog-foot">
        {seen === null || seen.items.length === 0 ? (
          <Button look="primary" disabled={seen !== null} aria-disabled={isBusy}>
            {isBusy ? words.busy : words.preview}
          </Button>
        ) : (
          <Button look="primary" aria-disabled={isBusy}>
            {isBusy ? words.busy : fill(words.do, { count: seen.items.length })}
          </Button>
        )}
        <Button type="button" look="text" onClick={close}>
          {words.cancel}
        </Button>
      </div>
    </form>
  )
}

function toAct(
  kind: Kind,
  { to, tag, reason, document }: Record<'to' | 'tag' | 'reason' | 'document', string>,
) {
  switch (kind) {
    case 'assign':
      return { kind, assigneeId: to === '' ? null : to }
    case 'tag':
      return { kind, tag }
    case 'reject':
      return { kind, reasons: [reason] }
    case 'resubmission':
      return { kind, reasons: [reason], document }
  }
}

function Pick({
  label,
  value,
  onChange,
  of,
  required = false,
  children,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  of: readonly Choice[]
  required?: boolean
  children?: ReactNode
}) {
  return (
    <Field>
      <FieldLabel htmlFor={`bulk-${label}`}>{label}</FieldLabel>
      <Select
        id={`bulk-${label}`}
        required={required}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {children}
        {of.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </Select>
    </Field>
  )
}

/** What would happen to how many, and which stay as they are and why. */
function Seen({ seen: { items, skipped }, words }: { seen: BulkPreview; words: QueueWords['bulk'] }) {
  const reasons = [...new Set(skipped.map(({ why }) => why))]
  return (
    <div className="letter" role="status">
      <p>
        <b>{items.length === 0 ? words.none : fill(words.will, { count: items.length })}</b>
      </p>
      {skipped.length > 0 && <p>{fill(words.skipped, { count: skipped.length })}</p>}
      {reasons.map((why) => (
        <p key={why} className="quiet num">
          {skipped.filter((one) => one.why === why).length} {words.skips[why]}
        </p>
      ))}
    </div>
  )
}
