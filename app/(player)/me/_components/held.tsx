import { getMessages, getTranslations } from 'next-intl/server'
import { Fold, Folds } from '@/components/ui/fold'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { formatDate } from '@/lib/i18n/format'
import type { Held, HeldDocument } from '@/lib/rights/types'

/** What is held about this player, why and until when: real values, dates and counts. */
export async function HeldData({ held, requests }: { held: Held; requests: number }) {
  const [t, { common }] = [await getTranslations('me'), await getMessages()]
  const endsAt = formatDate(held.endsAt, common.months)
  const decided = held.attempts.filter(({ decidedAt }) => decidedAt !== null).length
  const documents = held.attempts.flatMap((attempt) => attempt.documents)
  return (
    <>
      <h2 id="held">{t('held')}</h2>
      {documents.length > 0 && (
        <div className="pb-4">
          <Folds>
            {documents.map((document) => (
              <DocumentFold key={document.id} document={document} endsAt={held.endsAt} />
            ))}
          </Folds>
        </div>
      )}
      <Ledger wide>
        <LedgerLine label={t('email')} hint={t('emailText', { date: endsAt })}>
          {held.email ?? '–'}
        </LedgerLine>
        {held.stated !== null && (
          <LedgerLine label={t('stated')}>
            {t('statedText', {
              name: held.stated.name,
              date: formatDate(held.stated.birthDate, common.months),
            })}
          </LedgerLine>
        )}
        <LedgerLine label={t('receiptsHeld')}>
          {t('receiptsHeldText', { count: held.consents, days: held.days.proofs })}
        </LedgerLine>
        <LedgerLine label={t('outcomes')}>{t('outcomesText', { count: decided })}</LedgerLine>
        <LedgerLine label={t('requestsHeld')}>{t('requestsHeldText', { count: requests })}</LedgerLine>
        <LedgerLine label={t('logs')}>{t('logsText', { days: held.days.logs })}</LedgerLine>
        <LedgerLine label={t('aadhaar')}>{t('aadhaarText')}</LedgerLine>
      </Ledger>
    </>
  )
}

async function DocumentFold({ document, endsAt }: { document: HeldDocument; endsAt: string }) {
  const [t, { common, journey, me }] = [await getTranslations('me'), await getMessages()]
  const name = journey.documents[document.type as keyof typeof journey.documents]
  const date = formatDate(document.readAt, common.months)
  if (document.state === 'missing')
    return (
      <Fold title={t('documentMissing', { document: name })}>
        <p>{t('documentNothing')}</p>
      </Fold>
    )
  const title = document.state === 'arrived' ? 'documentRead' : 'documentRefused'
  return (
    <Fold title={<span className="num">{t(title, { document: name, date })}</span>}>
      <Ledger>
        {document.facts.map((fact) => (
          <LedgerLine key={fact.name} label={me.facts[fact.name as keyof typeof me.facts] ?? fact.name}>
            <span className="num">{formatDate(fact.value, common.months)}</span>
          </LedgerLine>
        ))}
        {document.hidden && <LedgerLine label={t('factsHidden')}>{t('factsHiddenText')}</LedgerLine>}
        {document.facts.length > 0 && (
          <LedgerLine label={t('factsUntil')}>
            {t('factsUntilText', { date: formatDate(endsAt, common.months) })}
          </LedgerLine>
        )}
        <LedgerLine label={t('bytes')}>
          <BytesLine document={document} />
        </LedgerLine>
      </Ledger>
    </Fold>
  )
}

async function BytesLine({ document: { bytes } }: { document: HeldDocument }) {
  const [t, { common }] = [await getTranslations('me'), await getMessages()]
  if (bytes.kind === 'destroyed') return t('bytesDestroyed')
  if (bytes.kind === 'never') return t('bytesNever')
  if (bytes.until === null) return t('bytesOpen')
  return t('bytesUntil', { date: formatDate(bytes.until, common.months) })
}
