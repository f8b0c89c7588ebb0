import { getMessages, getTranslations } from 'next-intl/server'
import { SwitchLine } from '@/app/(player)/_components/switch-line'
import { Dock } from '@/components/booklet'
import { Button } from '@/components/ui/button'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { formatUntil } from '@/lib/i18n/format'
import type { JourneyView } from '@/lib/verification/types'
import { carrierOf } from './carrier'
import { Heading } from './heading'
import { LiveJourney } from './live-journey'
import { Mismatches } from './mismatches'
import { hasNextStep, NextStep } from './next-step'
import { Reasons } from './reasons'
import type { Screen } from './screens'
import { StopFold } from './stop-fold'
import { SupportDetails } from './support-details'
import { RecheckProblem } from './typed-wrong'

/** An attempt that still moves: steps, documents as they come, and the way out. */
export async function Waiting({
  journey,
  screen,
  problem,
}: {
  journey: JourneyView
  screen: Screen
  /** What the last correction came to, where there was one. */
  problem: string
}) {
  const { journey: words } = await getMessages()
  return (
    <>
      <LiveJourney
        initial={journey}
        words={words}
        carrier={carrierOf(journey)}
        head={
          <>
            <Heading journey={journey} screen={screen} />
            {(screen === 'reviewing' || screen === 'both_are_me') && (
              <>
                <RecheckProblem problem={problem} />
                <Reasons journey={journey} screen={screen} />
                <Mismatches journey={journey} />
                <Reviewing />
              </>
            )}
            {(screen === 'away' || screen === 'elsewhere') && <OpenUntil journey={journey} screen={screen} />}
          </>
        }
        foot={
          <>
            <NoScript journey={journey} />
            {screen === 'away' && <SwitchLine journey={journey} />}
            <StopFold journey={journey} />
          </>
        }
        facing={<SupportDetails journey={journey} />}
      />
      {hasNextStep(journey) && (
        <Dock aside={journey.nextAction === 'confirm' ? <StartAgain /> : undefined}>
          <NextStep journey={journey} />
        </Dock>
      )}
    </>
  )
}

async function Reviewing() {
  const t = await getTranslations('status')
  return (
    <Ledger wide>
      <LedgerLine label={t('reviewerTime')}>{t('reviewerTimeText')}</LedgerLine>
      <LedgerLine label={t('reviewerTold')}>{t('reviewerToldText')}</LedgerLine>
      <LedgerLine label={t('reviewerDo')}>{t('reviewerDoText')}</LedgerLine>
    </Ledger>
  )
}

async function OpenUntil({ journey, screen }: { journey: JourneyView; screen: Screen }) {
  const [t, { journey: words }] = [await getTranslations('status'), await getMessages()]
  if (journey.deadlineAt === null) return null
  const time = formatUntil(journey.deadlineAt, new Date(), words.months)
  return (
    <p className="small quiet num">{t(screen === 'elsewhere' ? 'confirmUntil' : 'openUntil', { time })}</p>
  )
}

async function StartAgain() {
  const t = await getTranslations('status.actions')
  return (
    <form method="post" action="/api/kyc/start">
      <Button look="text">{t('start_again')}</Button>
    </form>
  )
}

async function NoScript({ journey }: { journey: JourneyView }) {
  const t = await getTranslations('status')
  return (
    <noscript>
      <p className="small">
        {t('noScript')} <a href={`/verifications/${journey.id}`}>{t('lookAgain')}</a>
      </p>
    </noscript>
  )
}
