import { getTranslations } from 'next-intl/server'
import type { Analytics, Mean, Share } from '@/lib/analytics/types'
import type { Status } from '@/lib/verification/types'
import { toCases } from './links'
import { bounds, percent } from './share-bar'

const DECIDED: Status[] = ['approved', 'rejected', 'resubmission_requested', 'revoked']

type TileKey = 'begun' | 'approved' | 'firstPass' | 'playerActive' | 'reviewerActive' | 'agreement'

interface Figure {
  key: TileKey
  value: string | null
  /** How sure it is, or over how many. */
  beside: string | null
  href: string | null
}

/** The numbers in short: each with what it is, and its cases. */
export async function Tiles({ page }: { page: Analytics }) {
  const t = await getTranslations('desk.analytics')
  const ofShare = (share: Share | null) => ({
    value: share === null ? null : percent(share.share),
    beside:
      share === null
        ? null
        : `${t('of', { part: share.part, whole: share.whole })} · ${t('interval', bounds(share))}`,
  })
  const ofMean = (mean: Mean | null) => ({
    value: mean === null ? null : toDuration(mean.ms, t),
    beside: mean === null ? null : t('mean', { count: mean.count }),
  })
  const figures: Figure[] = [
    { key: 'begun', value: String(page.begun), beside: null, href: toCases(page) },
    { key: 'approved', ...ofShare(page.approvedOfDecided), href: toCases(page, { status: DECIDED }) },
    { key: 'firstPass', ...ofShare(page.firstPass), href: toCases(page, { status: ['approved'] }) },
    { key: 'playerActive', ...ofMean(page.playerActive), href: toCases(page) },
    { key: 'reviewerActive', ...ofMean(page.reviewerActive), href: toCases(page, { status: DECIDED }) },
    { key: 'agreement', ...ofShare(page.agreement), href: toCases(page, { status: DECIDED }) },
  ]
  return (
    <section aria-labelledby="short">
      <h2 id="short" className="sr-only">
        {t('tiles.title')}
      </h2>
      <ul className="gov-tiles">
        {figures.map(({ key, value, beside, href }) => (
          <li key={key}>
            <h3>{t(`tiles.${key}.label`)}</h3>
            <p className="figure num">{value ?? '–'}</p>
            <p className="small">{beside ?? (value === null ? t('none') : '')}</p>
            <p className="quiet">{t(`tiles.${key}.text`)}</p>
            {href !== null && value !== null && (
              <a href={href} aria-label={`${t('cases')}: ${t(`tiles.${key}.label`)}`}>
                {t('cases')}
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

type Words = Awaited<ReturnType<typeof getTranslations<'desk.analytics'>>>

function toDuration(ms: number, t: Words): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return t('seconds', { seconds })
  return t('minutes', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 })
}
