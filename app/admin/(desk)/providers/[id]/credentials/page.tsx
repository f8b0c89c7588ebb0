import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getMessages, getTranslations } from 'next-intl/server'
import { DeskBar } from '@/app/admin/(desk)/_components/desk-bar'
import { Banner } from '@/components/ui/banner'
import { requireStaff } from '@/lib/auth/staff-guards'
import { findSetUp } from '@/lib/connections/set-up'
import { ConnectionTabs } from '../../_components/connection-tabs'
import { PairForm } from './_components/pair-form'
import '@/app/styles/providers.css'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.providers')
  return { title: t('pair') }
}

export default async function CredentialsPage({ params }: PageProps<'/admin/providers/[id]/credentials'>) {
  const { id } = await params
  const staff = await requireStaff('connection.change', `/admin/providers/${id}/credentials`)
  const setUp = findSetUp(staff, id)
  if (setUp === null || setUp.vendor !== 'hyperverge' || setUp.use === 'none') notFound()
  const t = await getTranslations('desk.providers.locker')
  const { locker } = (await getMessages()).desk.providers
  return (
    <>
      <DeskBar title={t('title', { name: setUp.displayName })} lead={t('lead')} />
      <ConnectionTabs id={id} current="pair" hasPair />
      <div className="scroll pad">
        <div className="locker">
          <Banner tone="info" title={t('replaces')}>
            <p>{t('replacesText')}</p>
          </Banner>
          <PairForm connection={id} words={locker} />
        </div>
      </div>
    </>
  )
}
