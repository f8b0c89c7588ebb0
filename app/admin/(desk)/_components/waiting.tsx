'use client'

import { useLinkStatus } from 'next/link'
import { Icon } from '@/components/ui/icon'
import { useShell } from './desk-shell'

/** Inside a link: turns while its page is on the way. Pages have no skeleton, since without script one would stay. */
export function Waiting() {
  const { pending } = useLinkStatus()
  const { words } = useShell()
  if (!pending) return null
  return (
    <span className="waiting" role="status">
      <Icon name="loader" className="icon-turning" />
      <span className="sr-only">{words.loading}</span>
    </span>
  )
}
