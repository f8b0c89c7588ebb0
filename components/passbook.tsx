import type { IconName } from '@/components/ui/icon'
import { Mark, type MarkTone } from '@/components/ui/mark'
import { fill, formatTime } from '@/lib/i18n/format'
import type { JourneyWords } from '@/lib/i18n/messages'
import type { JourneyView, StepView } from '@/lib/verification/types'
import { placeOf, wayOf } from './way'

const STATES: Readonly<Record<StepView['state'], { tone: MarkTone; icon: IconName }>> = {
  done: { tone: 'passed', icon: 'check' },
  now: { tone: 'info', icon: 'loader' },
  next: { tone: 'none', icon: 'circle-dashed' },
  stopped: { tone: 'failed', icon: 'circle-x' },
}

/** Steps that a machine takes: their icon turns. What waits for a person stands still. */
const MACHINE: readonly StepView['key'][] = ['document', 'checks']

type Passed = Pick<JourneyView, 'steps' | 'noticeVersion' | 'connectionName'>

/** What a step says in its state. */
export function stepTitle(step: StepView, journey: Passed, words: JourneyWords): string {
  const document = step.document === null ? '' : words.documents[step.document]
  const sentences = wayOf(journey) === 'capture' ? { ...words.steps, ...words.stepsCapture } : words.steps
  return fill(sentences[step.key][step.state], { document, place: placeOf(journey, words) })
}

/** The steps of an attempt as lines printed in a passbook: time, margin rule, fact, state. Lines never change places. */
export function Passbook({
  journey,
  carrier,
  words,
}: {
  journey: Passed
  /** Company that carries the request; null when none stands in between. */
  carrier: string | null
  words: JourneyWords
}) {
  return (
    <ol className="passbook">
      {journey.steps.map((step) => (
        <li key={`${step.key}-${step.document ?? ''}`} className={`is-${step.state}`}>
          {step.at === null ? (
            <time aria-hidden="true" />
          ) : (
            <time dateTime={step.at}>{formatTime(step.at)}</time>
          )}
          <p>
            {stepTitle(step, journey, words)}
            <Note step={step} journey={journey} carrier={carrier} words={words} />
          </p>
          <StepMark step={step} words={words} />
        </li>
      ))}
    </ol>
  )
}

function Note({
  step,
  journey,
  carrier,
  words,
}: {
  step: StepView
  journey: Passed
  carrier: string | null
  words: JourneyWords
}) {
  if (step.state !== 'done') return null
  if (step.key === 'agreed' && journey.noticeVersion !== null) {
    return <small>{fill(words.agreedNote, { version: journey.noticeVersion })}</small>
  }
  if (step.key === 'left' && journey.connectionName !== null && wayOf(journey) === 'digilocker') {
    return (
      <small>{carrier === null ? words.leftNoteDirect : fill(words.leftNote, { vendor: carrier })}</small>
    )
  }
  return null
}

function StepMark({ step, words }: { step: StepView; words: JourneyWords }) {
  const { tone, icon } = STATES[step.state]
  const waits = step.state === 'now' && !MACHINE.includes(step.key)
  return (
    <Mark tone={tone} icon={waits ? 'hourglass' : icon} turning={step.state === 'now' && !waits}>
      {words.marks[step.state]}
    </Mark>
  )
}
