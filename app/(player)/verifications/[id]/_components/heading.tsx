import { getMessages, getTranslations } from 'next-intl/server'
import { Folio } from '@/components/booklet'
import { Mark } from '@/components/ui/mark'
import { formatMoment } from '@/lib/i18n/format'
import type { JourneyView } from '@/lib/verification/types'
import { type Screen, WORD_MARKS } from './screens'

/** Folio, heading and lead of one screen. */
export async function Heading({ journey, screen }: { journey: JourneyView; screen: Screen }) {
  const t = await getTranslations('status')
  return (
    <>
      <StatusFolio journey={journey} />
      <h1>{t(`screens.${screen}.heading`)}</h1>
      <p className="lead">{t(`screens.${screen}.lead`)}</p>
    </>
  )
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
