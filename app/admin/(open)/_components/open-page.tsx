import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { Booklet } from '@/components/booklet'
import { BrandMark } from '@/components/brand-mark'
import { brand } from '@/lib/settings-view'
import '@/app/styles/staff.css'

/** What the pages that lead into the desk stand in: the player's paper, without the player's ways. English, as all of staff's. */
export async function OpenPage({ single = false, children }: { single?: boolean; children: ReactNode }) {
  const t = await getTranslations('desk.staff')
  const { name, logo } = brand()
  return (
    <div className="player" lang="en">
      <header className="masthead">
        <a className="brand" href="/admin">
          <BrandMark name={name} logo={logo} />
          {name}
        </a>
        <span className="staff-tag">{t('tag')}</span>
      </header>
      <div className="iris" aria-hidden="true" />
      <Booklet single={single}>{children}</Booklet>
    </div>
  )
}
