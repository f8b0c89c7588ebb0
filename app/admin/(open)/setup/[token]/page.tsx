import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { AuthenticatorSquare } from '@/app/admin/_components/authenticator-square'
import { PasskeyButton } from '@/app/admin/_components/passkey-button'
import { passkeyWords } from '@/app/admin/_components/passkey-words'
import { AskingSheet, FacingSheet, Folio } from '@/components/booklet'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { CodeInput, Field, FieldHint, FieldLabel, Input } from '@/components/ui/field'
import { Fold, Folds } from '@/components/ui/fold'
import { Step, Steps } from '@/components/ui/steps'
import { type InviteView, readInvite } from '@/lib/staff/invites'
import { totpUri } from '@/lib/staff/totp'
import { STAFF_PROBLEMS } from '@/lib/staff/types'
import { OpenPage } from '../../_components/open-page'
import { askToJoin, joinWithPasskey, joinWithPassword } from './actions'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.staff')
  return { title: t('setup.title') }
}

/** Where a one-time link leads. Looking uses nothing up; the page is gone once the link was used. */
export default async function SetupPage({ params, searchParams }: PageProps<'/admin/setup/[token]'>) {
  const { token } = await params
  const invite = token.length <= 64 ? await readInvite(token) : null
  if (invite === null) notFound()
  const problem = oneOf(readParam(await searchParams, 'problem'), STAFF_PROBLEMS, null)
  const t = await getTranslations('desk.staff')
  const isFirst = invite.email === null
  const intro = invite.isWayBack ? 'back' : isFirst ? 'first' : 'invited'
  return (
    <OpenPage>
      <AskingSheet>
        <Folio>{t('setup.title')}</Folio>
        <div className="stack">
          <h1>{t(`setup.${intro}.heading`)}</h1>
          <p className="lead">
            {t(`setup.${intro}.lead`, {
              roles: invite.roles.map((role) => t(`roles.${role}.name`)).join(', '),
            })}
          </p>
          {problem !== null && <Banner tone="failed" alert title={t(`problems.${problem}`)} />}
          <JoinForm token={token} invite={invite} isOpen={problem !== null} />
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="next">
        <div className="stack">
          <h2 id="next">{t('setup.how')}</h2>
          <Steps>
            <Step title={t('setup.how1')}>{t('setup.how1Text')}</Step>
            <Step title={t('setup.how2')}>{t('setup.how2Text')}</Step>
            <Step title={t('setup.how3')}>{t('setup.how3Text')}</Step>
          </Steps>
          <p className="small quiet">{t('setup.once')}</p>
        </div>
      </FacingSheet>
    </OpenPage>
  )
}

async function JoinForm({ token, invite, isOpen }: { token: string; invite: InviteView; isOpen: boolean }) {
  const t = await getTranslations('desk.staff')
  return (
    <form action={joinWithPassword} className="stack">
      <input type="hidden" name="token" value={token} />
      <Field>
        <FieldLabel htmlFor="name">{t('fields.name')}</FieldLabel>
        <Input
          id="name"
          name="name"
          autoComplete="name"
          maxLength={100}
          required
          defaultValue={invite.name ?? ''}
          aria-describedby="name-hint"
        />
        <FieldHint id="name-hint">{t('fields.nameHint')}</FieldHint>
      </Field>
      <Field>
        <FieldLabel htmlFor="email">{t('fields.email')}</FieldLabel>
        <Input
          id="email"
          name="email"
          type="email"
          inputMode="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          required
          readOnly={invite.email !== null}
          defaultValue={invite.email ?? ''}
        />
      </Field>
      <div className="needs-script">
        <PasskeyButton
          ceremony={{ kind: 'make', ask: askToJoin, answer: joinWithPasskey }}
          along={{ token }}
          fields={['name', 'email']}
          look="primary"
          words={await passkeyWords('join')}
        />
      </div>
      <Folds>
        <Fold title={t('setup.byPassword')} open={isOpen}>
          <PasswordFields secret={invite.totpSecret} account={invite.email ?? t('setup.account')} />
        </Fold>
      </Folds>
    </form>
  )
}

async function PasswordFields({ secret, account }: { secret: string; account: string }) {
  const t = await getTranslations('desk.staff')
  return (
    <div className="fold-form">
      <Field>
        <FieldLabel htmlFor="password">{t('fields.newPassword')}</FieldLabel>
        <Input
          id="password"
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={15}
          required
          aria-describedby="password-hint"
        />
        <FieldHint id="password-hint">{t('fields.newPasswordHint')}</FieldHint>
      </Field>
      <AuthenticatorSquare uri={totpUri(secret, account)} secret={secret} />
      <Field>
        <FieldLabel htmlFor="code">{t('fields.code')}</FieldLabel>
        <CodeInput id="code" name="code" title={t('fields.code')} aria-describedby="code-hint" />
        <FieldHint id="code-hint">{t('fields.firstCodeHint')}</FieldHint>
      </Field>
      <Button look="line">{t('setup.submit')}</Button>
    </div>
  )
}
