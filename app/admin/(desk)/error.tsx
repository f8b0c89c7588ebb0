'use client'

import { usePathname } from 'next/navigation'
import { Banner } from '@/components/ui/banner'
import { Button, ButtonLink } from '@/components/ui/button'
import { fill } from '@/lib/i18n/format'
import { useShell } from './_components/desk-shell'
import { shapeOf } from './_components/shape-of'

/** A page of the desk that broke: the rail stays, and the page says what is kept. */
export default function DeskError({
  error,
  retry,
}: {
  error: Error & { digest?: string }
  /** Asks the server again; `reset` alone would draw the same failure. */
  retry: () => void
}) {
  const { words } = useShell()
  const shape = shapeOf(usePathname())
  const { kept } = words.error
  return (
    <div className="pad">
      <Banner tone="failed" title={<h1>{words.error.title}</h1>} alert>
        <p>{words.error.text}</p>
        <p>{shape === 'case' ? kept.case : shape === 'table' ? kept.table : kept.other}</p>
        {error.digest !== undefined && <p>{fill(words.error.number, { digest: error.digest })}</p>}
        <div className="flex flex-wrap gap-2">
          <Button type="button" look="primary" onClick={retry}>
            {words.error.again}
          </Button>
          <ButtonLink href="/admin">{words.error.home}</ButtonLink>
        </div>
      </Banner>
    </div>
  )
}
