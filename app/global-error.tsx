'use client'

import { CrashPage } from '@/components/crash-page'
import './globals.css'

/** Stands in for the root layout itself, so it brings its own document. */
export default function GlobalErrorPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <CrashPage digest={error.digest} retry={() => window.location.reload()} />
      </body>
    </html>
  )
}
