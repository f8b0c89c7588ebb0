import { getMessages } from 'next-intl/server'
import type { ReactNode } from 'react'
import { signOutStaff } from '@/app/admin/(open)/sign-out/actions'
import { Icon } from '@/components/ui/icon'
import { findStaffMember } from '@/lib/auth/staff-guards'
import { fill } from '@/lib/i18n/format'
import { brand } from '@/lib/settings-view'
import { may, type Permission } from '@/lib/staff/permissions'
import '@/app/styles/desk.css'
import { DeskShell } from './_components/desk-shell'
import { Health } from './_components/health'
import { Rail, type RailPlace } from './_components/rail'
import { claimNextCase, searchCases } from './actions'

type PlaceKey =
  | 'home'
  | 'queue'
  | 'players'
  | 'tasks'
  | 'providers'
  | 'policy'
  | 'analytics'
  | 'audit'
  | 'team'

const PLACES: readonly (Omit<RailPlace, 'label' | 'key'> & { key: PlaceKey; needs: Permission })[] = [
  { key: 'home', needs: 'desk.open', href: '/admin', letter: 'H', icon: 'house', below: [] },
  {
    key: 'queue',
    needs: 'case.view',
    href: '/admin/queue',
    letter: 'Q',
    icon: 'inbox',
    below: ['/admin/cases'],
  },
  {
    key: 'players',
    needs: 'case.view',
    href: '/admin/players',
    letter: 'P',
    icon: 'users',
    below: ['/admin/players'],
  },
  {
    key: 'tasks',
    needs: 'case.decide',
    href: '/admin/tasks',
    letter: 'K',
    icon: 'file-check',
    below: ['/admin/tasks'],
  },
  {
    key: 'providers',
    needs: 'connection.view',
    href: '/admin/providers',
    letter: 'V',
    icon: 'plug',
    below: ['/admin/providers'],
  },
  {
    key: 'policy',
    needs: 'policy.view',
    href: '/admin/policy',
    letter: 'L',
    icon: 'scale',
    below: ['/admin/policy'],
  },
  {
    key: 'analytics',
    needs: 'analytics.view',
    href: '/admin/analytics',
    letter: 'Y',
    icon: 'chart-column',
    below: ['/admin/analytics'],
  },
  {
    key: 'audit',
    needs: 'audit.view',
    href: '/admin/audit',
    letter: 'U',
    icon: 'scroll-text',
    below: ['/admin/audit'],
  },
  {
    key: 'team',
    needs: 'team.view',
    href: '/admin/team',
    letter: 'T',
    icon: 'user-cog',
    below: ['/admin/team'],
  },
]

/** The desk around every signed-in page. Who is not signed in gets nothing of it: the page itself sends them to sign in. */
export default async function DeskLayout({ children }: { children: ReactNode }) {
  const staff = await findStaffMember()
  if (staff === null) return children
  const { shell: words } = (await getMessages()).desk
  const { name, logo } = brand()
  const places = PLACES.filter(({ needs }) => may(staff.roles, needs)).map(({ needs: _, ...place }) => ({
    ...place,
    label: words.nav[place.key],
  }))
  const canSearch = may(staff.roles, 'case.view')
  return (
    <div className="desk" lang="en">
      <a className="skip" href="#page">
        {words.skip}
      </a>
      <DeskShell
        words={words}
        places={places}
        searchCases={canSearch ? searchCases : null}
        claimNextCase={may(staff.roles, 'case.claim') ? claimNextCase : null}
        rail={
          <Rail
            brand={{ name, logo, desk: fill(words.desk, { brand: name }) }}
            places={places}
            person={staff.name}
            signOut={
              <form action={signOutStaff}>
                <button type="submit" className="rail-link" title={words.signOut}>
                  <Icon name="log-out" />
                  <span className="t">{words.signOut}</span>
                </button>
              </form>
            }
          >
            <h2>{words.health.title}</h2>
            <Health words={words.health} />
          </Rail>
        }
      >
        {children}
      </DeskShell>
    </div>
  )
}
