import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { PasskeyButton } from '@/app/admin/_components/passkey-button'
import { passkeyWords } from '@/app/admin/_components/passkey-words'
import { AskingSheet, FacingSheet, Folio } from '@/components/booklet'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { CodeInput, Field, FieldError, FieldHint, FieldLabel, Input } from '@/components/ui/field'
import { Fold, Folds } from '@/components/ui/fold'
import { Step, Steps } from '@/components/ui/steps'
import { toDeskPath } from '@/lib/auth/desk-path'
import { findStaffMember } from '@/lib/auth/staff-guards'
import { STAFF_PROBLEMS, type StaffProblem } from '@/lib/staff/types'
import { OpenPage } from '../_components/open-page'
import { askForPasskey, signInWithPasskey, signInWithPassword } from './actions'

const WAYS = ['password', 'recovery'] as const
type Way = (typeof WAYS)[number]

interface FormProps {
  next: string
  problem: StaffProblem | null
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.staff')
  return { title: t('signIn.title') }
}

export default async function StaffSignInPage({ searchParams }: PageProps<'/admin/sign-in'>) {
  const params = await searchParams
  const next = toDeskPath(readParam(params, 'next'))
  if ((await findStaffMember()) !== null) redirect(next)
  const t = await getTranslations('desk.staff')
  const problem = oneOf(readParam(params, 'problem'), STAFF_PROBLEMS, null)
  const way = oneOf(readParam(params, 'way'), WAYS, null)
  const problemOf = (of: Way) => (way === of ? problem : null)
  return (
    <OpenPage>
      <AskingSheet>
        <Folio>{t('signIn.title')}</Folio>
        <div className="stack">
          <h1>{t('signIn.heading')}</h1>
          <p className="lead">{t('signIn.lead')}</p>
          {readParam(params, 'done') === 'signed_out' && (
            <Banner tone="passed" title={t('signIn.signedOut')} />
          )}
          <div className="needs-script">
            <PasskeyButton
              ceremony={{ kind: 'show', ask: askForPasskey, answer: signInWithPasskey }}
              then={{ next }}
              look="primary"
              words={await passkeyWords('signIn')}
            />
          </div>
          <Folds>
            <Fold title={t('signIn.byPassword')} open={way === 'password'}>
              <PasswordForm next={next} problem={problemOf('password')} />
            </Fold>
            <Fold title={t('signIn.byRecovery')} open={way === 'recovery'}>
              <RecoveryForm next={next} problem={problemOf('recovery')} />
            </Fold>
          </Folds>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="ways">
        <div className="stack">
          <h2 id="ways">{t('signIn.ways')}</h2>
          <Steps>
            <Step title={t('signIn.way1')}>{t('signIn.way1Text')}</Step>
            <Step title={t('signIn.way2')}>{t('signIn.way2Text')}</Step>
            <Step title={t('signIn.way3')}>{t('signIn.way3Text')}</Step>
          </Steps>
          <p className="small quiet">{t('signIn.notPlayer')}</p>
        </div>
      </FacingSheet>
    </OpenPage>
  )
}

async function PasswordForm({ next, problem }: FormProps) {
  const t = await getTranslations('desk.staff')
  return (
    <form className="fold-form" action={signInWithPassword}>
      {problem !== null && <FieldError id="password-problem">{t(`problems.${problem}`)}</FieldError>}
      <input type="hidden" name="next" value={next} />
      <input type="hidden" name="way" value="password" />
      <EmailInput id="email" />
      <Field>
        <FieldLabel htmlFor="password">{t('fields.password')}</FieldLabel>
        <Input id="password" name="password" type="password" autoComplete="current-password" required />
      </Field>
      <Field>
        <FieldLabel htmlFor="code">{t('fields.code')}</FieldLabel>
        <CodeInput id="code" name="code" title={t('fields.code')} aria-describedby="code-hint" />
        <FieldHint id="code-hint">{t('fields.codeHint')}</FieldHint>
      </Field>
      <Button look="line">{t('signIn.submit')}</Button>
    </form>
  )
}

async function RecoveryForm({ next, problem }: FormProps) {
  const t = await getTranslations('desk.staff')
  return (
    <form className="fold-form" action={signInWithPassword}>
      {problem !== null && <FieldError id="recovery-problem">{t(`problems.${problem}`)}</FieldError>}
      <input type="hidden" name="next" value={next} />
      <input type="hidden" name="way" value="recovery" />
      <EmailInput id="recovery-email" />
      <Field>
        <FieldLabel htmlFor="recovery-password">{t('fields.passwordIfAny')}</FieldLabel>
        <Input id="recovery-password" name="password" type="password" autoComplete="current-password" />
      </Field>
      <Field>
        <FieldLabel htmlFor="recovery-code">{t('fields.recoveryCode')}</FieldLabel>
        <Input
          id="recovery-code"
          name="code"
          className="mono"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={40}
          required
          aria-describedby="recovery-hint"
        />
        <FieldHint id="recovery-hint">{t('fields.recoveryHint')}</FieldHint>
      </Field>
      <Button look="line">{t('signIn.submit')}</Button>
    </form>
  )
}

async function EmailInput({ id }: { id: string }) {
  const t = await getTranslations('desk.staff')
  return (
    <Field>
      <FieldLabel htmlFor={id}>{t('fields.email')}</FieldLabel>
      <Input
        id={id}
        name="email"
        type="email"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={254}
        required
      />
    </Field>
  )
}
