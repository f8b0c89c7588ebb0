import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon'

type Tone = 'info' | 'pending' | 'failed' | 'passed'

const ICONS: Readonly<Record<Tone, IconName>> = {
  info: 'info',
  pending: 'pen-line',
  failed: 'circle-x',
  passed: 'check',
}

/** What happened, in bold; whose side, what to do and what is kept, below. `alert` for what the last press caused. */
export function Banner({
  tone,
  title,
  alert = false,
  children,
}: {
  tone: Tone
  title: ReactNode
  alert?: boolean
  children?: ReactNode
}) {
  return (
    <div className={`banner tone-${tone}`} role={alert ? 'alert' : undefined}>
      <Icon name={ICONS[tone]} />
      <div>
        <b>{title}</b>
        {children}
      </div>
    </div>
  )
}
