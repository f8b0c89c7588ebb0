import { getMessages, getTranslations } from 'next-intl/server'
import { Folio } from '@/components/booklet'
import { Mark } from '@/components/ui/mark'
import { placeOf, wayOf } from '@/components/way'
import { fill, formatMoment } from '@/lib/i18n/format'
import type { JourneyView } from '@/lib/verification/types'
import { type Screen, WORD_MARKS } from './screens'

interface ScreenText {
  heading: string
  lead: string
}

/** Folio, heading and lead of one screen. */
export async function Heading({ journey, screen }: { journey: JourneyView; screen: Screen }) {
  const { heading, lead } = await screenText(journey, screen)
  return (
    <>
      <StatusFolio journey={journey} />
      <h1>{heading}</h1>
      <p className="lead">{lead}</p>
    </>
  )
}

/** Heading and lead of a screen, in the words of the way that the attempt goes. */
export async function screenText(journey: JourneyView, screen: Screen): Promise<ScreenText> {
  const { status, mismatch, journey: words } = await getMessages()
  const own: Partial<Record<Screen, Partial<ScreenText>>> =
    wayOf(journey) === 'capture' ? status.screensCapture : {}
  const { heading, lead } = { ...status.screens[screen], ...own[screen] }
  const place = placeOf(journey, words)
  const document = journey.correctFirst === null ? '' : mismatch.inSentence[journey.correctFirst]
  return { heading: fill(heading, { place, document }), lead: fill(lead, { place, document }) }
}

/** The player's word for the state, and when it was reached. */
export async function StatusFolio({ journey }: { journey: JourneyView }) {
  const [t, { journey: words }] = [await getTranslations('status'), await getMessages()]
  const { tone, icon } = WORD_MARKS[journey.word]
  const at = journey.decidedAt ?? journey.createdAt
  return (
    <Folio
      at={
        <time dateTime={at} className="num">
          {formatMoment(at, words.months)} IST
        </time>
      }
    >
      <Mark tone={tone} icon={icon}>
        {t(`words.${journey.word}`)}
      </Mark>
    </Folio>
  )
}
