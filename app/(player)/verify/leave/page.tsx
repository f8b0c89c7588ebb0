import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getMessages, getTranslations } from 'next-intl/server'
import { FolioStep } from '@/app/(player)/_components/folio-step'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { AskingSheet, Dock, FacingSheet } from '@/components/booklet'
import { Banner } from '@/components/ui/banner'
import { Button, ButtonLink } from '@/components/ui/button'
import { Fold } from '@/components/ui/fold'
import { Icon } from '@/components/ui/icon'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { Step, Steps } from '@/components/ui/steps'
import { requirePlayer } from '@/lib/auth/guards'
import { ERROR_STATUS, type ErrorCode } from '@/lib/errors'
import { findCurrentJourney, leaveView } from '@/lib/verification/find'

const ERROR_CODES = Object.keys(ERROR_STATUS) as ErrorCode[]

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('leave')
  return { title: t('title') }
}

export default async function LeavePage({ searchParams }: PageProps<'/verify/leave'>) {
  const player = await requirePlayer()
  const journey = await findCurrentJourney(player)
  if (journey?.status === 'approved') redirect(`/verifications/${journey.id}`)
  const view = await leaveView(player)
  if (!view) redirect('/verify')

  const [t, { journey: words }] = [await getTranslations('leave'), await getMessages()]
  const problem = oneOf(readParam(await searchParams, 'problem'), ERROR_CODES, null)
  return (
    <PlayerPage>
      <AskingSheet>
        <FolioStep step={3} title={t('title')} />
        <div className="stack">
          <h1>{t('heading')}</h1>
          <p className="lead">{t('lead')}</p>
          {problem && <Problem code={problem} />}
          {view.slow && (
            <Banner tone="info" title={t('slow')}>
              <p>{t('slowText')}</p>
            </Banner>
          )}
          <Ledger>
            <LedgerLine label={t('where')} hint={t('whereHint')}>
              {t('whereText')}
            </LedgerLine>
            <LedgerLine label={t('through')} hint={t('throughHint')}>
              {view.connectionName}
            </LedgerLine>
            <LedgerLine label={t('documents')}>
              {view.documents.map((document) => words.documents[document]).join(', ')}
            </LedgerLine>
            <LedgerLine label={t('otp')} hint={t('otpHint')}>
              {t('otpText')}
            </LedgerLine>
            <LedgerLine label={t('link')} hint={t('linkHint')}>
              <span className="num">{t('linkText', { minutes: view.linkMinutes })}</span>
            </LedgerLine>
          </Ledger>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="ready">
        <div className="stack">
          <h2 id="ready">{t('ready')}</h2>
          <Steps>
            <Step title={t('ready1')}>{t('ready1Text')}</Step>
            <Step title={t('ready2')}>{t('ready2Text')}</Step>
            <Step title={t('ready3')}>{t('ready3Text')}</Step>
          </Steps>
          <Fold alone title={t('noPhone')}>
            <p>{t('noPhoneText')}</p>
            <p>
              <a href="/help#phone">{t('noPhoneHelp')}</a>
            </p>
          </Fold>
          {view.alternatives.length > 0 && (
            <p className="small quiet">
              {t('otherWay', { vendor: view.connectionName, alternatives: view.alternatives.join(', ') })}
            </p>
          )}
        </div>
      </FacingSheet>
      <Dock
        aside={
          <ButtonLink look="text" href="/verify?change=1">
            {t('change')}
          </ButtonLink>
        }
      >
        <form method="post" action="/api/kyc/start">
          <Button look="primary">
            {t('go')} <Icon name="arrow-right" className="icon-onward" />
          </Button>
        </form>
      </Dock>
    </PlayerPage>
  )
}

async function Problem({ code }: { code: ErrorCode }) {
  const [t, errors] = [await getTranslations('leave'), await getTranslations('errors')]
  return (
    <Banner tone="failed" title={t('problem')} alert>
      <p>{errors(code)}</p>
    </Banner>
  )
}
