'use client'

import { CrashPage } from '@/components/crash-page'

export default function ErrorPage({
  error,
  retry,
}: {
  error: Error & { digest?: string }
  /** Asks the server again; `reset` alone would draw the same failure. */
  retry: () => void
}) {
  return <CrashPage digest={error.digest} retry={retry} />
}
