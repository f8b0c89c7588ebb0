import { getTranslations } from 'next-intl/server'
import { PasskeyButton } from '@/app/admin/_components/passkey-button'
import { passkeyWords } from '@/app/admin/_components/passkey-words'
import { Button } from '@/components/ui/button'
import { Field, FieldLabel, Input } from '@/components/ui/field'
import { readPlace } from '@/lib/auth/place'
import { formatDate } from '@/lib/i18n/format'
import type { AccountView } from '@/lib/staff/account'
import { addNewPasskey, askForNewPasskey, removeOnePasskey } from '../actions'

export async function Passkeys({
  passkeys,
  isLocked,
}: {
  passkeys: AccountView['passkeys']
  isLocked: boolean
}) {
  const t = await getTranslations('desk.staff')
  const [{ months }, { browser }] = [{ months: t('months') }, await readPlace()]
  const day = (at: Date) => formatDate(at.toISOString(), months)
  return (
    <>
      {passkeys.length === 0 && <p className="quiet">{t('account.noPasskeys')}</p>}
      <ul className="entries">
        {passkeys.map(({ id, label, createdAt, lastUsedAt }) => (
          <li key={id}>
            <div>
              <b>{label}</b>
              <small>
                {lastUsedAt === null
                  ? t('account.passkeyUnused', { since: day(createdAt) })
                  : t('account.passkeyUsed', { since: day(createdAt), used: day(lastUsedAt) })}
              </small>
            </div>
            {!isLocked && (
              <form action={removeOnePasskey}>
                <input type="hidden" name="id" value={id} />
                <Button look="text" aria-label={t('account.passkeyRemoveOne', { label })}>
                  {t('account.remove')}
                </Button>
              </form>
            )}
          </li>
        ))}
      </ul>
      {!isLocked && (
        <form className="line-form needs-script" action="#passkeys">
          <Field>
            <FieldLabel htmlFor="label">{t('account.passkeyLabel')}</FieldLabel>
            <Input id="label" name="label" maxLength={60} required defaultValue={browser} />
          </Field>
          <PasskeyButton
            ceremony={{ kind: 'make', ask: askForNewPasskey, answer: addNewPasskey }}
            fields={['label']}
            words={await passkeyWords('add')}
          />
        </form>
      )}
    </>
  )
}
