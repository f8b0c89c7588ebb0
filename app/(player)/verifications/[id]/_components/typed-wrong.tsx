import { getMessages, getTranslations } from 'next-intl/server'
import { BirthDateField } from '@/app/(player)/_components/birth-date-field'
import { NameField } from '@/app/(player)/_components/name-field'
import { correctDetails } from '@/app/(player)/verifications/actions'
import { checkDetails, NO_PROBLEMS, toEntry } from '@/app/(player)/verify/you/form'
import { findKeptEntry } from '@/app/(player)/verify/you/kept-entry'
import { AskingSheet, Dock, FacingSheet } from '@/components/booklet'
import { DocumentCard } from '@/components/document-card'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { requirePlayer } from '@/lib/auth/guards'
import { todayInIndia } from '@/lib/documents/dates'
import { formatDate } from '@/lib/i18n/format'
import type { JourneyView } from '@/lib/verification/types'
import { carrierOf } from './carrier'
import { Heading } from './heading'
import { LiveTurn } from './live-turn'
import { StopFold } from './stop-fold'
import { SupportDetails } from './support-details'

const PROBLEMS = ['too_different', 'unsettled', 'unchanged', 'spent', 'entry'] as const

/** What the player wrote, and the form that corrects it. Nothing of what the documents say. */
export async function TypedWrong({
  journey,
  problem,
}: {
  journey: JourneyView
  /** What the last correction came to; empty when there was none. */
  problem: string
}) {
  const { recheck } = journey
  if (recheck === null) return null
  const [t, you] = [await getTranslations('recheck'), await getTranslations('you')]
  const facts = await getTranslations('status.facts')
  const { journey: words } = await getMessages()
  const kept = problem === '' ? null : await findKeptEntry(await requirePlayer())
  const entry = kept ?? toEntry(recheck)
  const answer = problem === 'entry' ? checkDetails(entry, todayInIndia(new Date())) : null
  const problems = answer?.kind === 'wrong' ? answer.problems : NO_PROBLEMS
  return (
    <>
      <LiveTurn initial={journey} />
      <AskingSheet>
        <div className="stack">
          <Heading journey={journey} screen="typed_wrong" />
          <RecheckProblem problem={problem} />
          <section>
            <h2>{t('wrote')}</h2>
            <Ledger>
              <LedgerLine label={facts('name')}>{recheck.name}</LedgerLine>
              <LedgerLine label={you('birthDate')}>
                <span className="num">{formatDate(recheck.birthDate, words.months)}</span>
              </LedgerLine>
            </Ledger>
          </section>
          <section>
            <h2>{t('title')}</h2>
            <form id="details" action={correctDetails} className="grid gap-6">
              <input type="hidden" name="id" value={journey.id} />
              <NameField name={entry.name} problem={problems.name} />
              <BirthDateField day={entry.day} month={entry.month} year={entry.year} problem={problems.date} />
            </form>
            <p className="small quiet pt-3">
              {t('left', { count: recheck.left })} {t('same')}
            </p>
            <p className="small quiet">{t('never')}</p>
          </section>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="arrived">
        <div className="stack">
          <h2 id="arrived">{words.cards.arrivedTitle}</h2>
          <div>
            {journey.documents.map((document) => (
              <DocumentCard
                key={document.type}
                document={document}
                vendor={carrierOf(journey)}
                sandbox={journey.sandbox}
                words={words}
              />
            ))}
          </div>
          <StopFold journey={journey} />
          <SupportDetails journey={journey} />
        </div>
      </FacingSheet>
      <Dock>
        <Button look="primary" form="details">
          {t('submit')}
        </Button>
      </Dock>
    </>
  )
}

/** What came of the last correction; also on the page of who has none left. */
export async function RecheckProblem({ problem }: { problem: string }) {
  const t = await getTranslations('recheck.problems')
  const known = PROBLEMS.find((one) => one === problem)
  if (known === undefined) return null
  return (
    <Banner tone="pending" title={t(known)} alert>
      <p>{t(`${known}Text`)}</p>
    </Banner>
  )
}
