import type { IconName } from '@/components/ui/icon'
import { Mark, type MarkTone } from '@/components/ui/mark'
import { fill, formatTime } from '@/lib/i18n/format'
import type { JourneyWords } from '@/lib/i18n/messages'
import type { JourneyView, StepView } from '@/lib/verification/types'

const STATES: Readonly<Record<StepView['state'], { tone: MarkTone; icon: IconName }>> = {
  done: { tone: 'passed', icon: 'check' },
  now: { tone: 'info', icon: 'loader' },
  next: { tone: 'none', icon: 'circle-dashed' },
  stopped: { tone: 'failed', icon: 'circle-x' },
}

/** Steps that a machine takes: their icon turns. What waits for a person stands still. */
const MACHINE: readonly StepView['key'][] = ['document', 'checks']

/** What a step says in its state. */
export function stepTitle(step: StepView, words: JourneyWords): string {
  const document = step.document === null ? '' : words.documents[step.document]
  return fill(words.steps[step.key][step.state], { document })
}

/** The steps of an attempt as lines printed in a passbook: time, margin rule, fact, state. Lines never change places. */
export function Passbook({
  journey,
  words,
}: {
  journey: Pick<JourneyView, 'steps' | 'noticeVersion' | 'connectionName'>
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
            {stepTitle(step, words)}
            <Note step={step} journey={journey} words={words} />
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
  words,
}: {
  step: StepView
  journey: Pick<JourneyView, 'noticeVersion' | 'connectionName'>
  words: JourneyWords
}) {
  if (step.state !== 'done') return null
  if (step.key === 'agreed' && journey.noticeVersion !== null) {
    return <small>{fill(words.agreedNote, { version: journey.noticeVersion })}</small>
  }
  if (step.key === 'left' && journey.connectionName !== null) {
    return <small>{fill(words.leftNote, { vendor: journey.connectionName })}</small>
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
