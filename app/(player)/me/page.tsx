import type { Metadata } from 'next'
import { getMessages, getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { readParam } from '@/app/(player)/_components/search-params'
import { WORD_MARKS } from '@/app/(player)/verifications/[id]/_components/screens'
import { AskingSheet, Dock, FacingSheet, Folio } from '@/components/booklet'
import { Banner } from '@/components/ui/banner'
import { Button, ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { Mark } from '@/components/ui/mark'
import { requirePlayer } from '@/lib/auth/guards'
import { listReceipts } from '@/lib/consent/consent'
import { brand } from '@/lib/settings-view'
import { findCurrentJourney } from '@/lib/verification/find'
import type { JourneyView } from '@/lib/verification/types'
import { signOutNow } from '../sign-out/actions'
import { ReceiptEntry } from './_components/receipt-entry'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('me')
  return { title: t('title') }
}

export default async function MyDataPage({ searchParams }: PageProps<'/me'>) {
  const player = await requirePlayer()
  const t = await getTranslations('me')
  const [journey, receipts] = [await findCurrentJourney(player), await listReceipts(player)]
  return (
    <PlayerPage>
      <AskingSheet>
        <Folio>{t('title')}</Folio>
        <div className="stack">
          <h1>{t('heading')}</h1>
          <p className="lead">{t('lead')}</p>
          {readParam(await searchParams, 'done') === 'withdrawn' && (
            <Banner tone="passed" title={t('withdrawn')} alert>
              <p>{t('withdrawnText')}</p>
            </Banner>
          )}
          <section>
            <h2>{t('now')}</h2>
            {journey ? <Standing journey={journey} /> : <NotBegun />}
          </section>
          <section>
            <h2>{t('receipts')}</h2>
            {receipts.length === 0 ? (
              <p className="quiet">{t('receiptsNone')}</p>
            ) : (
              <ul className="border-t border-border">
                {receipts.map((receipt) => (
                  <ReceiptEntry key={receipt.id} receipt={receipt} />
                ))}
              </ul>
            )}
          </section>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="held">
        <div className="stack">
          <Held />
          <Rights />
        </div>
      </FacingSheet>
      <Dock
        aside={
          <form action={signOutNow}>
            <Button look="text">{t('signOut')}</Button>
          </form>
        }
      />
    </PlayerPage>
  )
}

async function Standing({ journey }: { journey: JourneyView }) {
  const [t, status] = [await getTranslations('me'), await getTranslations('status.words')]
  const { tone, icon } = WORD_MARKS[journey.word]
  return (
    <Ledger>
      <LedgerLine label={t('state')}>
        <Mark tone={tone} icon={icon}>
          {status(journey.word)}
        </Mark>
      </LedgerLine>
      <LedgerLine label={t('reference')}>
        <span className="flex flex-wrap items-center justify-between gap-x-4">
          <span className="mono pick-all">{journey.reference}</span>
          <a className="inline-flex min-h-12 items-center -my-3 gap-1" href={`/verifications/${journey.id}`}>
            {t('open')} <Icon name="arrow-right" className="icon-onward" />
          </a>
        </span>
      </LedgerLine>
    </Ledger>
  )
}

async function NotBegun() {
  const t = await getTranslations('me')
  return (
    <div className="empty">
      <b>{t('none')}</b>
      <p className="small quiet pb-3">{t('noneText')}</p>
      <ButtonLink href="/verify">{t('begin')}</ButtonLink>
    </div>
  )
}

async function Held() {
  const [t, keep] = [await getTranslations('me'), (await getMessages()).status.keep]
  return (
    <>
      <h2 id="held">{t('held')}</h2>
      <Ledger wide>
        <LedgerLine label={t('email')}>{t('emailText')}</LedgerLine>
        <LedgerLine label={t('stated')}>{t('statedText')}</LedgerLine>
        <LedgerLine label={keep.facts}>{keep.factsText}</LedgerLine>
        <LedgerLine label={keep.numbers}>{keep.numbersText}</LedgerLine>
        <LedgerLine label={keep.receipt}>{keep.receiptText}</LedgerLine>
        <LedgerLine label={keep.aadhaar}>{keep.aadhaarText}</LedgerLine>
      </Ledger>
    </>
  )
}

async function Rights() {
  const t = await getTranslations('me')
  return (
    <section>
      <h2>{t('rights')}</h2>
      <Ledger>
        <LedgerLine label={t('see')}>{t('seeText')}</LedgerLine>
        <LedgerLine label={t('correct')}>{t('correctText')}</LedgerLine>
        <LedgerLine label={t('erase')}>{t('eraseText')}</LedgerLine>
        <LedgerLine label={t('nominate')}>{t('nominateText')}</LedgerLine>
      </Ledger>
      <p className="small quiet pt-3">{t('rightsText', { contact: brand().grievanceContact })}</p>
    </section>
  )
}
