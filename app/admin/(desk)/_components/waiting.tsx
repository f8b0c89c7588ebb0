'use client'

import { useLinkStatus } from 'next/link'
import { useEffect } from 'react'
import { Icon } from '@/components/ui/icon'
import { useShell } from './desk-shell'

/** Inside a link: turns while its page is on the way, and has the shell draw the shape of that page once it takes its time. */
export function Waiting({ to, quiet = false }: { to: string; quiet?: boolean }) {
  const { pending } = useLinkStatus()
  const { setOnWay } = useShell()
  useEffect(() => {
    if (!pending) return
    setOnWay(to)
    return () => setOnWay(null)
  }, [pending, to, setOnWay])
  if (!pending || quiet) return null
  return (
    <span className="waiting">
      <Icon name="loader" className="icon-turning" />
    </span>
  )
}
