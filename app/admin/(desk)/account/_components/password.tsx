import { getTranslations } from 'next-intl/server'
import { AuthenticatorSquare } from '@/app/admin/_components/authenticator-square'
import { Button } from '@/components/ui/button'
import { CodeInput, Field, FieldHint, FieldLabel, Input } from '@/components/ui/field'
import { Fold } from '@/components/ui/fold'
import type { AccountView } from '@/lib/staff/account'
import { totpUri } from '@/lib/staff/totp'
import { removeOldPassword, setNewPassword } from '../actions'

export async function Password({
  account,
  email,
  isLocked,
}: {
  account: AccountView
  email: string
  isLocked: boolean
}) {
  const t = await getTranslations('desk.staff')
  const { hasPassword, totpSecret } = account
  return (
    <>
      <p>{t(hasPassword ? 'account.passwordSet' : 'account.passwordNone')}</p>
      {!isLocked && (
        <Fold alone title={t(hasPassword ? 'account.passwordChange' : 'account.passwordAdd')}>
          <form className="fold-form" action={setNewPassword}>
            <input type="hidden" name="username" autoComplete="username" value={email} disabled />
            <Field>
              <FieldLabel htmlFor="new-password">{t('fields.newPassword')}</FieldLabel>
              <Input
                id="new-password"
                name="password"
                type="password"
                autoComplete="new-password"
                minLength={15}
                required
                aria-describedby="new-password-hint"
              />
              <FieldHint id="new-password-hint">{t('fields.newPasswordHint')}</FieldHint>
            </Field>
            <AuthenticatorSquare uri={totpUri(totpSecret, email)} secret={totpSecret} />
            <Field>
              <FieldLabel htmlFor="new-code">{t('fields.code')}</FieldLabel>
              <CodeInput
                id="new-code"
                name="code"
                title={t('fields.code')}
                aria-describedby="new-code-hint"
              />
              <FieldHint id="new-code-hint">{t('fields.firstCodeHint')}</FieldHint>
            </Field>
            <Button>{t('account.passwordSave')}</Button>
          </form>
        </Fold>
      )}
      {!isLocked && hasPassword && (
        <form action={removeOldPassword}>
          <Button look="text">{t('account.passwordRemove')}</Button>
        </form>
      )}
    </>
  )
}
