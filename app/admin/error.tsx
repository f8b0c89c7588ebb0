'use client'

import { CrashPage } from '@/components/crash-page'

/** What broke is the desk itself, so there is no rail to go on by. */
export default function AdminError({
  error,
  retry,
}: {
  error: Error & { digest?: string }
  retry: () => void
}) {
  return <CrashPage digest={error.digest} retry={retry} home="/admin" />
}
