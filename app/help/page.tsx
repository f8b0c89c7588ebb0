import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { FixSteps } from '@/app/(player)/_components/fix-steps'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { AskingSheet, FacingSheet, Folio } from '@/components/booklet'
import { ButtonLink } from '@/components/ui/button'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { Step, Steps } from '@/components/ui/steps'
import { ways } from '@/lib/consent/consent'
import { brand } from '@/lib/settings-view'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('help')
  return { title: t('title') }
}

export default async function HelpPage() {
  const t = await getTranslations('help')
  return (
    <PlayerPage>
      <AskingSheet>
        <Folio>{t('title')}</Folio>
        <div className="stack">
          <h1>{t('heading')}</h1>
          <p className="lead">{t('lead')}</p>
          <section id="later">
            <h2>{t('laterTitle')}</h2>
            <p>{t('later')}</p>
          </section>
          {ways().length > 1 && <TwoWays />}
          <section id="phone">
            <h2>{t('phoneTitle')}</h2>
            <Steps>
              <Step title={t('phone1')}>{t('phone1Text')}</Step>
              <Step title={t('phone2')}>{t('phone2Text')}</Step>
              <Step title={t('phone3')}>{t('phone3Text')}</Step>
            </Steps>
          </section>
          <section id="aadhaar">
            <h2>{t('aadhaarTitle')}</h2>
            <p>{t('aadhaar')}</p>
          </section>
          <section id="pan">
            <h2>{t('panTitle')}</h2>
            <FixSteps what="pan" />
          </section>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="complain">
        <div className="stack">
          <h2 id="complain">{t('complainTitle')}</h2>
          <p>{t('complain')}</p>
          <Contacts />
          <section id="board">
            <h2>{t('boardTitle')}</h2>
            <p>{t('board')}</p>
          </section>
          <section id="rights">
            <h2>{t('rightsTitle')}</h2>
            <p>{t.rich('rights', { link: (text) => <a href="/me">{text}</a> })}</p>
          </section>
          <section id="code">
            <h2>{t('codeTitle')}</h2>
            <p>{t('code')}</p>
          </section>
          <section id="back">
            <h2>{t('backTitle')}</h2>
            <p>{t('back')}</p>
          </section>
          <section id="elsewhere">
            <h2>{t('elsewhereTitle')}</h2>
            <p>{t('elsewhere')}</p>
          </section>
          <section id="switch">
            <h2>{t('switchTitle')}</h2>
            <p>{t('switch')}</p>
          </section>
        </div>
      </FacingSheet>
    </PlayerPage>
  )
}

async function TwoWays() {
  const t = await getTranslations('help')
  return (
    <section id="ways">
      <h2>{t('waysTitle')}</h2>
      <p>{t('ways')}</p>
      <p className="flex flex-wrap gap-x-5">
        <ButtonLink look="text" href="/verify?change=1&way=digilocker">
          {t('waysDigilocker')}
        </ButtonLink>
        <ButtonLink look="text" href="/verify?change=1&way=capture">
          {t('waysCapture')}
        </ButtonLink>
      </p>
    </section>
  )
}

async function Contacts() {
  const t = await getTranslations('help')
  const { grievanceContact, supportEmail, operatorName, operatorAddress } = brand()
  return (
    <Ledger>
      <LedgerLine label={t('officer')}>
        <Contact text={grievanceContact} />
      </LedgerLine>
      {supportEmail !== null && (
        <LedgerLine label={t('support')}>
          <Contact text={supportEmail} />
        </LedgerLine>
      )}
      <LedgerLine label={t('company')}>{operatorName}</LedgerLine>
      <LedgerLine label={t('address')}>{operatorAddress}</LedgerLine>
    </Ledger>
  )
}

function Contact({ text }: { text: string }) {
  return /^\S+@\S+$/.test(text) ? <a href={`mailto:${text}`}>{text}</a> : text
}
