import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { AskingSheet, Dock, FacingSheet, Folio } from '@/components/booklet'
import { ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { Step, Steps } from '@/components/ui/steps'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('returned')
  return { title: t('title') }
}

/** Says the same to everyone: who opens it, and why the return was refused, is not told apart. */
export default async function ReturnedPage() {
  const [t, common] = [await getTranslations('returned'), await getTranslations('common')]
  return (
    <PlayerPage>
      <AskingSheet>
        <Folio>{t('title')}</Folio>
        <div className="stack">
          <h1>{t('heading')}</h1>
          <p className="lead">{t('lead')}</p>
          <Steps>
            <Step title={t('way1')}>{t('way1Text')}</Step>
            <Step title={t('way2')}>{t('way2Text')}</Step>
          </Steps>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="sure">
        <div className="stack">
          <h2 id="sure">{t('sure')}</h2>
          <Ledger>
            <LedgerLine label={t('read')}>{t('readText')}</LedgerLine>
            <LedgerLine label={t('shared')}>{t('sharedText')}</LedgerLine>
            <LedgerLine label={t('counted')}>{t('countedText')}</LedgerLine>
          </Ledger>
          <h2>{t('problem')}</h2>
          <p>
            <a href="/help#back">{common('help')}</a>
          </p>
        </div>
      </FacingSheet>
      <Dock>
        <ButtonLink look="primary" href="/verify">
          {t('again')} <Icon name="arrow-right" className="icon-onward" />
        </ButtonLink>
      </Dock>
    </PlayerPage>
  )
}
