'use client'

import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { fill } from '@/lib/i18n/format'
import { useShell } from './_components/desk-shell'

export default function DeskError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  const { words } = useShell()
  return (
    <div className="pad">
      <Banner tone="failed" title={<h1>{words.error.title}</h1>} alert>
        <p>{fill(words.error.text, { digest: error.digest ?? '-' })}</p>
        <Button type="button" onClick={reset}>
          {words.error.again}
        </Button>
      </Banner>
    </div>
  )
}
