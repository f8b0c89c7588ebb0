'use client'

import { useShell } from '@/app/admin/(desk)/_components/desk-shell'
import { DueMark } from '@/app/admin/(desk)/_components/due-mark'
import { Keys } from '@/app/admin/(desk)/_components/keys'
import { Ticks } from '@/app/admin/(desk)/_components/ticks'
import { ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { Mark } from '@/components/ui/mark'
import type { QueueLine, QueueWords } from './lines'

/** A row looked at more closely, beside the list; moving on in the list moves it along. */
export function Preview({
  line,
  words,
  onClose,
}: {
  line: QueueLine
  words: QueueWords['preview']
  onClose: () => void
}) {
  const shell = useShell()
  return (
    <aside className="preview" aria-label={words.title}>
      <header className="bar">
        <h2 className="desk-h2 min-w-0">{line.player}</h2>
        <span className="mono quiet">{line.reference}</span>
        <button type="button" className="icon-btn push" onClick={onClose}>
          <Icon name="x" />
          <span className="sr-only">{shell.words.close}</span>
        </button>
      </header>
      <div className="scroll pad">
        <Ledger>
          <LedgerLine label={words.status}>
            <Mark tone={line.status.tone} icon={line.status.icon}>
              {line.status.label}
            </Mark>
          </LedgerLine>
          <LedgerLine label={words.why}>
            <b>{line.why}</b>
            {line.findings.map((finding) => (
              <p key={finding} className="quiet">
                {finding}
              </p>
            ))}
          </LedgerLine>
          <LedgerLine label={words.documents}>
            <Ticks ticks={line.ticks} />
          </LedgerLine>
          <LedgerLine label={words.due}>
            {line.due === null ? words.none : <DueMark due={line.due} />}
          </LedgerLine>
          <LedgerLine label={words.age}>
            <span className="num">{line.age}</span>
          </LedgerLine>
          <LedgerLine label={words.assignee}>{line.assignee ?? words.none}</LedgerLine>
          <LedgerLine label={words.holder}>{line.holder ?? words.none}</LedgerLine>
          <LedgerLine label={words.vendor}>{line.vendor || words.none}</LedgerLine>
          <LedgerLine label={words.tags}>{line.tags.join(', ') || words.none}</LedgerLine>
        </Ledger>
      </div>
      <footer className="bar">
        <ButtonLink look="primary" href={`/admin/cases/${line.id}`}>
          {words.open} <Keys keys="Enter" />
        </ButtonLink>
      </footer>
    </aside>
  )
}
