import { getTranslations } from 'next-intl/server'
import { Banner } from '@/components/ui/banner'
import type { AuditStatus } from '@/lib/governance/audit'
import { formatMoment } from '@/lib/i18n/format'

/** How far a worker has checked the log, and what that does not say. */
export async function VerifiedStatus({ status, months }: { status: AuditStatus; months: string }) {
  const t = await getTranslations('desk.audit.status')
  const { checked, newest } = status
  if (checked === null)
    return (
      <Banner tone="pending" title={t('never')}>
        <p>{t('neverText')}</p>
      </Banner>
    )
  const { checkpoint, events, broken } = checked
  if (broken !== null)
    return (
      <Banner tone="failed" title={t('broken', { broken })}>
        <p>{t('brokenText', { checkpoint })}</p>
      </Banner>
    )
  const isLevel = newest === null || newest.seq <= checkpoint
  return (
    <Banner tone="passed" title={t('checked', { checkpoint, at: formatMoment(checked.at, months) })}>
      <p>
        {isLevel ? t('level') : t('behind', { newest: newest.seq, at: formatMoment(newest.at, months) })}{' '}
        {t('checkedText', { events })}
      </p>
    </Banner>
  )
}
