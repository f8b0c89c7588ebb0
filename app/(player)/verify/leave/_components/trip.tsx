import { getMessages, getTranslations } from 'next-intl/server'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import type { LeaveView } from '@/lib/verification/find'

const HOUR_MINUTES = 60
const DAY_MINUTES = 24 * HOUR_MINUTES

/** Where to, through whom, with what and for how long. */
export async function Trip({ view, place }: { view: LeaveView; place: string }) {
  const { way } = view
  const [t, own, { journey: words }] = [
    await getTranslations('leave'),
    await getTranslations(`leave.${way}`),
    await getMessages(),
  ]
  return (
    <Ledger>
      <LedgerLine label={t('where')} hint={own('whereHint')}>
        {own('whereText', { place })}
      </LedgerLine>
      {way === 'digilocker' && <Through view={view} />}
      <LedgerLine label={t('documents')}>
        {way === 'capture'
          ? t('capture.share')
          : view.documents.map((document) => words.documents[document]).join(', ')}
      </LedgerLine>
      {way === 'digilocker' ? (
        <LedgerLine label={t('otp')} hint={t('otpHint')}>
          {t('otpText')}
        </LedgerLine>
      ) : (
        <LedgerLine label={t('camera')} hint={t('cameraHint', { place })}>
          {t('cameraText')}
        </LedgerLine>
      )}
      <LedgerLine label={t('link')} hint={t('linkHint')}>
        <LinkLife minutes={view.linkMinutes} />
      </LedgerLine>
    </Ledger>
  )
}

async function Through({ view: { direct, connectionName } }: { view: LeaveView }) {
  const t = await getTranslations('leave')
  return (
    <LedgerLine label={t('through')} hint={t(direct ? 'directHint' : 'throughHint')}>
      {direct ? t('directText') : connectionName}
    </LedgerLine>
  )
}

async function LinkLife({ minutes }: { minutes: number }) {
  const t = await getTranslations('leave')
  if (minutes >= 2 * DAY_MINUTES)
    return <span className="num">{t('linkDays', { count: Math.floor(minutes / DAY_MINUTES) })}</span>
  if (minutes >= 2 * HOUR_MINUTES)
    return <span className="num">{t('linkHours', { count: Math.floor(minutes / HOUR_MINUTES) })}</span>
  return <span className="num">{t('linkMinutes', { count: minutes })}</span>
}
