import { getTranslations } from 'next-intl/server'
import { Mark } from '@/components/ui/mark'
import type { ConnectionTile } from '@/lib/connections/overview'
import { formatTime } from '@/lib/i18n/format'
import { formatSpan, lookOf, stateWord } from './figures'

/** How a connection fares, in a word. */
export async function StateMark({ tile }: { tile: ConnectionTile }) {
  const t = await getTranslations('desk.providers')
  const word = stateWord(tile)
  const time = tile.hour.p95Ms === null ? '' : formatSpan(tile.hour.p95Ms)
  return <Mark {...lookOf(word)}>{word === 'slow' ? t('state.slow', { time }) : t(`state.${word}`)}</Mark>
}

/** Since when its breaker is open and when it tries again; nothing while it is closed. */
export async function BreakerLine({ tile }: { tile: ConnectionTile }) {
  const t = await getTranslations('desk.providers')
  const { state, since, triesAgainAt } = tile.breaker
  if (state === 'closed') return null
  const words = [
    ...(since === null ? [] : [t('since', { at: formatTime(since) })]),
    ...(state === 'half_open' || triesAgainAt === null
      ? [t('triesNow')]
      : [t('triesAgain', { at: formatTime(triesAgainAt) }), t('skipped')]),
  ]
  return <span className="quiet">{words.join(', ')}</span>
}
