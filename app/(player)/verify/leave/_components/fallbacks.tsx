import { getTranslations } from 'next-intl/server'
import { joinWords } from '@/lib/i18n/format'
import { isDirect } from '@/lib/settings-view'
import type { LeaveView } from '@/lib/verification/find'

/** Who carries the request when the first line is down. */
export async function Fallbacks({ view }: { view: LeaveView }) {
  const t = await getTranslations('leave')
  if (view.alternatives.length === 0) return null
  const companies = view.alternatives.filter((name) => !isDirect(name))
  const vendor = view.direct ? t('ownLine') : view.connectionName
  const alternatives = joinWords(companies, t('or'))
  const withDirect = companies.length === 0 ? 'otherWayDirect' : 'otherWayOrDirect'
  return (
    <p className="small quiet">
      {t(companies.length === view.alternatives.length ? 'otherWay' : withDirect, { vendor, alternatives })}
    </p>
  )
}
