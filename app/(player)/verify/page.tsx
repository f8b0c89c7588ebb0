import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { FolioStep } from '@/app/(player)/_components/folio-step'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { AskingSheet, Dock, FacingSheet } from '@/components/booklet'
import { Banner } from '@/components/ui/banner'
import { Button, ButtonLink } from '@/components/ui/button'
import { Fold, Folds } from '@/components/ui/fold'
import { cookieName } from '@/lib/auth/cookies'
import { requirePlayer } from '@/lib/auth/guards'
import { currentNotice, ways } from '@/lib/consent/consent'
import { CONSENT_ITEMS } from '@/lib/consent/types'
import { formatDate } from '@/lib/i18n/format'
import type { Way } from '@/lib/providers/types'
import { findCurrentJourney, leaveView } from '@/lib/verification/find'
import type { Status } from '@/lib/verification/types'
import { ConsentPurpose } from './_components/consent-purpose'
import { NoticeSectionBody } from './_components/notice-section-body'
import { declineConsent, giveConsent } from './actions'

const PROBLEMS = ['documents_needed', 'notice_changed', 'under_18'] as const
const SETTLED: readonly Status[] = [
  'approved',
  'rejected',
  'revoked',
  'awaiting_provider',
  'awaiting_reviewer',
]

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('consent')
  return { title: t('title') }
}

export default async function ConsentPage({ searchParams }: PageProps<'/verify'>) {
  const player = await requirePlayer()
  const params = await searchParams
  const problem = readParam(params, 'problem')
  const change = readParam(params, 'change') !== ''
  const journey = await findCurrentJourney(player)
  if (journey && SETTLED.includes(journey.status)) redirect(`/verifications/${journey.id}`)
  if (journey?.status === 'awaiting_confirmation' && !change) redirect(`/verifications/${journey.id}`)
  const leave = await leaveView(player)
  if (problem === '' && !change && leave) redirect('/verify/leave')

  const [t, common, locale] = [
    await getTranslations('consent'),
    await getTranslations('common'),
    await getLocale(),
  ]
  const offered = ways()
  const way = oneOf(readParam(params, 'way'), offered, leave?.way ?? offered[0] ?? 'digilocker')
  const other = offered.find((one) => one !== way)
  const notice = await currentNotice(locale, way)
  const kept = problem === '' ? '' : ((await cookies()).get(cookieName('ticks'))?.value ?? '')
  const ticked = CONSENT_ITEMS.filter((item) => kept.split('.').includes(item))
  return (
    <PlayerPage>
      <AskingSheet>
        <FolioStep step={2} title={t('title')} />
        <h1>{notice.title}</h1>
        <p className="lead">{t(way === 'capture' ? 'noneTickedCapture' : 'noneTicked')}</p>
        {problem !== '' && <Problem problem={oneOf(problem, PROBLEMS, 'other')} way={way} />}
        <form id="consent" action={giveConsent}>
          <input type="hidden" name="notice" value={notice.sha256} />
          <input type="hidden" name="locale" value={locale} />
          <input type="hidden" name="way" value={way} />
          {notice.purposes.map((purpose) => (
            <ConsentPurpose key={purpose.id} purpose={purpose} ticked={ticked} />
          ))}
        </form>
        {other && <OtherWay way={other} change={change} />}
      </AskingSheet>
      <FacingSheet labelledBy="notice">
        <div className="stack">
          <h2 id="notice">{t('beforeYouDecide')}</h2>
          <p className="small">{notice.intro}</p>
          <Folds>
            {notice.sections.map((section) => (
              <Fold key={section.id} title={section.title} open={section.open}>
                <NoticeSectionBody section={section} />
              </Fold>
            ))}
          </Folds>
          <p className="small quiet">
            {t('version', { version: notice.version, date: formatDate(notice.date, common('months')) })}{' '}
            <a href={`/verify/notice?way=${way}`}>{t('whole')}</a>
          </p>
        </div>
      </FacingSheet>
      <Dock>
        <div className="dock-pair">
          <form action={declineConsent}>
            <Button look="even">{t('disagree')}</Button>
          </form>
          <Button look="even" form="consent">
            {t('agree')}
          </Button>
        </div>
      </Dock>
    </PlayerPage>
  )
}

async function OtherWay({ way, change }: { way: Way; change: boolean }) {
  const t = await getTranslations(`consent.otherWay.${way}`)
  return (
    <section className="mt-7">
      <h2 className="mb-0!">{t('title')}</h2>
      <ButtonLink look="text" href={`/verify?${change ? 'change=1&' : ''}way=${way}`}>
        {t('link')}
      </ButtonLink>
    </section>
  )
}

async function Problem({ problem, way }: { problem: (typeof PROBLEMS)[number] | 'other'; way: Way }) {
  const t = await getTranslations('consent.problems')
  const ofCapture = way === 'capture' && problem === 'documents_needed'
  return (
    <div className="mt-4">
      <Banner tone={problem === 'other' ? 'failed' : 'pending'} title={t(problem)} alert>
        <p>{t(ofCapture ? 'documents_neededCapture' : `${problem}Text`)}</p>
      </Banner>
    </div>
  )
}
