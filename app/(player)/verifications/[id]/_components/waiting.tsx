import { getMessages, getTranslations } from 'next-intl/server'
import { Dock } from '@/components/booklet'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { formatTime } from '@/lib/i18n/format'
import type { JourneyView } from '@/lib/verification/types'
import { Heading } from './heading'
import { LiveJourney } from './live-journey'
import { hasNextStep, NextStep } from './next-step'
import type { Screen } from './screens'
import { StopFold } from './stop-fold'
import { SupportDetails } from './support-details'

/** An attempt that still moves: steps, documents as they come, and the way out. */
export async function Waiting({ journey, screen }: { journey: JourneyView; screen: Screen }) {
  const { journey: words } = await getMessages()
  return (
    <>
      <LiveJourney
        initial={journey}
        words={words}
        head={
          <>
            <Heading journey={journey} screen={screen} />
            {screen === 'reviewing' && <Reviewing />}
            {screen === 'away' && <OpenUntil journey={journey} />}
          </>
        }
        foot={
          <>
            <NoScript journey={journey} />
            <StopFold journey={journey} />
          </>
        }
        facing={<SupportDetails journey={journey} />}
      />
      {hasNextStep(journey) && (
        <Dock>
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

async function OpenUntil({ journey }: { journey: JourneyView }) {
  const t = await getTranslations('status')
  if (journey.deadlineAt === null) return null
  return (
    <p className="small quiet num">{t('openUntil', { time: formatTime(journey.deadlineAt).slice(0, 5) })}</p>
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
