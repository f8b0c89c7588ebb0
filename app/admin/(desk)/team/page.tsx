import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { Setting } from '@/app/admin/_components/setting'
import { DeskBar } from '@/app/admin/(desk)/_components/desk-bar'
import { Banner } from '@/components/ui/banner'
import { Button, ButtonLink } from '@/components/ui/button'
import { STAFF_ROLES } from '@/lib/actor'
import { requireStaff } from '@/lib/auth/staff-guards'
import { formatMoment } from '@/lib/i18n/format'
import { may, needsFactor } from '@/lib/staff/permissions'
import { type OpenInvite, readTeam } from '@/lib/staff/team'
import { STAFF_PROBLEMS } from '@/lib/staff/types'
import '@/app/styles/staff.css'
import { Invitation } from './_components/invitation'
import { linkWords } from './_components/link-words'
import { Member } from './_components/member'
import { withdrawLink } from './actions'

const DONE = ['roles_changed', 'disabled', 'enabled', 'sessions_ended', 'invite_withdrawn'] as const

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.staff')
  return { title: t('team.title') }
}

export default async function TeamPage({ searchParams }: PageProps<'/admin/team'>) {
  const staff = await requireStaff('team.view', '/admin/team')
  const params = await searchParams
  const [t, { members, invites }] = await Promise.all([getTranslations('desk.staff'), readTeam(staff)])
  const done = oneOf(readParam(params, 'done'), DONE, null)
  const problem = oneOf(readParam(params, 'problem'), STAFF_PROBLEMS, null)
  const isOperator = may(staff.roles, 'team.change')
  const isLocked = needsFactor('team.change', staff.factorAt)
  const canChange = isOperator && !isLocked
  return (
    <>
      <DeskBar title={t('team.title')} lead={t('team.lead', { count: members.length })} />
      <div className="scroll settings">
        {done !== null && <Banner tone="passed" title={t(`team.done.${done}`)} alert />}
        {problem !== null && <Banner tone="failed" title={t(`problems.${problem}`)} alert />}
        {isOperator && isLocked && (
          <Banner tone="pending" title={t('team.locked')}>
            <p>{t('account.lockedText')}</p>
            <ButtonLink href="/admin/confirm?next=/admin/team">{t('confirm.submit')}</ButtonLink>
          </Banner>
        )}
        <Setting id="members" title={t('team.members')} lead={t('team.membersText')}>
          <ul className="entries">
            {members.map((member) => (
              <Member key={member.id} member={member} isSelf={member.id === staff.id} canChange={canChange} />
            ))}
          </ul>
        </Setting>
        {canChange && (
          <Setting id="invite" title={t('team.invite')} lead={t('team.inviteText')}>
            <Invitation
              roles={STAFF_ROLES.map((role) => ({
                role,
                name: t(`roles.${role}.name`),
                does: t(`roles.${role}.does`),
              }))}
              words={{
                ...(await linkWords()),
                email: t('fields.email'),
                roles: t('team.roles'),
                make: t('team.inviteMake'),
              }}
            />
          </Setting>
        )}
        <Setting id="open" title={t('team.open')} lead={t('team.openText')}>
          {invites.length === 0 && <p className="quiet">{t('team.openNone')}</p>}
          <ul className="entries">
            {invites.map((invite) => (
              <Invited key={invite.staffId} invite={invite} canChange={canChange} />
            ))}
          </ul>
        </Setting>
      </div>
    </>
  )
}

async function Invited({ invite, canChange }: { invite: OpenInvite; canChange: boolean }) {
  const t = await getTranslations('desk.staff')
  const until = formatMoment(invite.expiresAt.toISOString(), t('months'))
  const roles = invite.roles.map((role) => t(`roles.${role}.name`)).join(', ')
  return (
    <li>
      <div>
        <b>{invite.email}</b>
        <small>{t('team.openUntil', { roles, until })}</small>
      </div>
      {canChange && (
        <form action={withdrawLink}>
          <input type="hidden" name="id" value={invite.staffId} />
          <Button look="text" aria-label={t('team.withdrawOne', { email: invite.email })}>
            {t('team.withdraw')}
          </Button>
        </form>
      )}
    </li>
  )
}
