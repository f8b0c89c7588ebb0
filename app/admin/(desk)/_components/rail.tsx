'use client'

import type { Route } from 'next'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { BrandMark } from '@/components/brand-mark'
import { Icon, type IconName } from '@/components/ui/icon'
import { useShell } from './desk-shell'
import { Waiting } from './waiting'

export interface RailPlace {
  key: string
  href: string
  label: string
  letter: string
  icon: IconName
  /** Addresses below which this place is where one is. */
  below: readonly string[]
}

interface Props {
  brand: { name: string; logo: string | null; desk: string }
  places: readonly RailPlace[]
  person: string
  signOut: ReactNode
  children?: ReactNode
}

/** Where one can go, by role. Folds to icons, each with its name, on narrow windows and beside a case. */
export function Rail({ brand, places, person, signOut, children }: Props) {
  const path = usePathname()
  const { words, openPalette } = useShell()
  const isHere = ({ href, below }: RailPlace) =>
    path === href || below.some((part) => path === part || path.startsWith(`${part}/`))
  return (
    <nav className="rail" aria-label={words.main}>
      <Link className="brand" href={'/admin' as Route} prefetch={false} title={brand.desk}>
        <BrandMark name={brand.name} logo={brand.logo} />
        <span className="t">{brand.desk}</span>
      </Link>
      {places.map((place) => [
        <Link
          key={place.key}
          className="rail-link"
          href={place.href as Route}
          prefetch={false}
          title={place.label}
          aria-current={isHere(place) ? 'page' : undefined}
        >
          <Icon name={place.icon} />
          <span className="t">{place.label}</span>
          <Waiting to={place.href} />
        </Link>,
        place.key === 'queue' && (
          <button
            key="search"
            type="button"
            className="rail-link"
            title={words.nav.search}
            onClick={openPalette}
          >
            <Icon name="search" />
            <span className="t">{words.nav.search}</span>
          </button>
        ),
      ])}
      {children}
      <div className="rail-end">
        <Link
          className="rail-link"
          href={'/admin/account' as Route}
          prefetch={false}
          title={`${person}, ${words.account}`}
          aria-current={path === '/admin/account' ? 'page' : undefined}
        >
          <Icon name="circle-user" />
          <span className="t">{person}</span>
        </Link>
        {signOut}
      </div>
    </nav>
  )
}
