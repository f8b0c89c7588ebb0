import { getMessages, getTranslations } from 'next-intl/server'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { wayOf } from '@/components/way'
import { formatDate } from '@/lib/i18n/format'
import type { JourneyView } from '@/lib/verification/types'
import type { Screen } from './screens'

/** What is kept of this attempt, and until when. */
export async function Kept({ journey, screen }: { journey: JourneyView; screen: Screen }) {
  const t = await getTranslations('status.keep')
  return (
    <>
      <h2 id="kept">{t('title')}</h2>
      {screen === 'under_age' ? <OfMinor /> : <OfAdult journey={journey} verified={screen === 'verified'} />}
      <h2>{t('wrong')}</h2>
      <p className="lead">{t.rich('wrongText', { link: (text) => <a href="/me">{text}</a> })}</p>
    </>
  )
}

async function OfAdult({ journey, verified }: { journey: JourneyView; verified: boolean }) {
  const [t, { journey: words }] = [await getTranslations('status.keep'), await getMessages()]
  const until = journey.documentsKeptUntil
  const isCapture = wayOf(journey) === 'capture'
  return (
    <Ledger wide>
      {verified ? (
        <>
          <LedgerLine label={t('facts')}>{t('factsText')}</LedgerLine>
          <LedgerLine label={t('numbers')}>{t('numbersText')}</LedgerLine>
        </>
      ) : (
        until === null && <LedgerLine label={t('attempt')}>{t('attemptText')}</LedgerLine>
      )}
      {(verified || until !== null) && (
        <LedgerLine label={t(isCapture ? 'documentsCapture' : 'documents')}>
          <span className="num">
            {until === null
              ? t('documentsGone')
              : t('documentsUntil', { date: formatDate(until, words.months) })}
          </span>
        </LedgerLine>
      )}
      {isCapture && <LedgerLine label={t('pictures')}>{t('picturesText')}</LedgerLine>}
      {journey.receiptId !== null && <LedgerLine label={t('receipt')}>{t('receiptText')}</LedgerLine>}
      <LedgerLine label={t('aadhaar')}>{t('aadhaarText')}</LedgerLine>
    </Ledger>
  )
}

async function OfMinor() {
  const t = await getTranslations('status.keep')
  return (
    <Ledger wide>
      <LedgerLine label={t('outcome')}>{t('outcomeText')}</LedgerLine>
      <LedgerLine label={t('rest')}>{t('restText')}</LedgerLine>
      <LedgerLine label={t('receiptMinor')}>{t('receiptText')}</LedgerLine>
      <LedgerLine label={t('account')}>{t('accountText')}</LedgerLine>
    </Ledger>
  )
}
