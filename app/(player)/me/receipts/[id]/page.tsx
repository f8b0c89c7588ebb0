import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getMessages, getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { CONSENT_MARKS } from '@/app/(player)/me/_components/receipt-entry'
import { AskingSheet, Dock, FacingSheet, Folio } from '@/components/booklet'
import { ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { Mark } from '@/components/ui/mark'
import { requirePlayer } from '@/lib/auth/guards'
import { findReceipt } from '@/lib/consent/consent'
import { formatMoment } from '@/lib/i18n/format'
import { DEFAULT_LOCALE, isLocale } from '@/lib/i18n/locale'

type Receipt = NonNullable<Awaited<ReturnType<typeof findReceipt>>>

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('receipt')
  return { title: t('title') }
}

export default async function ReceiptPage({ params }: PageProps<'/me/receipts/[id]'>) {
  const player = await requirePlayer()
  const receipt = await findReceipt(player, (await params).id)
  if (!receipt) notFound()
  const [t, { journey: words }] = [await getTranslations('receipt'), await getMessages()]
  return (
    <PlayerPage>
      <AskingSheet>
        <Folio at={<span className="num">{formatMoment(receipt.givenAt, words.months)} IST</span>}>
          {t('title')}
        </Folio>
        <div className="stack">
          <h1>{t('heading')}</h1>
          <p className="lead">{t('lead')}</p>
          <Summary receipt={receipt} />
          {receipt.purposes.map((purpose) => (
            <Purpose key={purpose.id} purpose={purpose} />
          ))}
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="proof">
        <div className="stack">
          <Proof receipt={receipt} />
          <section>
            <h2>{t('history')}</h2>
            <History receipt={receipt} />
          </section>
          <p className="small quiet no-print">{t('print')}</p>
        </div>
      </FacingSheet>
      <Dock
        aside={
          <ButtonLink look="text" href="/me">
            {t('back')}
          </ButtonLink>
        }
      >
        <ButtonLink look="primary" href={`/me/receipts/${receipt.id}/download`}>
          <Icon name="download" /> {t('download')}
        </ButtonLink>
      </Dock>
    </PlayerPage>
  )
}

async function Summary({ receipt }: { receipt: Receipt }) {
  const [t, me, { journey: words }] = [
    await getTranslations('receipt'),
    await getTranslations('me.consentState'),
    await getMessages(),
  ]
  const { tone, icon } = CONSENT_MARKS[receipt.status]
  const locale = isLocale(receipt.locale) ? receipt.locale : DEFAULT_LOCALE
  return (
    <Ledger>
      <LedgerLine label={t('state')}>
        <Mark tone={tone} icon={icon}>
          {me(receipt.status)}
        </Mark>
      </LedgerLine>
      <LedgerLine label={t('given')} hint={<span className="num">{receipt.givenAt} UTC</span>}>
        <time className="num" dateTime={receipt.givenAt}>
          {formatMoment(receipt.givenAt, words.months)} IST
        </time>
      </LedgerLine>
      <LedgerLine label={t('notice')}>
        {t('noticeText', { version: receipt.noticeVersion, language: t(`languages.${locale}`) })}
      </LedgerLine>
      <LedgerLine label={t('by')}>{receipt.operatorName}</LedgerLine>
      <LedgerLine label={t('contact')}>{receipt.grievanceContact}</LedgerLine>
      <LedgerLine label={t('recipients')}>{receipt.recipients.join(', ')}</LedgerLine>
    </Ledger>
  )
}

async function Purpose({ purpose }: { purpose: Receipt['purposes'][number] }) {
  const t = await getTranslations('receipt')
  return (
    <section>
      <h2>{purpose.title}</h2>
      <Ledger wide>
        {purpose.items.map((item) => (
          <LedgerLine key={item.id} label={item.title} hint={item.reads}>
            <Mark tone={item.granted ? 'passed' : 'none'} icon={item.granted ? 'check' : 'minus'}>
              {t(item.granted ? 'granted' : 'notGranted')}
            </Mark>
          </LedgerLine>
        ))}
        <LedgerLine label={t('retention')}>
          <span className="small">{purpose.retention}</span>
        </LedgerLine>
      </Ledger>
    </section>
  )
}

async function Proof({ receipt }: { receipt: Receipt }) {
  const t = await getTranslations('receipt')
  return (
    <>
      <h2 id="proof">{t('proof')}</h2>
      <p className="small">
        {t.rich('proofText', {
          link: (text) => <a href="/.well-known/ante-keys.json">{text}</a>,
        })}
      </p>
      <Ledger>
        <LedgerLine label={t('id')}>
          <span className="mono pick-all">{receipt.id}</span>
        </LedgerLine>
        <LedgerLine label={t('sum')}>
          <span className="mono pick-all">{receipt.sha256}</span>
        </LedgerLine>
        <LedgerLine label={t('key')}>
          <span className="mono pick-all">{receipt.signature.keyId}</span>
        </LedgerLine>
        <LedgerLine label={t('signature')}>
          <span className="mono pick-all">{receipt.signature.value}</span>
        </LedgerLine>
      </Ledger>
    </>
  )
}

async function History({ receipt }: { receipt: Receipt }) {
  const [me, { journey: words }] = [await getTranslations('me.consentState'), await getMessages()]
  return (
    <Ledger wide>
      {receipt.history.map(({ at, status }) => (
        <LedgerLine
          key={`${at} ${status}`}
          label={<span className="num">{formatMoment(at, words.months)}</span>}
        >
          {status in CONSENT_MARKS ? me(status as Receipt['status']) : status}
        </LedgerLine>
      ))}
    </Ledger>
  )
}
