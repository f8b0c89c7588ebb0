import { getMessages, getTranslations } from 'next-intl/server'
import { type Fix, FixSteps } from '@/app/(player)/_components/fix-steps'
import { SwitchButton, SwitchLine, switchesFirst } from '@/app/(player)/_components/switch-line'
import { AskingSheet, Dock, FacingSheet } from '@/components/booklet'
import { DocumentCard } from '@/components/document-card'
import { ButtonLink } from '@/components/ui/button'
import { formatDate } from '@/lib/i18n/format'
import type { JourneyView } from '@/lib/verification/types'
import { carrierOf } from './carrier'
import { Heading } from './heading'
import { Kept } from './kept'
import { Mismatches } from './mismatches'
import { hasNextStep, NextStep } from './next-step'
import { Reasons } from './reasons'
import type { Screen } from './screens'
import { SupportDetails } from './support-details'

const FIXES: Partial<Record<Screen, Fix>> = {
  pan_missing: 'pan',
  identity_missing: 'identity',
  name_differs: 'name',
  photo_again: 'photo',
}
const APPEALS: readonly Screen[] = ['rejected', 'revoked', 'under_age']

/** Action needed and Not verified: what happened, whose side it is on, what to do, what is kept. */
export async function Ended({ journey, screen }: { journey: JourneyView; screen: Screen }) {
  const [t, me] = [await getTranslations('status'), await getTranslations('me')]
  const fix = screen === 'correct_first' ? correctionOf(journey) : FIXES[screen]
  const retries = journey.nextAction === 'try_again' || journey.attemptsLeft === 0
  return (
    <>
      <AskingSheet>
        <div className="stack">
          <Heading journey={journey} screen={screen} />
          <Reasons journey={journey} screen={screen} />
          <Mismatches journey={journey} />
          {fix && (
            <section>
              <h2>{t('fix.title')}</h2>
              <FixSteps what={fix} />
            </section>
          )}
          {screen === 'correct_first' && <KeptPlace journey={journey} />}
          {retries && journey.reasons.includes('person_not_matched') && (
            <ButtonLink look="text" href="/verify/you">
              {t('lookAtDetails')}
            </ButtonLink>
          )}
          <SwitchLine journey={journey} />
          {APPEALS.includes(screen) && (
            <section>
              <h2>{t('appeal')}</h2>
              <p>
                {t('appealText')} <a href={`/me/ask/appeal?attempt=${journey.id}`}>{me('appealGo')}</a>
              </p>
            </section>
          )}
          <p className="small quiet num">
            {t('reference')} <span className="mono pick-all">{journey.reference}</span>
            {retries && <> · {t('triesLeft', { count: journey.attemptsLeft })}</>}
          </p>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="kept">
        <div className="stack">
          {screen !== 'under_age' && <Documents journey={journey} />}
          <Kept journey={journey} screen={screen} />
          <SupportDetails journey={journey} />
        </div>
      </FacingSheet>
      {switchesFirst(journey) ? (
        <SwitchDock journey={journey} />
      ) : (
        (hasNextStep(journey) || fix) && (
          <Dock
            aside={
              fix && (
                <ButtonLink look="text" href="/help">
                  {t('yourChoice')}
                </ButtonLink>
              )
            }
          >
            {hasNextStep(journey) && <NextStep journey={journey} />}
          </Dock>
        )
      )}
    </>
  )
}

/** How the document that the player named is corrected. */
function correctionOf({ correctFirst }: JourneyView): Fix {
  return correctFirst === null || correctFirst === 'photo_document' ? 'name' : `correct_${correctFirst}`
}

async function KeptPlace({ journey }: { journey: JourneyView }) {
  const [t, { journey: words }] = [await getTranslations('mismatch'), await getMessages()]
  return (
    <>
      {journey.deadlineAt !== null && (
        <p className="num">{t('placeUntil', { date: formatDate(journey.deadlineAt, words.months) })}</p>
      )}
      <section>
        <h2>{t('otherwise')}</h2>
        <p className="lead">{t('otherwiseText')}</p>
      </section>
    </>
  )
}

function SwitchDock({ journey }: { journey: JourneyView }) {
  if (journey.switchTo === null) return null
  return (
    <Dock aside={hasNextStep(journey) ? <NextStep journey={journey} look="text" /> : undefined}>
      <SwitchButton to={journey.switchTo} look="primary" />
    </Dock>
  )
}

async function Documents({ journey }: { journey: JourneyView }) {
  const { journey: words } = await getMessages()
  const documents = journey.documents.filter((document) => document.state !== 'waiting')
  if (documents.length === 0) return null
  return (
    <section>
      <h2>{words.cards.arrivedTitle}</h2>
      {documents.map((document) => (
        <DocumentCard
          key={document.type}
          document={document}
          vendor={carrierOf(journey)}
          sandbox={journey.sandbox}
          words={words}
        />
      ))}
    </section>
  )
}
