'use client'

import { useState } from 'react'
import { useCommands } from '@/app/admin/(desk)/_components/commands'
import { Keys } from '@/app/admin/(desk)/_components/keys'
import { Button } from '@/components/ui/button'
import type { ReasonCode } from '@/lib/checks/reasons'
import { fill } from '@/lib/i18n/format'
import { useCase } from './case-desk'
import type { ReasonChoice } from './setup'

const FIRST = 4
const MOST = 8

/** Reasons to tick, those first that the rules found; digits tick them. */
export function Reasons({ choices, isHeld }: { choices: readonly ReasonChoice[]; isHeld: boolean }) {
  const { words, draft, change } = useCase()
  const [isAll, setAll] = useState(false)
  const found = choices.filter(({ isFound }) => isFound).length
  const ticked = choices.filter(({ code }, place) => place >= FIRST && draft.reasons.includes(code))
  const shown = isAll ? choices : [...choices.slice(0, Math.max(FIRST - 1, found)), ...ticked]
  const turn = (code: ReasonCode) =>
    change({
      reasons: draft.reasons.includes(code)
        ? draft.reasons.filter((one) => one !== code)
        : [...draft.reasons, code].slice(-MOST),
    })
  useCommands(
    isHeld
      ? shown.slice(0, 9).map(({ code, label }, place) => ({
          keys: String(place + 1),
          label: `${words.keys.reason}: ${label}`,
          run: () => turn(code),
          inPalette: false,
        }))
      : [],
  )
  return (
    <fieldset className="codes" disabled={!isHeld}>
      <legend className="w-full">
        <span className="desk-h2">
          {words.decide.reason} <span>{words.decide.ranked}</span>
        </span>
      </legend>
      {shown.map(({ code, label, hint }, place) => (
        <label key={code}>
          <input
            type="checkbox"
            className="tick-box"
            checked={draft.reasons.includes(code)}
            onChange={() => turn(code)}
          />
          <span>
            {label}
            <small>
              <span className="mono">{code}</span>, {hint}
            </small>
          </span>
          {place < 9 && <Keys keys={String(place + 1)} />}
        </label>
      ))}
      <Button type="button" look="text" onClick={() => setAll(!isAll)}>
        {isAll ? words.decide.fewer : fill(words.decide.more, { count: choices.length })}
      </Button>
    </fieldset>
  )
}
