import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { readParam } from '@/app/(player)/_components/search-params'
import { AskingSheet, Dock, FacingSheet, Folio } from '@/components/booklet'
import { Button, ButtonLink } from '@/components/ui/button'
import { Field, FieldHint, FieldLabel, Textarea } from '@/components/ui/field'
import { Step, Steps } from '@/components/ui/steps'
import { requirePlayer } from '@/lib/auth/guards'
import { findAppealable } from '@/lib/rights/requests'
import { ASKED_KINDS, type AskedKind, REQUEST_TEXT_LIMIT } from '@/lib/rights/types'
import { answerDays } from '@/lib/settings-view'
import { askUs } from '../../actions'

const toKind = (text: string): AskedKind => ASKED_KINDS.find((kind) => kind === text) ?? notFound()

export async function generateMetadata({ params }: PageProps<'/me/ask/[kind]'>): Promise<Metadata> {
  const t = await getTranslations('ask.title')
  return { title: t(toKind((await params).kind)) }
}

/** One form for correction, another look, complaint and nomination. */
export default async function AskPage({ params, searchParams }: PageProps<'/me/ask/[kind]'>) {
  const player = await requirePlayer()
  const kind = toKind((await params).kind)
  const attempt =
    kind === 'appeal' ? await findAppealable(player, readParam(await searchParams, 'attempt')) : null
  if (kind === 'appeal' && !attempt) notFound()
  const t = await getTranslations('ask')
  return (
    <PlayerPage>
      <AskingSheet>
        <Folio at={attempt && <span>{t('about', { reference: attempt.reference })}</span>}>
          {t(`title.${kind}`)}
        </Folio>
        <div className="stack">
          <h1>{t(`heading.${kind}`)}</h1>
          <p className="lead">{t(`lead.${kind}`)}</p>
          <form id="ask" action={askUs}>
            <input type="hidden" name="kind" value={kind} />
            {attempt && <input type="hidden" name="attempt" value={attempt.id} />}
            <Field>
              <FieldLabel htmlFor="text">{t(`label.${kind}`)}</FieldLabel>
              <Textarea
                id="text"
                name="text"
                required
                maxLength={REQUEST_TEXT_LIMIT}
                aria-describedby="text-hint"
              />
              <FieldHint id="text-hint">{t('hint', { count: REQUEST_TEXT_LIMIT })}</FieldHint>
            </Field>
          </form>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="next">
        <div className="stack">
          <h2 id="next">{t('next')}</h2>
          <Steps>
            <Step title={t('next1')}>{t('next1Text')}</Step>
            <Step title={t('next2')}>{t('next2Text', { days: answerDays() })}</Step>
            <Step title={t('next3')}>{t('next3Text')}</Step>
          </Steps>
          <p className="small quiet">{t('board')}</p>
        </div>
      </FacingSheet>
      <Dock
        aside={
          <ButtonLink look="text" href="/me">
            {t('back')}
          </ButtonLink>
        }
      >
        <Button look="primary" form="ask">
          {t('send')}
        </Button>
      </Dock>
    </PlayerPage>
  )
}
