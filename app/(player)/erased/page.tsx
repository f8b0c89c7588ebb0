import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { getMessages, getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { AskingSheet, Dock, FacingSheet, Folio } from '@/components/booklet'
import { ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { cookieName } from '@/lib/auth/cookies'
import { formatMoment } from '@/lib/i18n/format'
import { findByPass } from '@/lib/rights/erased-pass'
import { Goes, Stays } from '../me/_components/erasure'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('erasure')
  return { title: t('doneTitle') }
}

/** The certificate, for a day, in the browser in which the erasure was asked for. */
export default async function ErasedPage() {
  const signed = await findByPass((await cookies()).get(cookieName('erased'))?.value ?? '')
  if (!signed) redirect('/')
  const [t, { common }] = [await getTranslations('erasure'), await getMessages()]
  const { certificate, signature } = signed
  return (
    <PlayerPage>
      <AskingSheet>
        <Folio at={<span className="num">{formatMoment(certificate.erasedAt, common.months)} IST</span>}>
          {t('doneTitle')}
        </Folio>
        <div className="stack">
          <h1>{t('doneHeading')}</h1>
          <p className="lead">{t('doneLead')}</p>
          <Ledger>
            <LedgerLine label={t('at')} hint={<span className="num">{certificate.erasedAt} UTC</span>}>
              <span className="num">{formatMoment(certificate.erasedAt, common.months)} IST</span>
            </LedgerLine>
            <LedgerLine label={t('by')}>{certificate.controller.name}</LedgerLine>
            <LedgerLine label={t('person')}>
              <span className="mono pick-all">{certificate.person}</span>
            </LedgerLine>
            <LedgerLine label={t('key')}>
              <span className="mono pick-all">{signature.keyId}</span>
            </LedgerLine>
            <LedgerLine label={t('signature')}>
              <span className="mono pick-all">{signature.value}</span>
            </LedgerLine>
          </Ledger>
          <p className="small quiet">
            {t.rich('check', { link: (text) => <a href="/.well-known/ante-keys.json">{text}</a> })}{' '}
            {t('again')}
          </p>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="stays">
        <div className="stack">
          <Stays />
          <Goes done />
        </div>
      </FacingSheet>
      <Dock
        aside={
          <ButtonLink look="text" href="/">
            {t('home')}
          </ButtonLink>
        }
      >
        <ButtonLink look="primary" href="/erased/download">
          <Icon name="download" /> {t('download')}
        </ButtonLink>
      </Dock>
    </PlayerPage>
  )
}
