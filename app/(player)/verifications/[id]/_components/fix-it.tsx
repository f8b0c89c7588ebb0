import { getMessages, getTranslations } from 'next-intl/server'
import { answerMismatch } from '@/app/(player)/verifications/actions'
import { AskingSheet, Dock, FacingSheet, Folio } from '@/components/booklet'
import { DocumentCard } from '@/components/document-card'
import { NameCollation, sayDetails } from '@/components/name-collation'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { FieldHint, FieldLabel, Textarea } from '@/components/ui/field'
import { Icon } from '@/components/ui/icon'
import { Mark } from '@/components/ui/mark'
import type { DocumentType } from '@/lib/documents/types'
import { formatDate } from '@/lib/i18n/format'
import { placeDays } from '@/lib/settings-view'
import { type JourneyView, type MismatchView, NOTE_LIMIT } from '@/lib/verification/types'
import { carrierOf } from './carrier'
import { LiveTurn } from './live-turn'
import { WORD_MARKS } from './screens'
import { StopFold } from './stop-fold'
import { SupportDetails } from './support-details'

/** One difference at a time: what it is, letter by letter, and what the player says to it. */
export async function FixIt({
  journey,
  place,
  problem,
}: {
  journey: JourneyView
  /** Which of the differences, counted from 1; anything else is the first. */
  place: number
  problem: string
}) {
  const [t, status] = [await getTranslations('mismatch'), await getTranslations('status')]
  const [common, words] = [await getTranslations('common'), await getMessages()]
  const total = journey.mismatches.length
  const at = place > 1 && place <= total ? place : 1
  const mismatch = journey.mismatches[at - 1]
  if (mismatch === undefined) return null
  return (
    <>
      <LiveTurn initial={journey} />
      <AskingSheet>
        <Folio at={<b>{common('folio', { step: at, total })}</b>}>
          <Mark {...WORD_MARKS.action_needed}>{status('words.action_needed')}</Mark>
        </Folio>
        <div className="stack">
          <h1>{t(`headings.${mismatch.what}`)}</h1>
          <p className="lead">{lead(journey, mismatch, words)}</p>
          {problem === 'note' && (
            <Banner tone="failed" title={t('noteLong')} alert>
              <p>{t('noteLongText')}</p>
            </Banner>
          )}
          <NameCollation mismatch={mismatch} words={words} />
          {total > 1 && (
            <p>
              <a href={`/verifications/${journey.id}?of=${at === total ? 1 : at + 1}`}>{t('next')}</a>
            </p>
          )}
          <form id="answer" action={answerMismatch}>
            <input type="hidden" name="id" value={journey.id} />
            <Choices mismatch={mismatch} />
          </form>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="done">
        <div className="stack">
          <h2 id="done">{t('done')}</h2>
          <Documents journey={journey} shown={mismatch} />
          <p className="small quiet">
            {t('staysValid')} {status('reference')} <span className="mono pick-all">{journey.reference}</span>
          </p>
          <StopFold journey={journey} />
          <SupportDetails journey={journey} />
        </div>
      </FacingSheet>
      <Dock>
        <Button look="primary" form="answer">
          {t('submit')} <Icon name="arrow-right" className="icon-onward" />
        </Button>
      </Dock>
    </>
  )
}

/** What agrees, then what does not. */
function lead(
  { mismatches }: JourneyView,
  mismatch: MismatchView,
  words: Awaited<ReturnType<typeof getMessages>>,
): string {
  const other = mismatch.kind === 'name' ? 'birth_date' : 'name'
  const { agrees } = words.mismatch
  const first = mismatches.some(({ kind }) => kind === other) ? agrees.neither : agrees[other]
  return [first, ...sayDetails(mismatch, words)].join(' ')
}

async function Choices({ mismatch }: { mismatch: MismatchView }) {
  const t = await getTranslations('mismatch')
  const { journey: words, mismatch: texts } = await getMessages()
  const { inSentence } = texts
  const { kind, first, second } = mismatch
  const [one, two] = valuesOf(mismatch, words.months)
  const keepsPlace = t('keepsPlace', { days: placeDays() })
  return (
    <fieldset className="choices">
      <legend>{t(`choose.${kind}`)}</legend>
      <Choice
        value={second.type}
        title={t('asOn', { value: one, document: inSentence[first.type] })}
        text={`${t(`first.${second.type}`)} ${keepsPlace}`}
      />
      <Choice
        value={first.type}
        title={t('asOn', { value: two, document: inSentence[second.type] })}
        text={`${t(`first.${first.type}`)} ${keepsPlace}`}
      />
      <Choice value="both_are_me" title={t(`both.${kind}`)} text={t('bothText')} />
      <div className="choice-note field">
        <FieldLabel htmlFor="note">{t('note')}</FieldLabel>
        <Textarea id="note" name="note" maxLength={NOTE_LIMIT} rows={3} aria-describedby="note-hint" />
        <FieldHint id="note-hint">{t('noteHint')}</FieldHint>
      </div>
      <p className="small quiet pt-3">{t('ifNothing')}</p>
    </fieldset>
  )
}

/** `value` is the document to be corrected first, which is the other one than the one that is right. */
function Choice({ value, title, text }: { value: string; title: string; text: string }) {
  return (
    <label className="choice">
      <input type="radio" name="answer" value={value} required />
      <span>
        <strong>{title}</strong>
        <small>{text}</small>
      </span>
    </label>
  )
}

/** The one word that differs where it is one, else the whole name or date. */
function valuesOf({ kind, words, first, second }: MismatchView, months: string): [string, string] {
  if (kind === 'birth_date') return [formatDate(first.value, months), formatDate(second.value, months)]
  const differing = words.filter(({ mark }) => mark !== 'same' && mark !== 'title_dropped')
  const [only] = differing
  return differing.length === 1 && only?.first && only.second
    ? [only.first, only.second]
    : [first.value.toUpperCase(), second.value.toUpperCase()]
}

async function Documents({ journey, shown }: { journey: JourneyView; shown: MismatchView }) {
  const { journey: words, mismatch } = await getMessages()
  const differs = (type: DocumentType) => {
    const found = [shown, ...journey.mismatches].find(({ first, second }) =>
      [first.type, second.type].includes(type),
    )
    return found === undefined ? null : mismatch.differs[found.kind]
  }
  return (
    <div>
      {journey.documents.map((document) => (
        <DocumentCard
          key={document.type}
          document={document}
          differs={differs(document.type)}
          vendor={carrierOf(journey)}
          sandbox={journey.sandbox}
          words={words}
        />
      ))}
    </div>
  )
}
