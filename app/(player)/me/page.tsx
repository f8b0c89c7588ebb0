import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { WORD_MARKS } from '@/app/(player)/verifications/[id]/_components/screens'
import { AskingSheet, Dock, FacingSheet, Folio } from '@/components/booklet'
import { Banner } from '@/components/ui/banner'
import { Button, ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { Mark } from '@/components/ui/mark'
import { requirePlayer } from '@/lib/auth/guards'
import { listReceipts } from '@/lib/consent/consent'
import { readHeld } from '@/lib/rights/held'
import { listHistory } from '@/lib/rights/history'
import { listMyRequests } from '@/lib/rights/requests'
import type { HeldAttempt } from '@/lib/rights/types'
import { findCurrentJourney } from '@/lib/verification/find'
import type { JourneyView } from '@/lib/verification/types'
import { signOutNow } from '../sign-out/actions'
import { HeldData } from './_components/held'
import { ReceiptEntry } from './_components/receipt-entry'
import { Requests } from './_components/requests'
import { Rights } from './_components/rights'
import { Seen } from './_components/seen'

const HISTORY_SHOWN = 100

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('me')
  return { title: t('title') }
}

export default async function MyDataPage({ searchParams }: PageProps<'/me'>) {
  const player = await requirePlayer()
  const t = await getTranslations('me')
  const [journey, receipts] = [await findCurrentJourney(player), await listReceipts(player)]
  const [held, requests] = [await readHeld(player), await listMyRequests(player)]
  const history = await listHistory(player, HISTORY_SHOWN)
  return (
    <PlayerPage>
      <AskingSheet>
        <Folio>{t('title')}</Folio>
        <div className="stack">
          <h1>{t('heading')}</h1>
          <p className="lead">{t('lead')}</p>
          <Outcome {...(await searchParams)} />
          <section>
            <h2>{t('now')}</h2>
            {journey ? (
              <Standing journey={journey} attempt={held.attempts.find(({ id }) => id === journey.id)} />
            ) : (
              <NotBegun />
            )}
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
          <Requests requests={requests} />
          <Rights />
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="held">
        <div className="stack">
          <HeldData held={held} requests={requests.length} />
          <Seen history={history} recipients={held.recipients} />
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

/** What the last press led to. */
async function Outcome(params: { done?: string | string[]; problem?: string | string[] }) {
  const t = await getTranslations('me')
  const done = oneOf(readParam(params, 'done'), ['withdrawn', 'asked'], null)
  const problem = oneOf(readParam(params, 'problem'), ['not_asked'], null)
  if (done === null && problem === null) return null
  if (done === null)
    return (
      <Banner tone="failed" title={t('notAsked')} alert>
        <p>{t('notAskedText')}</p>
      </Banner>
    )
  return (
    <Banner tone="passed" title={t(done)} alert>
      <p>{t(`${done}Text`)}</p>
    </Banner>
  )
}

async function Standing({ journey, attempt }: { journey: JourneyView; attempt: HeldAttempt | undefined }) {
  const [t, status] = [await getTranslations('me'), await getTranslations('status.words')]
  const { tone, icon } = WORD_MARKS[journey.word]
  return (
    <Ledger>
      <LedgerLine label={t('state')}>
        <Mark tone={tone} icon={icon}>
          {status(journey.word)}
        </Mark>
        {attempt?.appeal === 'possible' && (
          <span className="block">
            <a
              className="inline-flex min-h-12 items-center gap-1"
              href={`/me/ask/appeal?attempt=${journey.id}`}
            >
              {t('appealGo')} <Icon name="arrow-right" className="icon-onward" />
            </a>
          </span>
        )}
        {attempt?.appeal === 'open' && <span className="small quiet block">{t('appealOpen')}</span>}
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
