'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { makeNewRecoveryCodes } from '../actions'

interface Words {
  make: string
  /** That those of before end; empty when there are none. */
  replaces: string
  shown: string
  failed: string
}

/** Makes ten codes and shows them this once. */
export function RecoveryCodes({ words }: { words: Words }) {
  const router = useRouter()
  const [codes, setCodes] = useState<string[]>([])
  const [isBusy, setBusy] = useState(false)
  const [isFailed, setFailed] = useState(false)

  async function make() {
    if (isBusy) return
    setBusy(true)
    const answer = await makeNewRecoveryCodes({}).catch(() => null)
    if (answer?.ok === false && answer.code === 'factor_needed')
      return window.location.assign('/admin/confirm?next=/admin/account')
    setFailed(answer?.ok !== true)
    if (answer?.ok) setCodes(answer.value)
    setBusy(false)
    router.refresh() // how many there are
  }

  return (
    <div className="needs-script grid gap-3">
      {isFailed && <Banner tone="failed" title={words.failed} alert />}
      {codes.length > 0 ? (
        <div role="status">
          <Banner tone="pending" title={words.shown} />
          <ol className="codes">
            {codes.map((code) => (
              <li key={code}>{code}</li>
            ))}
          </ol>
        </div>
      ) : (
        <div>
          <Button type="button" onClick={make} aria-disabled={isBusy}>
            {words.make}
          </Button>
          {words.replaces !== '' && <p className="field-hint">{words.replaces}</p>}
        </div>
      )}
    </div>
  )
}
