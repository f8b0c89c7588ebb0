'use client'

import { Icon } from '@/components/ui/icon'
import { useShell } from './desk-shell'
import { Keys } from './keys'

/** Looks like a field and opens the palette, where the search is. */
export function SearchBox() {
  const { words, openPalette } = useShell()
  return (
    <button type="button" className="search" onClick={openPalette}>
      <Icon name="search" />
      <span>{words.palette.bar}</span>
      <Keys keys="/" />
    </button>
  )
}
