import type { IconName } from '@/components/ui/icon'
import type { MarkTone } from '@/components/ui/mark'
import type { Pulse } from '@/lib/connections/overview'
import { fill } from '@/lib/i18n/format'
import type { Messages } from '@/lib/i18n/messages'

const SLOW_MS = 5000
const FEW_SUCCEED = 0.9

/** What is said of a vendor in one word or figure: what stands in the way, else how much of it succeeds. */
export function toPulseMark(
  { state, takesPlayers, recent }: Pick<Pulse, 'state' | 'takesPlayers' | 'recent'>,
  words: Messages['desk']['shell']['health'],
): { tone: MarkTone; icon: IconName; text: string } {
  if (state === 'open' || state === 'unauthorized')
    return { tone: 'failed', icon: 'circle-x', text: words[state] }
  if (!takesPlayers) return { tone: 'none', icon: 'minus', text: words.off }
  if (state === 'half_open') return { tone: 'pending', icon: 'clock', text: words.half_open }
  const { successShare, p95Ms } = recent
  if (successShare === null) return { tone: 'passed', icon: 'check', text: words.closed }
  if (successShare < FEW_SUCCEED)
    return { tone: 'pending', icon: 'triangle-alert', text: toPercent(successShare) }
  if (p95Ms !== null && p95Ms > SLOW_MS)
    return { tone: 'pending', icon: 'clock', text: fill(words.slow, { seconds: (p95Ms / 1000).toFixed(1) }) }
  return { tone: 'passed', icon: 'check', text: toPercent(successShare) }
}

const toPercent = (share: number) => `${(share * 100).toFixed(1)} %`
