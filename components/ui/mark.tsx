import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon'

export type MarkTone = 'passed' | 'pending' | 'failed' | 'info' | 'none'

/** Icon and word, always both: colour is never alone. */
export function Mark({
  tone,
  icon,
  turning = false,
  children,
}: {
  tone: MarkTone
  icon: IconName
  turning?: boolean
  children: ReactNode
}) {
  return (
    <span className={`mark mark-${tone}`}>
      <Icon name={icon} {...(turning && { className: 'icon-turning' })} />
      {children}
    </span>
  )
}
