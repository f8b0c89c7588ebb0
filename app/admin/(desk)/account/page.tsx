import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { Setting } from '@/app/admin/_components/setting'
import { DeskBar } from '@/app/admin/(desk)/_components/desk-bar'
import { Banner } from '@/components/ui/banner'
import { Button, ButtonLink } from '@/components/ui/button'
import { requireStaff } from '@/lib/auth/staff-guards'
import { readAccount } from '@/lib/staff/account'
import { needsFactor } from '@/lib/staff/permissions'
import { listOwnSessions } from '@/lib/staff/sessions'
import { STAFF_PROBLEMS } from '@/lib/staff/types'
import '@/app/styles/staff.css'
import { Passkeys } from './_components/passkeys'
import { Password } from './_components/password'
import { RecoveryCodes } from './_components/recovery-codes'
import { Sessions } from './_components/sessions'
import { signOutEverywhere } from './actions'

const DONE = [
  'joined',
  'passkey_added',
  'passkey_removed',
  'password_set',
  'password_removed',
  'session_ended',
] as const

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.staff')
  return { title: t('account.title') }
}

export default async function AccountPage({ searchParams }: PageProps<'/admin/account'>) {
  const staff = await requireStaff('account.view', '/admin/account')
  const params = await searchParams
  const [t, account, sessions] = await Promise.all([
    getTranslations('desk.staff'),
    readAccount(staff),
    listOwnSessions(staff),
  ])
  const done = oneOf(readParam(params, 'done'), DONE, null)
  const problem = oneOf(readParam(params, 'problem'), STAFF_PROBLEMS, null)
  const isLocked = needsFactor('account.change', staff.factorAt)
  const roles = staff.roles.map((role) => t(`roles.${role}.name`)).join(', ')
  return (
    <>
      <DeskBar title={t('account.title')} lead={`${staff.email}, ${roles}`} />
      <div className="scroll settings">
        {done !== null && (
          <Banner tone="passed" title={t(`account.done.${done}`)} alert>
            {done === 'joined' && <p>{t('account.done.joinedText')}</p>}
          </Banner>
        )}
        {problem !== null && <Banner tone="failed" title={t(`problems.${problem}`)} alert />}
        {isLocked && (
          <Banner tone="pending" title={t('account.locked')}>
            <p>{t('account.lockedText')}</p>
            <ButtonLink href="/admin/confirm?next=/admin/account">{t('confirm.submit')}</ButtonLink>
          </Banner>
        )}
        <Setting id="passkeys" title={t('account.passkeys')} lead={t('account.passkeysText')}>
          <Passkeys passkeys={account.passkeys} isLocked={isLocked} />
        </Setting>
        <Setting id="password" title={t('account.password')} lead={t('account.passwordText')}>
          <Password account={account} email={staff.email} isLocked={isLocked} />
        </Setting>
        <Setting id="recovery" title={t('account.recovery')} lead={t('account.recoveryText')}>
          <p>{t('account.recoveryLeft', { count: account.recoveryCodes })}</p>
          {!isLocked && (
            <RecoveryCodes
              words={{
                make: t('account.recoveryMake'),
                replaces: account.recoveryCodes > 0 ? t('account.recoveryReplaces') : '',
                shown: t('account.recoveryShown'),
                failed: t('passkey.other'),
              }}
            />
          )}
        </Setting>
        <Setting id="sessions" title={t('account.sessions')} lead={t('account.sessionsText')}>
          <Sessions sessions={sessions} />
          <form action={signOutEverywhere}>
            <Button>{t('account.everywhere')}</Button>
          </form>
        </Setting>
      </div>
    </>
  )
}
