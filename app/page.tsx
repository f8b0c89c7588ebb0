import type { Metadata } from 'next'
import { getMessages, getTranslations } from 'next-intl/server'
import { FolioStep } from '@/app/(player)/_components/folio-step'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { AskingSheet, Dock, FacingSheet } from '@/components/booklet'
import { Banner } from '@/components/ui/banner'
import { ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { Step, Steps } from '@/components/ui/steps'
import { findPlayer } from '@/lib/auth/guards'
import { ways } from '@/lib/consent/consent'
import { findCurrentJourney } from '@/lib/verification/find'
import type { JourneyView } from '@/lib/verification/types'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('landing')
  return { title: t('title'), robots: { index: true } }
}

export default async function LandingPage() {
  const t = await getTranslations('landing')
  const player = await findPlayer()
  const journey = player && (await findCurrentJourney(player))
  const offered = ways()
  const { landing } = await getMessages()
  const text = offered[0] === 'capture' ? { ...landing, ...landing.capture } : landing
  return (
    <PlayerPage>
      <AskingSheet>
        <FolioStep step={1} title={t('title')} />
        <div className="stack">
          <h1>{t('heading')}</h1>
          <p className="lead">{text.lead}</p>
          {journey && <Standing journey={journey} />}
          <Ledger>
            <LedgerLine label={t('time')}>{t('timeText')}</LedgerLine>
            <LedgerLine label={t('hand')} hint={text.handHint}>
              {text.handText}
            </LedgerLine>
            <LedgerLine label={t('read')} hint={t('readHint')}>
              {text.readText}
            </LedgerLine>
            <LedgerLine label={t('never')}>{text.neverText}</LedgerLine>
          </Ledger>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="how">
        <div className="stack">
          <h2 id="how">{t('how')}</h2>
          <Steps>
            <Step title={t('step1')}>{text.step1Text}</Step>
            <Step title={text.step2}>{text.step2Text}</Step>
            <Step title={text.step3}>{t('step3Text')}</Step>
            <Step title={t('step4')}>{t('step4Text')}</Step>
          </Steps>
          <h2>{text.without}</h2>
          <p className="lead">
            {offered.length > 1 ? text.withoutPhoto : text.withoutText}{' '}
            <Without capture={offered[0] === 'capture'} />
          </p>
        </div>
      </FacingSheet>
      <Dock
        aside={
          <ButtonLink look="text" href="/help#later">
            {t('later')}
          </ButtonLink>
        }
      >
        <Start journey={journey} />
      </Dock>
    </PlayerPage>
  )
}

async function Without({ capture }: { capture: boolean }) {
  const t = await getTranslations('landing')
  return capture ? <a href="/help#later">{t('capture.help')}</a> : <a href="/help#phone">{t('linkPhone')}</a>
}

async function Standing({ journey }: { journey: JourneyView }) {
  const t = await getTranslations('landing')
  const verified = journey.status === 'approved'
  return (
    <Banner tone={verified ? 'passed' : 'info'} title={t(verified ? 'verified' : 'running')}>
      <p>{t(verified ? 'verifiedText' : 'runningText')}</p>
    </Banner>
  )
}

async function Start({ journey }: { journey: JourneyView | null }) {
  const t = await getTranslations('landing')
  const label = journey === null ? t('start') : t(journey.status === 'approved' ? 'seeResult' : 'goOn')
  return (
    <ButtonLink look="primary" href={journey === null ? '/verify' : `/verifications/${journey.id}`}>
      {label} <Icon name="arrow-right" className="icon-onward" />
    </ButtonLink>
  )
}
