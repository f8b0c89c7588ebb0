import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { BirthDateField } from '@/app/(player)/_components/birth-date-field'
import { FolioStep } from '@/app/(player)/_components/folio-step'
import { NameField } from '@/app/(player)/_components/name-field'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { readParam } from '@/app/(player)/_components/search-params'
import { AskingSheet, Dock, FacingSheet } from '@/components/booklet'
import { Banner } from '@/components/ui/banner'
import { Button, ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Step, Steps } from '@/components/ui/steps'
import { requirePlayer } from '@/lib/auth/guards'
import { todayInIndia } from '@/lib/documents/dates'
import { leaveView } from '@/lib/verification/find'
import { findStated } from '@/lib/verification/stated'
import { writeDetails } from './actions'
import { checkDetails, type DetailsEntry, type DetailsProblems, NO_ENTRY, NO_PROBLEMS, toEntry } from './form'
import { findKeptEntry } from './kept-entry'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('you')
  return { title: t('title') }
}

export default async function AboutYouPage({ searchParams }: PageProps<'/verify/you'>) {
  const player = await requirePlayer()
  const view = await leaveView(player)
  if (!view) redirect('/verify')

  const t = await getTranslations('you')
  const stated = await findStated(player)
  if (!view.detailsMatter) redirect('/verify/leave')
  const problem = readParam(await searchParams, 'problem')
  const kept = problem === 'entry' ? await findKeptEntry(player) : null
  const entry = kept ?? (stated === null ? NO_ENTRY : toEntry(stated))
  const problems = kept === null ? NO_PROBLEMS : problemsOf(kept)
  return (
    <PlayerPage>
      <AskingSheet>
        <FolioStep step={3} title={t('title')} />
        <div className="stack">
          <h1>{t('heading')}</h1>
          <p className="lead">{t('lead')}</p>
          {problem === 'being_checked' && (
            <Banner tone="failed" title={t('beingChecked')} alert>
              <p>{t('beingCheckedText')}</p>
            </Banner>
          )}
          {problems !== NO_PROBLEMS && <Banner tone="pending" title={t('problem')} />}
          <form id="you" action={writeDetails} className="grid gap-6">
            <NameField name={entry.name} problem={problems.name} />
            <BirthDateField {...entry} problem={problems.date} />
          </form>
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
      <Dock
        aside={
          <ButtonLink look="text" href="/verify?change=1">
            {t('back')}
          </ButtonLink>
        }
      >
        <Button look="primary" form="you">
          {t('submit')} <Icon name="arrow-right" className="icon-onward" />
        </Button>
      </Dock>
    </PlayerPage>
  )
}

function problemsOf(entry: DetailsEntry): DetailsProblems {
  const answer = checkDetails(entry, todayInIndia(new Date()))
  return answer.kind === 'wrong' ? answer.problems : NO_PROBLEMS
}
