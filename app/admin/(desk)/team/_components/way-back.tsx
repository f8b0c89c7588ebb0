'use client'

import { Button } from '@/components/ui/button'
import { inviteSomebodyBack } from '../actions'
import { LinkShown, type LinkWords, useLink } from './link-shown'

/** A new one-time link for somebody who lost what they signed in with. */
export function WayBack({ id, words }: { id: string; words: LinkWords & { make: string; hint: string } }) {
  const { made, isBusy, make } = useLink(words)
  return (
    <div className="needs-script grid gap-2">
      <div>
        <Button type="button" aria-disabled={isBusy} onClick={() => make(() => inviteSomebodyBack({ id }))}>
          {words.make}
        </Button>
        <p className="field-hint">{words.hint}</p>
      </div>
      <LinkShown made={made} words={words} id={`link-${id}`} />
    </div>
  )
}
