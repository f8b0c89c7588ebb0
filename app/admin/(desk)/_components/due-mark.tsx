import type { IconName } from '@/components/ui/icon'
import { Mark } from '@/components/ui/mark'
import type { Due } from './spans'

const ICONS: Record<Exclude<Due['tone'], 'none'>, IconName> = { failed: 'triangle-alert', pending: 'clock' }

/** A due time; an icon beside it as soon as it presses. */
export function DueMark({ due }: { due: Due | null }) {
  if (due === null) return null
  if (due.tone === 'none') return <span className="num">{due.text}</span>
  return (
    <Mark tone={due.tone} icon={ICONS[due.tone]}>
      <span className="num">{due.text}</span>
    </Mark>
  )
}
