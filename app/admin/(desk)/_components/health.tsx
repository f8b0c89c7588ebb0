import type { IconName } from '@/components/ui/icon'
import { Mark, type MarkTone } from '@/components/ui/mark'
import { connections } from '@/lib/connections'
import { breakerStates } from '@/lib/connections/health'
import type { Messages } from '@/lib/i18n/messages'
import type { BreakerState } from '@/lib/providers/breaker'

const MARKS: Readonly<Record<BreakerState, { tone: MarkTone; icon: IconName }>> = {
  closed: { tone: 'passed', icon: 'check' },
  half_open: { tone: 'pending', icon: 'clock' },
  open: { tone: 'failed', icon: 'circle-x' },
  unauthorized: { tone: 'failed', icon: 'circle-x' },
}

/** How each vendor answers now: one line each, icon and word. */
export async function Health({ words }: { words: Messages['desk']['shell']['health'] }) {
  const known = connections()
  const states = await breakerStates(known.map(({ id }) => id))
  return (
    <ul className="health">
      {known.map(({ id, displayName }) => {
        const state = states.get(id) ?? 'closed'
        return (
          <li key={id}>
            <span>{displayName}</span>
            <Mark {...MARKS[state]}>{words[state]}</Mark>
          </li>
        )
      })}
    </ul>
  )
}
