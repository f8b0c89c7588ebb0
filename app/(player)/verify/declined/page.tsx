import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { AskingSheet, Dock, FacingSheet, Folio } from '@/components/booklet'
import { ButtonLink } from '@/components/ui/button'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { ways } from '@/lib/consent/consent'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('declined')
  return { title: t('title') }
}

export default async function DeclinedPage() {
  const t = await getTranslations('declined')
  return (
    <PlayerPage>
      <AskingSheet>
        <Folio>{t('title')}</Folio>
        <div className="stack">
          <h1>{t('heading')}</h1>
          <p className="lead">{t('lead')}</p>
          <h2>{t('still')}</h2>
          <Ledger>
            <LedgerLine label={t('account')}>{t('accountText')}</LedgerLine>
            <LedgerLine label={t('balance')}>{t('balanceText')}</LedgerLine>
            <LedgerLine label={t('play')}>{t('playText')}</LedgerLine>
            <LedgerLine label={t('read')}>{t('readText')}</LedgerLine>
          </Ledger>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="questions">
        <div className="stack">
          <h2 id="questions">{t('questions')}</h2>
          <Ledger>
            <LedgerLine label={t('q1')}>{t('q1Text')}</LedgerLine>
            {ways().length > 1 && (
              <LedgerLine label={t('q4')}>
                {t('q4Text')} <a href="/verify?way=capture">{t('q4Link')}</a>
              </LedgerLine>
            )}
            <LedgerLine label={t('q2')}>{t('q2Text')}</LedgerLine>
            <LedgerLine label={t('q3')}>{t('q3Text')}</LedgerLine>
          </Ledger>
          <p>
            <a href="/verify/notice">{t('notice')}</a>
          </p>
        </div>
      </FacingSheet>
      <Dock>
        <ButtonLink href="/verify">{t('back')}</ButtonLink>
      </Dock>
    </PlayerPage>
  )
}
