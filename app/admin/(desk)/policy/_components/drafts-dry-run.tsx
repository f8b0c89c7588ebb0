import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import type { DraftPage } from '@/lib/governance/policies'
import { DRY_RUN_LAST } from '@/lib/governance/types'
import { formatMoment } from '@/lib/i18n/format'
import { Choice } from '../../_components/choice'
import { tryOut } from '../actions'

const LISTED = 100

/** Tries the draft on past decisions, and what the last try found. */
export async function DryRunSection({ draft, months }: { draft: DraftPage; months: string }) {
  const t = await getTranslations('desk.policy.dryRun')
  const canTry = draft.canDraft && draft.state === 'open' && draft.problems.length === 0
  return (
    <section aria-labelledby="dry-run">
      <h2 id="dry-run" className="desk-h2">
        {t('title')}
      </h2>
      <p className="quiet gov-text">{t('text')}</p>
      {canTry && (
        <form action={tryOut} className="gov-form-line">
          <input type="hidden" name="id" value={draft.id} />
          <input type="hidden" name="revision" value={draft.revision} />
          <Choice name="last" label={t('last')} value="500">
            {DRY_RUN_LAST.map((last) => (
              <option key={last} value={last}>
                {last}
              </option>
            ))}
          </Choice>
          <Button>{t('run')}</Button>
        </form>
      )}
      {draft.dryRun === null ? <p>{t('none')}</p> : <Found run={draft.dryRun} months={months} />}
    </section>
  )
}

async function Found({ run, months }: { run: NonNullable<DraftPage['dryRun']>; months: string }) {
  const t = await getTranslations('desk.policy.dryRun')
  const outcomes = await getTranslations('desk.policy.outcomes')
  const toOutcome = (word: string) => (outcomes.has(word as 'approved') ? outcomes(word as 'approved') : word)
  const { decided, skipped, flipCount: flips } = run
  return (
    <>
      <p>
        <b>{t('found', { decided, flips, skipped })}</b> {!run.isComplete && t('cut')}{' '}
        {!run.isOfThis && t('stale')}{' '}
        <span className="quiet">{t('at', { at: formatMoment(run.at, months), name: run.byName })}</span>
      </p>
      {run.flips.length > 0 && (
        <table className="gov-table">
          <thead>
            <tr>
              {(['reference', 'from', 'to', 'checks', 'reasons'] as const).map((head) => (
                <th key={head} scope="col">
                  {t(head)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {run.flips.slice(0, LISTED).map((flip) => (
              <tr key={flip.reference}>
                <th scope="row" className="ref">
                  {flip.reference}
                </th>
                <td>{toOutcome(flip.from)}</td>
                <td>{toOutcome(flip.to)}</td>
                <td className="ref">{flip.checks.join(' ') || t('rules')}</td>
                <td className="ref">{flip.reasonsAfter.join(' ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {run.flipCount > LISTED && <p className="quiet">{t('more', { count: LISTED })}</p>}
    </>
  )
}
