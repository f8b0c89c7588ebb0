import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import { type Analytics, RANGES } from '@/lib/analytics/types'
import { Choice } from '../../_components/choice'

/** What is counted, as a form of its own address: works without script, and can be sent to a colleague. */
export async function AnalyticsFilters({ page }: { page: Analytics }) {
  const t = await getTranslations('desk.analytics.filters')
  const { filter, choices } = page
  return (
    <form className="filters gov-filters" method="get" aria-label={t('label')}>
      <Choice name="days" label={t('days')} value={String(filter.days)}>
        {RANGES.map((days) => (
          <option key={days} value={days}>
            {t('lastDays', { days })}
          </option>
        ))}
      </Choice>
      <Choice name="connection" label={t('connection')} value={filter.connection ?? ''}>
        <option value="">{t('any')}</option>
        {choices.connections.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Choice>
      <Choice name="policy" label={t('policy')} value={filter.policy ?? ''}>
        <option value="">{t('any')}</option>
        {choices.policies.map((version) => (
          <option key={version} value={version}>
            {version}
          </option>
        ))}
      </Choice>
      <Choice name="sandbox" label={t('sandbox')} value={String(filter.sandbox)}>
        <option value="false">{t('live')}</option>
        <option value="true">{t('rehearsed')}</option>
      </Choice>
      <Button>{t('show')}</Button>
      <a href="/admin/analytics">{t('all')}</a>
    </form>
  )
}
