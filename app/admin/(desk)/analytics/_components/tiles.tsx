import { getTranslations } from 'next-intl/server'
import type { Analytics, Share, Spread } from '@/lib/analytics/types'
import type { Counted } from '@/lib/review/types'
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
  /** The cases that it is about. */
  href: string
  /** Of a share: its part alone. */
  part?: string
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
  const ofSpread = (spread: Spread | null) => ({
    value: spread === null ? null : toDuration(spread.halfMs, t),
    beside:
      spread === null
        ? null
        : t('spread', {
            most: toDuration(spread.mostMs, t),
            mean: toDuration(spread.meanMs, t),
            count: spread.count,
          }),
  })
  const counted = (what: Counted) => toCases(page, { counted: what })
  const figures: Figure[] = [
    { key: 'begun', value: String(page.begun), beside: null, href: toCases(page) },
    {
      key: 'approved',
      ...ofShare(page.approvedOfDecided),
      href: toCases(page, { status: DECIDED }),
      part: toCases(page, { status: ['approved'] }),
    },
    {
      key: 'firstPass',
      ...ofShare(page.firstPass),
      href: counted('first_looked'),
      part: counted('first_pass'),
    },
    { key: 'playerActive', ...ofSpread(page.playerActive), href: counted('came_back') },
    { key: 'reviewerActive', ...ofSpread(page.reviewerActive), href: counted('reviewed') },
    { key: 'agreement', ...ofShare(page.agreement), href: counted('looked_twice'), part: counted('agreed') },
  ]
  return (
    <section aria-labelledby="short">
      <h2 id="short" className="sr-only">
        {t('tiles.title')}
      </h2>
      <ul className="gov-tiles">
        {figures.map(({ key, value, beside, href, part }) => (
          <li key={key}>
            <h3>{t(`tiles.${key}.label`)}</h3>
            <p className="figure num">{value ?? '–'}</p>
            <p className="small">{beside ?? (value === null ? t('none') : '')}</p>
            <p className="quiet">{t(`tiles.${key}.text`)}</p>
            {value !== null && (
              <p className="flex flex-wrap gap-x-4">
                <a href={href} aria-label={`${t('cases')}: ${t(`tiles.${key}.label`)}`}>
                  {t('cases')}
                </a>
                {part !== undefined && <a href={part}>{t(`tiles.${key as 'approved'}.part`)}</a>}
              </p>
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
