import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { FolioStep } from '@/app/(player)/_components/folio-step'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { SwitchLine } from '@/app/(player)/_components/switch-line'
import { AskingSheet, Dock, FacingSheet } from '@/components/booklet'
import { Banner } from '@/components/ui/banner'
import { Button, ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { requirePlayer } from '@/lib/auth/guards'
import { ERROR_STATUS, type ErrorCode } from '@/lib/errors'
import { findCurrentJourney, leaveView } from '@/lib/verification/find'
import { Fallbacks } from './_components/fallbacks'
import { Ready } from './_components/ready'
import { Trip } from './_components/trip'

const ERROR_CODES = Object.keys(ERROR_STATUS) as ErrorCode[]

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('leave')
  return { title: t('title') }
}

export default async function LeavePage({ searchParams }: PageProps<'/verify/leave'>) {
  const player = await requirePlayer()
  const journey = await findCurrentJourney(player)
  if (journey?.status === 'approved') redirect(`/verifications/${journey.id}`)
  const view = await leaveView(player)
  if (!view) redirect('/verify')
  if (view.needsDetails) redirect('/verify/you')

  const { way } = view
  const [t, own] = [await getTranslations('leave'), await getTranslations(`leave.${way}`)]
  const place = way === 'capture' ? view.connectionName : 'DigiLocker'
  const problem = oneOf(readParam(await searchParams, 'problem'), ERROR_CODES, null)
  return (
    <PlayerPage>
      <AskingSheet>
        <FolioStep step={3} title={t('title')} />
        <div className="stack">
          <h1>{own('heading')}</h1>
          <p className="lead">{own('lead', { place })}</p>
          {problem && <Problem code={problem} />}
          {view.slow && (
            <Banner tone="info" title={t('slow', { place })}>
              <p>{t('slowText')}</p>
            </Banner>
          )}
          <Trip view={view} place={place} />
          {journey?.status === 'awaiting_player' && <SwitchLine journey={journey} />}
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="ready">
        <div className="stack">
          <Ready way={way} place={place} />
          <Fallbacks view={view} />
        </div>
      </FacingSheet>
      <Dock
        aside={
          <ButtonLink look="text" href="/verify?change=1">
            {t('change')}
          </ButtonLink>
        }
      >
        <form method="post" action="/api/kyc/start">
          <Button look="primary">
            {own('go', { place })} <Icon name="arrow-right" className="icon-onward" />
          </Button>
        </form>
      </Dock>
    </PlayerPage>
  )
}

async function Problem({ code }: { code: ErrorCode }) {
  const [t, errors] = [await getTranslations('leave'), await getTranslations('errors')]
  return (
    <Banner tone="failed" title={t('problem')} alert>
      <p>{errors(code)}</p>
    </Banner>
  )
}
