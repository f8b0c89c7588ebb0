import { getMessages, getTranslations } from 'next-intl/server'
import { Fold } from '@/components/ui/fold'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { formatMoment } from '@/lib/i18n/format'
import type { HistoryEntry } from '@/lib/rights/types'

const SHOWN = 4

/** Who did what with the data, newest first; the older part folded. */
export async function Seen({ history, recipients }: { history: HistoryEntry[]; recipients: string[] }) {
  const t = await getTranslations('me')
  const [recent, earlier] = [history.slice(0, SHOWN), history.slice(SHOWN)]
  return (
    <section>
      <h2>{t('seen')}</h2>
      <p className="small quiet pb-2">
        {t('seenBy')}: {recipients.join(', ') || t('seenByNone')}
      </p>
      {recent.length === 0 ? <p className="quiet">{t('seenNone')}</p> : <Entries entries={recent} />}
      {earlier.length > 0 && (
        <Fold title={t('seenMore')}>
          <Entries entries={earlier} />
        </Fold>
      )}
    </section>
  )
}

async function Entries({ entries }: { entries: HistoryEntry[] }) {
  const [t, { common, journey }] = [await getTranslations('me'), await getMessages()]
  return (
    <Ledger wide>
      {entries.map(({ at, who, word, vendor, document }, place) => (
        <LedgerLine
          // biome-ignore lint/suspicious/noArrayIndexKey: two things may happen at the same moment, and nothing reorders them
          key={`${at} ${place}`}
          label={<span className="num">{formatMoment(at, common.months)}</span>}
        >
          {t(`who.${who}`)}{' '}
          {t(`history.${word}`, {
            vendor: vendor ?? t('historyVendor'),
            document: journey.documents[document as keyof typeof journey.documents] ?? '',
          })}
        </LedgerLine>
      ))}
    </Ledger>
  )
}
