import { getMessages, getTranslations } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import { Fold } from '@/components/ui/fold'
import { Icon, type IconName } from '@/components/ui/icon'
import { Mark, type MarkTone } from '@/components/ui/mark'
import type { listReceipts } from '@/lib/consent/consent'
import { formatMoment } from '@/lib/i18n/format'
import { withdrawConsent } from '../actions'

type Receipt = Awaited<ReturnType<typeof listReceipts>>[number]

export const CONSENT_MARKS: Readonly<Record<Receipt['status'], { tone: MarkTone; icon: IconName }>> = {
  live: { tone: 'passed', icon: 'check' },
  withdrawn: { tone: 'none', icon: 'minus' },
  superseded: { tone: 'none', icon: 'minus' },
}

/** One consent: when, to which notice, its state, its receipt, and the way to take it back. */
export async function ReceiptEntry({ receipt }: { receipt: Receipt }) {
  const [t, { journey: words }] = [await getTranslations('me'), await getMessages()]
  const { tone, icon } = CONSENT_MARKS[receipt.status]
  return (
    <li className="border-b border-border pt-3">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="num">{formatMoment(receipt.givenAt, words.months)} IST</span>
        <Mark tone={tone} icon={icon}>
          {t(`consentState.${receipt.status}`)}
        </Mark>
      </p>
      <p className="flex flex-wrap items-center justify-between gap-x-4">
        <span className="small quiet">{t('receiptLine', { version: receipt.noticeVersion })}</span>
        <a className="inline-flex min-h-12 items-center gap-1" href={`/me/receipts/${receipt.id}`}>
          {t('seeReceipt')} <Icon name="arrow-right" className="icon-onward" />
        </a>
      </p>
      {receipt.status === 'live' && (
        <div className="-mb-px">
          <Fold alone title={t('withdraw')}>
            <p>{t('withdrawText')}</p>
            <form action={withdrawConsent} className="pt-2">
              <input type="hidden" name="consent" value={receipt.id} />
              <Button>{t('withdrawNow')}</Button>
            </form>
          </Fold>
        </div>
      )}
    </li>
  )
}
