import { Icon, type IconName } from '@/components/ui/icon'

interface Tick {
  letter: string
  tone: 'passed' | 'pending' | 'failed' | 'none'
  sign: IconName | '?'
  say: string
}

/** What became of each document: letter and sign, never colour alone; read out in words. */
export function Ticks({ ticks }: { ticks: readonly Tick[] }) {
  return (
    <span className="ticks">
      {ticks.map(({ letter, tone, sign, say }) => (
        <span key={letter} className={`tick tick-${tone}`} title={say}>
          <span aria-hidden="true">{letter}</span>
          {sign === '?' ? <b aria-hidden="true">?</b> : <Icon name={sign} />}
          <span className="sr-only">{say}</span>
        </span>
      ))}
    </span>
  )
}
