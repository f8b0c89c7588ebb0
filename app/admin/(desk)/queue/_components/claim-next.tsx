'use client'

import { useShell } from '@/app/admin/(desk)/_components/desk-shell'
import { Keys } from '@/app/admin/(desk)/_components/keys'
import { Button } from '@/components/ui/button'

/** Claims what is next and opens it. */
export function ClaimNext({ label }: { label: string }) {
  const { claimNext, isClaiming, words } = useShell()
  if (claimNext === null) return null
  return (
    <Button type="button" look="primary" aria-disabled={isClaiming} onClick={claimNext}>
      {isClaiming ? words.claimNext.busy : label} <Keys keys="N" />
    </Button>
  )
}
