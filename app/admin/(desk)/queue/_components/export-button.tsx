'use client'

import { useState } from 'react'
import { call, type Problem } from '@/app/admin/(desk)/_components/call'
import { useShell } from '@/app/admin/(desk)/_components/desk-shell'
import { ProblemBanner } from '@/app/admin/(desk)/_components/problem'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Icon } from '@/components/ui/icon'
import { fill, formatCount } from '@/lib/i18n/format'
import { askExport, requestExportOf } from '../actions'
import type { QueueWords } from './lines'

interface Plan {
  count: number
  cap: number
  needsSecond: boolean
  isApproved: boolean
}

/** Says what an export takes before it begins; more than a hundred persons need a second lead. */
export function ExportButton({ address, words }: { address: string; words: QueueWords['export'] }) {
  const { words: shell, tell } = useShell()
  const [answer, setAnswer] = useState<Plan | Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  async function ask() {
    setBusy(true)
    const planned = await call(askExport, { filter: address })
    setBusy(false)
    setAnswer(planned.ok ? planned.value : planned)
  }
  async function request() {
    setBusy(true)
    const asked = await call(requestExportOf, { filter: address })
    setBusy(false)
    setAnswer(asked.ok ? null : asked)
    if (asked.ok) tell({ text: words.asked })
  }
  const plan = answer !== null && 'count' in answer ? answer : null
  return (
    <>
      <button type="button" className="chip" aria-disabled={isBusy} onClick={() => !isBusy && void ask()}>
        <Icon name="download" />
        {isBusy && answer === null ? words.busy : words.link}
      </button>
      <Dialog
        open={answer !== null}
        title={words.title}
        closeLabel={shell.close}
        onClose={() => setAnswer(null)}
      >
        <div className="dialog-body">
          {answer !== null && 'code' in answer && <ProblemBanner problem={answer} words={shell} />}
          {plan !== null && (
            <>
              <p>{fill(words.text, { count: formatCount(plan.count, plan.cap) })}</p>
              {plan.needsSecond && !plan.isApproved ? (
                <>
                  <p>{words.second}</p>
                  <div className="dialog-foot">
                    <Button
                      type="button"
                      look="primary"
                      aria-disabled={isBusy}
                      onClick={() => !isBusy && void request()}
                    >
                      {words.ask}
                    </Button>
                  </div>
                </>
              ) : (
                <form className="dialog-foot" action="/admin/queue/export" method="post">
                  <input type="hidden" name="filter" value={address} />
                  {plan.isApproved && <p className="quiet">{words.approved}</p>}
                  <Button look="primary">{words.get}</Button>
                </form>
              )}
            </>
          )}
        </div>
      </Dialog>
    </>
  )
}
