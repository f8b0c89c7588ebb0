'use client'

import { useState } from 'react'
import { Banner } from '@/components/ui/banner'
import type { Answer } from '@/lib/auth/staff-guards'

export interface LinkWords {
  shown: string
  link: string
  problem: string
  disabled: string
}

type Made = { link: string } | { problem: string } | null

/** Holds what a press made: a link, shown this once, or why there is none. */
export function useLink(words: LinkWords) {
  const [made, setMade] = useState<Made>(null)
  const [isBusy, setBusy] = useState(false)

  async function make(ask: () => Promise<Answer<string>>) {
    if (isBusy) return
    setBusy(true)
    const answer = await ask().catch(() => null)
    setBusy(false)
    if (answer?.ok) return setMade({ link: answer.value })
    if (answer?.code === 'factor_needed') return window.location.assign('/admin/confirm?next=/admin/team')
    setMade({ problem: answer?.code === 'state_conflict' ? words.disabled : words.problem })
  }

  return { made, isBusy, make }
}

/** The link, to be copied and handed over. */
export function LinkShown({ made, words, id }: { made: Made; words: LinkWords; id: string }) {
  if (made === null) return null
  if ('problem' in made) return <Banner tone="failed" title={made.problem} alert />
  return (
    <div role="status" className="grid gap-2">
      <Banner tone="passed" title={words.shown} />
      <label className="sr-only" htmlFor={id}>
        {words.link}
      </label>
      <input
        id={id}
        className="input mono"
        readOnly
        value={made.link}
        onFocus={(event) => event.target.select()}
      />
    </div>
  )
}
