import { getMessages, getTranslations } from 'next-intl/server'
import { Fold } from '@/components/ui/fold'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { formatMoment } from '@/lib/i18n/format'
import type { JourneyView } from '@/lib/verification/types'

/** What a player reads out or pastes to support: references and codes, no personal data. */
export async function SupportDetails({ journey }: { journey: JourneyView }) {
  const [t, { journey: words }] = [await getTranslations('status.support'), await getMessages()]
  const lines: [string, string | null][] = [
    [t('reference'), journey.reference],
    [t('attempt'), journey.id],
    [t('status'), journey.status],
    [t('reasons'), journey.reasons.join(', ') || null],
    [t('vendor'), journey.connectionName],
    [t('began'), `${formatMoment(journey.createdAt, words.months)} IST`],
    [t('decided'), journey.decidedAt && `${formatMoment(journey.decidedAt, words.months)} IST`],
    [t('notice'), journey.noticeVersion === null ? null : String(journey.noticeVersion)],
    [t('policy'), journey.policyVersion],
  ]
  return (
    <Fold alone title={t('title')}>
      <p>{t('text')}</p>
      <Ledger>
        {lines.map(
          ([label, value]) =>
            value !== null && (
              <LedgerLine key={label} label={label}>
                <span className="mono pick-all">{value}</span>
              </LedgerLine>
            ),
        )}
      </Ledger>
    </Fold>
  )
}
