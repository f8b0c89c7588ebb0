'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'

const SHOWN_MS = 2500

/** Copies `text`. Where the browser does not allow it, it says so: the text beside it can be selected. */
export function CopyButton({
  text,
  words,
}: {
  text: string
  words: { label: string; what: string; copied: string; failed: string }
}) {
  const [said, setSaid] = useState<string | null>(null)

  async function press() {
    try {
      await navigator.clipboard.writeText(text)
      setSaid(words.copied)
    } catch {
      setSaid(words.failed)
    }
    setTimeout(() => setSaid(null), SHOWN_MS)
  }

  return (
    <>
      <Button type="button" className="needs-script" onClick={press} aria-label={said ?? words.what}>
        <Icon name={said === words.copied ? 'check' : 'copy'} />
        {said ?? words.label}
      </Button>
      <span role="status" className="sr-only">
        {said}
      </span>
    </>
  )
}
