import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import '@/app/styles/governance.css'
import { ButtonLink } from '@/components/ui/button'
import { Fold } from '@/components/ui/fold'
import { readAnalytics } from '@/lib/analytics/read'
import { type Analytics, AnalyticsFilter, OUTCOME_OF, OUTCOMES, type Outcome } from '@/lib/analytics/types'
import { requireStaff } from '@/lib/auth/staff-guards'
import { REASONS } from '@/lib/checks/reasons'
import { connections } from '@/lib/connections'
import { formatDate, formatMoment } from '@/lib/i18n/format'
import { STATUSES, type Status } from '@/lib/verification/types'
import { DeskBar } from '../_components/desk-bar'
import { DayChart } from './_components/day-chart'
import { AnalyticsFilters } from './_components/filters'
import { Funnel } from './_components/funnel'
import { toCases } from './_components/links'
import { percent, ShareBar } from './_components/share-bar'
import { Tiles } from './_components/tiles'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('desk.analytics'))('title') }
}

export default async function AnalyticsPage({ searchParams }: PageProps<'/admin/analytics'>) {
  const staff = await requireStaff('analytics.view', '/admin/analytics')
  const page = await readAnalytics(staff, toFilter(await searchParams))
  const t = await getTranslations('desk.analytics')
  const months = (await getTranslations('common'))('months')
  const range = { from: formatDate(page.from, months), to: formatDate(page.to, months) }
  return (
    <>
      <DeskBar title={t('title')} lead={t('lead', range)} />
      <AnalyticsFilters page={page} />
      <div className="scroll pad gov">
        {page.begun === 0 ? (
          <div className="empty">
            <h2 className="font-semibold">{t('empty.title')}</h2>
            <p>{t('empty.text')}</p>
            <ButtonLink href="/admin/analytics?days=90">{t('empty.action')}</ButtonLink>
          </div>
        ) : (
          <>
            <Tiles page={page} />
            <Days page={page} months={months} />
            <Funnel page={page} />
            <Reasons page={page} />
            <States page={page} />
          </>
        )}
        <p className="quiet gov-text">
          {page.foldedAt === null ? t('never') : t('folded', { at: formatMoment(page.foldedAt, months) })}{' '}
          {t('note')}
        </p>
      </div>
    </>
  )
}

/**
 * What the address does not say, or says wrongly, is as it is by itself: real attempts, or those of the sandbox where nothing else is
 * configured.
 */
function toFilter(params: Record<string, string | string[] | undefined>): AnalyticsFilter {
  const given = Object.entries(params).flatMap(([name, value]) => {
    const one = [value].flat()[0]
    if (!Object.hasOwn(AnalyticsFilter.shape, name) || one === undefined || one === '') return []
    const shape = AnalyticsFilter.shape[name as keyof typeof AnalyticsFilter.shape]
    return shape.safeParse(one).success ? [[name, one]] : []
  })
  const sandbox = connections().every((connection) => connection.sandbox)
  return AnalyticsFilter.parse({ sandbox: String(sandbox), ...Object.fromEntries(given) })
}

const toDay = (page: Analytics, day: string, chosen: { status?: Status[] } = {}) =>
  toCases(page, { begunFrom: day, begunTo: day, ...chosen })

const statusesOf = (outcome: Outcome) => STATUSES.filter((status) => OUTCOME_OF[status] === outcome)

async function Days({ page, months }: { page: Analytics; months: string }) {
  const t = await getTranslations('desk.analytics')
  return (
    <section aria-labelledby="days">
      <h2 id="days" className="desk-h2">
        {t('days.title')}
      </h2>
      <p className="quiet gov-text">{t('days.text')}</p>
      <DayChart days={page.days} label={t('days.chart')} months={months} toDay={(day) => toDay(page, day)} />
      <ul className="gov-legend">
        {OUTCOMES.map((outcome) => (
          <li key={outcome}>
            <svg viewBox="0 0 10 10" aria-hidden="true" focusable="false">
              <rect className={`of-${outcome}`} width="10" height="10" />
            </svg>
            {t(`outcomes.${outcome}`)}
          </li>
        ))}
      </ul>
      <Fold title={t('days.table')}>
        <table className="gov-table">
          <thead>
            <tr>
              <th scope="col">{t('days.day')}</th>
              <th scope="col" className="r">
                {t('days.total')}
              </th>
              {OUTCOMES.map((outcome) => (
                <th key={outcome} scope="col" className="r">
                  {t(`outcomes.${outcome}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {page.days.toReversed().map(({ day, counts, total }) => (
              <tr key={day}>
                <th scope="row">{formatDate(day, months)}</th>
                <td className="r num">{total === 0 ? total : <a href={toDay(page, day)}>{total}</a>}</td>
                {OUTCOMES.map((outcome) => (
                  <td key={outcome} className="r num">
                    {counts[outcome] === 0 ? (
                      0
                    ) : (
                      <a href={toDay(page, day, { status: statusesOf(outcome) })}>{counts[outcome]}</a>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Fold>
    </section>
  )
}

async function Reasons({ page }: { page: Analytics }) {
  const t = await getTranslations('desk.analytics.reasons')
  return (
    <section aria-labelledby="reasons">
      <h2 id="reasons" className="desk-h2">
        {t('title')}
      </h2>
      <p className="quiet gov-text">{t('text')}</p>
      {page.reasons.length === 0 ? (
        <p>{t('empty')}</p>
      ) : (
        <table className="gov-table">
          <thead>
            <tr>
              <th scope="col">{t('reason')}</th>
              <th scope="col" className="r">
                {t('count')}
              </th>
              <th scope="col" className="r">
                {t('share')}
              </th>
              <th scope="col" className="wide">
                <span className="sr-only">{t('share')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {page.reasons.map(({ reason, count, ofBegun }) => (
              <tr key={reason}>
                <th scope="row">
                  {REASONS[reason].staff} <small className="ref">{reason}</small>
                </th>
                <td className="r num">
                  <a href={toCases(page, { reason })}>{count}</a>
                </td>
                <td className="r num">{ofBegun === null ? '' : percent(ofBegun.share)}</td>
                <td className="wide">{ofBegun !== null && <ShareBar share={ofBegun} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

async function States({ page }: { page: Analytics }) {
  const t = await getTranslations('desk.analytics')
  return (
    <section aria-labelledby="states">
      <h2 id="states" className="desk-h2">
        {t('states.title')}
      </h2>
      <p className="quiet gov-text">{t('states.text')}</p>
      <table className="gov-table gov-narrow">
        <thead>
          <tr>
            <th scope="col">{t('states.state')}</th>
            <th scope="col" className="r">
              {t('states.count')}
            </th>
          </tr>
        </thead>
        <tbody>
          {page.states
            .filter(({ count }) => count > 0)
            .map(({ status, count }) => (
              <tr key={status}>
                <th scope="row">{t(`state.${status}`)}</th>
                <td className="r num">
                  <a href={toCases(page, { status: [status] })}>{count}</a>
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  )
}
