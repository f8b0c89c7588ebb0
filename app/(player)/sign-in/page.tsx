import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { AskingSheet, Dock, FacingSheet, Folio } from '@/components/booklet'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { CodeInput, Field, FieldError, FieldHint, FieldLabel, Input } from '@/components/ui/field'
import { Icon } from '@/components/ui/icon'
import { Step, Steps } from '@/components/ui/steps'
import { brand } from '@/lib/settings-view'
import { requestCode, startOver, submitCode } from './actions'

const PROBLEMS = ['bad_email', 'wrong_code', 'too_many', 'expired', 'mail_failed', 'sign_in_needed'] as const
type Problem = (typeof PROBLEMS)[number] | 'other'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('signIn')
  return { title: t('title') }
}

export default async function SignInPage({ searchParams }: PageProps<'/sign-in'>) {
  const t = await getTranslations('signIn')
  const params = await searchParams
  const codeStep = readParam(params, 'step') === 'code'
  const problem =
    readParam(params, 'problem') === '' ? null : oneOf(readParam(params, 'problem'), PROBLEMS, 'other')
  return (
    <PlayerPage>
      <AskingSheet>
        <Folio>{t('title')}</Folio>
        <div className="stack">
          <h1>{t(codeStep ? 'codeHeading' : 'heading')}</h1>
          <p className="lead">{t(codeStep ? 'codeLead' : 'lead')}</p>
          {problem === 'sign_in_needed' && <Banner tone="info" title={t('problems.sign_in_needed')} />}
          {codeStep ? <CodeForm problem={problem} /> : <EmailForm problem={problem} />}
          {codeStep && brand().mailbox && <MailboxHint />}
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="why">
        <div className="stack">
          <h2 id="why">{t('why')}</h2>
          <Steps>
            <Step title={t('why1')}>{t('why1Text')}</Step>
            <Step title={t('why2')}>{t('why2Text')}</Step>
            <Step title={t('why3')}>{t('why3Text')}</Step>
          </Steps>
          <p className="small quiet">{t('never')}</p>
        </div>
      </FacingSheet>
      <Dock aside={codeStep ? <StartOver /> : undefined}>
        <Button look="primary" form="sign-in">
          {t(codeStep ? 'submit' : 'send')} <Icon name="arrow-right" className="icon-onward" />
        </Button>
      </Dock>
    </PlayerPage>
  )
}

async function EmailForm({ problem }: { problem: Problem | null }) {
  const t = await getTranslations('signIn')
  const wrong = problem !== null && problem !== 'sign_in_needed'
  return (
    <form id="sign-in" action={requestCode}>
      <Field>
        <FieldLabel htmlFor="email">{t('email')}</FieldLabel>
        <Input
          id="email"
          name="email"
          type="email"
          inputMode="email"
          autoComplete="email"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          required
          aria-invalid={wrong}
          aria-describedby={wrong ? 'email-error email-hint' : 'email-hint'}
        />
        {wrong && <FieldError id="email-error">{t(`problems.${problem}`)}</FieldError>}
        <FieldHint id="email-hint">{t('emailHint')}</FieldHint>
      </Field>
    </form>
  )
}

async function CodeForm({ problem }: { problem: Problem | null }) {
  const t = await getTranslations('signIn')
  const wrong = problem !== null && problem !== 'sign_in_needed'
  return (
    <form id="sign-in" action={submitCode}>
      <Field>
        <FieldLabel htmlFor="code">{t('code')}</FieldLabel>
        <CodeInput
          id="code"
          name="code"
          wrong={wrong}
          title={t('code')}
          aria-describedby={wrong ? 'code-error code-hint' : 'code-hint'}
        />
        {wrong && <FieldError id="code-error">{t(`problems.${problem}`)}</FieldError>}
        <FieldHint id="code-hint">{t('codeHint')}</FieldHint>
      </Field>
    </form>
  )
}

async function StartOver() {
  const t = await getTranslations('signIn')
  return (
    <form action={startOver}>
      <Button look="text">{t('again')}</Button>
    </form>
  )
}

async function MailboxHint() {
  const t = await getTranslations('signIn')
  return (
    <Banner tone="info" title={t('openMailbox')}>
      <p>
        {t('mailbox')} <a href="/dev/mailbox">{t('openMailbox')}</a>
      </p>
    </Banner>
  )
}
