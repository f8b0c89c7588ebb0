import type { IconName } from '@/components/ui/icon'
import type { MarkTone } from '@/components/ui/mark'
import type { ConnectionTile } from '@/lib/connections/overview'

const SLOW_MS = 5_000
const FALTERING_SHARE = 0.95

/** `231 ms`, `6.1 s`. */
export function formatSpan(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** `99.4 %`; never rounded up to all of them. */
export function formatShare(share: number): string {
  if (share === 1) return '100 %'
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`
}

export type StateWord =
  | 'off'
  | 'unauthorized'
  | 'open'
  | 'half_open'
  | 'unwell'
  | 'faltering'
  | 'slow'
  | 'quiet'
  | 'working'

const LOOKS: Readonly<Record<StateWord, { tone: MarkTone; icon: IconName }>> = {
  off: { tone: 'none', icon: 'ban' },
  unauthorized: { tone: 'failed', icon: 'circle-x' },
  open: { tone: 'failed', icon: 'circle-x' },
  half_open: { tone: 'pending', icon: 'clock' },
  unwell: { tone: 'pending', icon: 'triangle-alert' },
  faltering: { tone: 'pending', icon: 'triangle-alert' },
  slow: { tone: 'pending', icon: 'clock' },
  quiet: { tone: 'none', icon: 'minus' },
  working: { tone: 'passed', icon: 'check' },
}

/** What matters most about a connection now, in one word. */
export function stateWord(tile: ConnectionTile): StateWord {
  const { takesPlayers, breaker, hour, examination } = tile
  if (!takesPlayers) return 'off'
  if (breaker.state !== 'closed') return breaker.state
  if (examination?.report.healthy === false) return 'unwell'
  if (hour.successShare === null || hour.p95Ms === null) return 'quiet'
  if (hour.successShare < FALTERING_SHARE) return 'faltering'
  return hour.p95Ms > SLOW_MS ? 'slow' : 'working'
}

/** Tone and icon of a word. */
export function lookOf(word: StateWord): { tone: MarkTone; icon: IconName } {
  return LOOKS[word]
}
