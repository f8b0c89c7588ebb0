import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import { Mark } from '@/components/ui/mark'
import { STAFF_ROLES } from '@/lib/actor'
import { formatDate } from '@/lib/i18n/format'
import type { TeamMember } from '@/lib/staff/team'
import { disableSomebody, enableSomebody, setRoles, signSomebodyOut } from '../actions'
import { linkWords } from './link-words'
import { RoleChoices } from './role-choices'
import { WayBack } from './way-back'

interface Props {
  member: TeamMember
  isSelf: boolean
  canChange: boolean
}

/** One person: what they may do and how they sign in; folded below it what can be changed. */
export async function Member({ member, isSelf, canChange }: Props) {
  const t = await getTranslations('desk.staff')
  const roles = member.roles.map((role) => t(`roles.${role}.name`)).join(', ')
  const since = formatDate(member.since.toISOString(), t('months'))
  const ways = [
    t('team.passkeys', { count: member.passkeys }),
    ...(member.hasPassword ? [t('team.password')] : []),
  ].join(', ')
  return (
    <li className="entry-wide">
      <div>
        <b>{member.name}</b> {isSelf && <span className="quiet">{t('team.you')}</span>}
        <small>{member.email}</small>
        <small>{t('team.about', { roles, ways, since })}</small>
      </div>
      {member.state === 'disabled' && (
        <Mark tone="none" icon="minus">
          {t('team.disabled')}
        </Mark>
      )}
      {canChange && (
        <details className="entry-more">
          <summary>{t('team.change', { name: member.name })}</summary>
          <MemberForms member={member} isSelf={isSelf} />
        </details>
      )}
    </li>
  )
}

async function MemberForms({ member, isSelf }: { member: TeamMember; isSelf: boolean }) {
  const t = await getTranslations('desk.staff')
  const roles = STAFF_ROLES.map((role) => ({
    role,
    name: t(`roles.${role}.name`),
    does: t(`roles.${role}.does`),
  }))
  const isActive = member.state === 'active'
  return (
    <div className="fold-form">
      <form className="grid gap-3" action={setRoles}>
        <input type="hidden" name="id" value={member.id} />
        <RoleChoices legend={t('team.roles')} roles={roles} chosen={member.roles} idPrefix={member.id} />
        <div>
          <Button>{t('team.rolesSave')}</Button>
        </div>
      </form>
      {isActive && !isSelf && (
        <WayBack
          id={member.id}
          words={{ ...(await linkWords()), make: t('team.wayBack'), hint: t('team.wayBackHint') }}
        />
      )}
      <div className="flex flex-wrap gap-2">
        {isActive && (
          <form action={signSomebodyOut}>
            <input type="hidden" name="id" value={member.id} />
            <Button>{t('team.signOut')}</Button>
          </form>
        )}
        <form action={isActive ? disableSomebody : enableSomebody}>
          <input type="hidden" name="id" value={member.id} />
          <Button>{t(isActive ? 'team.disable' : 'team.enable')}</Button>
        </form>
      </div>
    </div>
  )
}
