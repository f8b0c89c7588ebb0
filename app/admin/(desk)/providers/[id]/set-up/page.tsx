import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { DeskBar } from '@/app/admin/(desk)/_components/desk-bar'
import { ButtonLink } from '@/components/ui/button'
import { Mark } from '@/components/ui/mark'
import { requireStaff } from '@/lib/auth/staff-guards'
import { findSetUp, type SetUp } from '@/lib/connections/set-up'
import { may } from '@/lib/staff/permissions'
import { ConnectionTabs } from '../../_components/connection-tabs'
import { Examine } from '../../_components/examine'
import { Addresses } from './_components/addresses'
import { Settings } from './_components/settings'
import '@/app/styles/providers.css'

export async function generateMetadata({
  params,
}: PageProps<'/admin/providers/[id]/set-up'>): Promise<Metadata> {
  const t = await getTranslations('desk.providers')
  return { title: `${t('setUp')}: ${(await params).id}` }
}

export default async function SetUpPage({ params }: PageProps<'/admin/providers/[id]/set-up'>) {
  const { id } = await params
  const staff = await requireStaff('connection.view', `/admin/providers/${id}/set-up`)
  const setUp = findSetUp(staff, id) ?? notFound()
  const t = await getTranslations('desk.providers.steps')
  const isPartner = setUp.vendor === 'hyperverge'
  const hasPair = isPartner && setUp.use !== 'none' && may(staff.roles, 'connection.change')
  return (
    <>
      <DeskBar title={t('title', { name: setUp.displayName })}>
        <UseMark use={setUp.use} />
        <span className="push quiet">{t('missing', { count: setUp.missing.length })}</span>
      </DeskBar>
      <ConnectionTabs id={id} current="setUp" hasPair={hasPair} />
      <div className="scroll pad">
        <ol className="set-up">
          <li>
            <TrySandbox setUp={setUp} />
          </li>
          <li>
            <h2>{t('get')}</h2>
            <p>{t(`where.${setUp.vendor}`)}</p>
          </li>
          <li>
            <h2>{t('set')}</h2>
            <p>{t('setText')}</p>
            <Settings setUp={setUp} />
          </li>
          <li>
            <h2>{t('register')}</h2>
            <p>{t(`registerAt.${setUp.vendor}`)}</p>
            <Addresses setUp={setUp} />
          </li>
          {isPartner && (
            <li>
              <h2>{t('pair')}</h2>
              <p>{t('pairText')}</p>
              {hasPair ? (
                <ButtonLink href={`/admin/providers/${id}/credentials`}>{t('pairDo')}</ButtonLink>
              ) : (
                <p className="quiet">{t('pairOperator')}</p>
              )}
            </li>
          )}
          <li>
            <h2>{t('start')}</h2>
            <p>{t('startText')}</p>
            {setUp.use !== 'sandbox' && <Examine id={id} again={false} />}
          </li>
        </ol>
      </div>
    </>
  )
}

async function UseMark({ use }: Pick<SetUp, 'use'>) {
  const t = await getTranslations('desk.providers.steps')
  if (use === 'own')
    return (
      <Mark tone="passed" icon="plug">
        {t('own')}
      </Mark>
    )
  return (
    <Mark tone={use === 'sandbox' ? 'info' : 'none'} icon={use === 'sandbox' ? 'plug' : 'minus'}>
      {t(use === 'sandbox' ? 'onSandbox' : 'notUsed')}
    </Mark>
  )
}

async function TrySandbox({ setUp: { id, use, displayName } }: { setUp: SetUp }) {
  const t = await getTranslations('desk.providers.steps')
  return (
    <>
      <h2>{t('try')}</h2>
      {use === 'sandbox' ? (
        <>
          <p>{t('tryNow')}</p>
          <div className="set-up-do">
            <Examine id={id} again={false} />
            <ButtonLink look="text" href="/">
              {t('tryPlayer')}
            </ButtonLink>
          </div>
        </>
      ) : (
        <p>{t('tryElse', { name: displayName })}</p>
      )}
    </>
  )
}
