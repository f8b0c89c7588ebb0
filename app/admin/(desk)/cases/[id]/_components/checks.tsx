'use client'

import type { IconName } from '@/components/ui/icon'
import { Mark, type MarkTone } from '@/components/ui/mark'
import { fill } from '@/lib/i18n/format'
import { useCase } from './case-desk'

/** A check in words. */
export interface CheckLine {
  question: string
  label: string
  tone: MarkTone
  icon: IconName
  outcome: string
  /** What was asked for and found; empty where the outcome says it all. */
  detail: string
  isFinding: boolean
}

/** Every check in its order; findings can be ticked as looked at. */
export function Checks({ lines }: { lines: readonly CheckLine[] }) {
  const { words, draft, change, hold } = useCase()
  const turn = (question: string) =>
    change({
      looked: draft.looked.includes(question)
        ? draft.looked.filter((one) => one !== question)
        : [...draft.looked, question],
    })
  const isForm = hold.kind === 'mine' || hold.kind === 'lost'
  return (
    <ul className="checks">
      {lines.map(({ question, label, tone, icon, outcome, detail, isFinding }, place) => (
        <li key={question} className={isFinding ? 'is-on' : undefined}>
          {isFinding && isForm ? (
            <input
              type="checkbox"
              className="tick-box"
              aria-label={fill('{label}: {looked}', { label, looked: words.checks.looked })}
              title={words.checks.looked}
              checked={draft.looked.includes(question)}
              onChange={() => turn(question)}
            />
          ) : (
            <span className="num quiet text-xs">{place + 1}</span>
          )}
          <span>{label}</span>
          <Mark tone={tone} icon={icon}>
            {outcome}
          </Mark>
          {detail !== '' && <small>{detail}</small>}
        </li>
      ))}
    </ul>
  )
}
