import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { Banner } from '@/components/ui/banner'
import { requireStaff } from '@/lib/auth/staff-guards'
import { readConnections } from '@/lib/connections/overview'
import { unusedVendors } from '@/lib/connections/set-up'
import { brand } from '@/lib/settings-view'
import { may } from '@/lib/staff/permissions'
import { DeskBar } from '../_components/desk-bar'
import { Tile } from './_components/tile'
import '@/app/styles/providers.css'

const PROBLEMS = ['changed', 'last_of_way'] as const

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.providers')
  return { title: t('title') }
}

export default async function ProvidersPage({ searchParams }: PageProps<'/admin/providers'>) {
  const staff = await requireStaff('connection.view', '/admin/providers')
  const { tiles, routingVersion } = await readConnections(staff)
  const unused = unusedVendors(staff)
  const params = await searchParams
  const problem = oneOf(readParam(params, 'problem'), PROBLEMS, null)
  const t = await getTranslations('desk.providers')
  const first = tiles.find(({ takesPlayers }) => takesPlayers)?.displayName ?? ''
  const canChange = may(staff.roles, 'connection.change')
  return (
    <>
      <DeskBar title={t('title')} lead={t('lead', { first })} />
      <div className="scroll pad providers-page">
        {problem !== null && (
          <Banner tone="failed" title={t(`order.${problem}`)} alert>
            <p>{t(`order.${problem}Text`)}</p>
          </Banner>
        )}
        {readParam(params, 'done') === 'saved' && (
          <div role="status">
            <Banner tone="passed" title={t('order.saved', { first })} />
          </div>
        )}
        {brand().sandbox && (
          <Banner tone="info" title={t('sandbox')}>
            <p>{t('sandboxText')}</p>
          </Banner>
        )}
        <ol className="providers" aria-label={t('list')}>
          {tiles.map((tile, index) => (
            <Tile
              key={tile.id}
              tile={tile}
              place={index + 1}
              of={tiles.length}
              version={routingVersion}
              canChange={canChange}
            />
          ))}
        </ol>
        {canChange && <p className="quiet">{t('order.hint')}</p>}
        {unused.length > 0 && (
          <section className="providers-unused">
            <h2 className="desk-h2">
              {t('unused')} <span>{t('unusedText')}</span>
            </h2>
            <ul>
              {unused.map(({ vendor, displayName }) => (
                <li key={vendor}>
                  <a href={`/admin/providers/${vendor}/set-up`}>{displayName}</a>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </>
  )
}
