import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { PasskeyButton } from '@/app/admin/_components/passkey-button'
import { passkeyWords } from '@/app/admin/_components/passkey-words'
import { AskingSheet, Dock, Folio } from '@/components/booklet'
import { Button, ButtonLink } from '@/components/ui/button'
import { CodeInput, Field, FieldError, FieldHint, FieldLabel } from '@/components/ui/field'
import { Fold, Folds } from '@/components/ui/fold'
import { toDeskPath } from '@/lib/auth/desk-path'
import { requireStaff } from '@/lib/auth/staff-guards'
import { readAccount } from '@/lib/staff/account'
import { STAFF_PROBLEMS, type StaffProblem } from '@/lib/staff/types'
import { OpenPage } from '../_components/open-page'
import { askToConfirm, confirmWithCode, confirmWithPasskey } from './actions'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.staff')
  return { title: t('confirm.title') }
}

/** Asks for a passkey or a code again, and goes back to where it was needed. */
export default async function ConfirmPage({ searchParams }: PageProps<'/admin/confirm'>) {
  const params = await searchParams
  const next = toDeskPath(readParam(params, 'next'))
  const staff = await requireStaff('account.confirm', next)
  const { passkeys, hasPassword } = await readAccount(staff)
  const problem = oneOf(readParam(params, 'problem'), STAFF_PROBLEMS, null)
  const t = await getTranslations('desk.staff')
  const hasPasskey = passkeys.length > 0
  return (
    <OpenPage single>
      <AskingSheet>
        <Folio>{t('confirm.title')}</Folio>
        <div className="stack">
          <h1>{t('confirm.heading', { name: staff.name })}</h1>
          <p className="lead">{t('confirm.lead')}</p>
          {hasPasskey && (
            <div className="needs-script">
              <PasskeyButton
                ceremony={{ kind: 'show', ask: askToConfirm, answer: confirmWithPasskey }}
                then={{ next }}
                look="primary"
                words={await passkeyWords('confirm')}
              />
            </div>
          )}
          {hasPasskey ? (
            <Folds>
              <Fold title={t('confirm.byCode')} open={problem !== null}>
                <CodeForm next={next} problem={problem} hasPassword={hasPassword} />
              </Fold>
            </Folds>
          ) : (
            <CodeForm next={next} problem={problem} hasPassword={hasPassword} />
          )}
        </div>
      </AskingSheet>
      <Dock
        aside={
          <ButtonLink look="text" href={'/admin'}>
            {t('confirm.notNow')}
          </ButtonLink>
        }
      />
    </OpenPage>
  )
}

async function CodeForm({
  next,
  problem,
  hasPassword,
}: {
  next: string
  problem: StaffProblem | null
  hasPassword: boolean
}) {
  const t = await getTranslations('desk.staff')
  return (
    <form className="fold-form" action={confirmWithCode}>
      {problem !== null && <FieldError id="code-problem">{t(`problems.${problem}`)}</FieldError>}
      <input type="hidden" name="next" value={next} />
      <Field>
        <FieldLabel htmlFor="code">{t(hasPassword ? 'fields.code' : 'fields.recoveryCode')}</FieldLabel>
        {hasPassword ? (
          <CodeInput id="code" name="code" title={t('fields.code')} aria-describedby="code-hint" />
        ) : (
          <RecoveryInput />
        )}
        <FieldHint id="code-hint">{t(hasPassword ? 'fields.codeHint' : 'fields.recoveryHint')}</FieldHint>
      </Field>
      <Button look="line">{t('confirm.submit')}</Button>
    </form>
  )
}

function RecoveryInput() {
  return (
    <input
      id="code"
      name="code"
      className="input mono"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={40}
      required
      aria-describedby="code-hint"
    />
  )
}
