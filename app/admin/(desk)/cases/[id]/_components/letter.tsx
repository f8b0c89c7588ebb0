'use client'

import { useState } from 'react'
import { fixesOf, reasonsToTell, screenOf } from '@/app/(player)/verifications/[id]/_components/screens'
import { fill } from '@/lib/i18n/format'
import { LANGUAGE_NAMES } from '@/lib/i18n/locale'
import type { Verdict } from '@/lib/review/types'
import type { Status } from '@/lib/verification/types'
import { useCase } from './case-desk'

// As lib/review/types has it; that file brings the schemas along, which no browser needs.
const STATUS_OF: Readonly<Record<Verdict, Status>> = {
  approve: 'approved',
  reject: 'rejected',
  resubmission: 'resubmission_requested',
}
const LANGUAGES = ['en', 'hi'] as const

/** The page that the player will see, in their language: heading, lead, each reason, what to do first. */
export function Letter({ verdict }: { verdict: Verdict }) {
  const { setup, words, draft } = useCase()
  const theirs = setup.locale === 'hi' ? 'hi' : 'en'
  const [language, setLanguage] = useState<'en' | 'hi'>(theirs)
  const { screens, reasons, putRight, putRights, names } = setup.letters[language]
  const given = verdict === 'approve' ? [] : draft.reasons
  const screen = screenOf({
    status: STATUS_OF[verdict],
    reasons: given,
    nextAction: 'none',
    bothAreMe: false,
    correctFirst: verdict === 'resubmission' ? draft.document : null,
  })
  const told = reasonsToTell({ reasons: given }, screen)
  const fixes = screen === 'resubmit' ? fixesOf(told) : []
  const document = draft.document === null ? '' : names[draft.document]
  const place = { place: 'DigiLocker', document }
  return (
    <section aria-label={words.decide.letter}>
      <h2>
        {words.decide.letter}
        {/* biome-ignore lint/a11y/useSemanticElements: two buttons beside each other, no field */}
        <span className="seg" role="group" aria-label={words.decide.language}>
          {LANGUAGES.map((one) => (
            <button
              key={one}
              type="button"
              lang={one}
              aria-pressed={language === one}
              title={one === theirs ? words.decide.theirs : undefined}
              onClick={() => setLanguage(one)}
            >
              {LANGUAGE_NAMES[one]}
            </button>
          ))}
        </span>
      </h2>
      <div className="letter" lang={language} aria-live="polite">
        <p>
          <b>{fill(screens[screen].heading, place)}</b>
        </p>
        <p>{fill(screens[screen].lead, place)}</p>
        {told.map((code) => (
          <p key={code}>{fill(reasons[code] ?? '', place)}</p>
        ))}
        {fixes.map((fix) => (
          <p key={fix} className="quiet">
            {putRight}: {putRights[fix]}
          </p>
        ))}
      </div>
    </section>
  )
}
