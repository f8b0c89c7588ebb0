import { Evidence } from '@/components/evidence'
import type { IconName } from '@/components/ui/icon'
import { Mark, type MarkTone } from '@/components/ui/mark'
import type { DocumentType } from '@/lib/documents/types'
import { formatDate } from '@/lib/i18n/format'
import type { JourneyWords } from '@/lib/i18n/messages'
import type { MissingReason } from '@/lib/providers/types'
import type { DocumentView } from '@/lib/verification/types'

/** Labels as the document prints them, Hindi first, in every language of the page. */
const PRINTED: Readonly<
  Record<DocumentType, Record<'name' | 'birthDate' | 'number', readonly [string | null, string]>>
> = {
  aadhaar: {
    name: ['नाम', 'Name'],
    birthDate: ['जन्म तिथि', 'Date of birth'],
    number: ['आधार', 'Aadhaar'],
  },
  pan: { name: ['नाम', 'Name'], birthDate: ['जन्म की तारीख', 'Date of birth'], number: [null, 'PAN'] },
  driving_licence: {
    name: [null, 'Name'],
    birthDate: [null, 'Date of birth'],
    number: [null, 'Licence no.'],
  },
  photo_document: { name: [null, 'Name'], birthDate: [null, 'Date of birth'], number: [null, 'Number'] },
}

const STATES: Readonly<Record<DocumentView['state'], { tone: MarkTone; icon: IconName }>> = {
  waiting: { tone: 'info', icon: 'loader' },
  arrived: { tone: 'passed', icon: 'check' },
  missing: { tone: 'none', icon: 'minus' },
  not_accepted: { tone: 'failed', icon: 'circle-x' },
}

const UNBELIEVED: { tone: MarkTone; icon: IconName } = { tone: 'failed', icon: 'circle-x' }
const DIFFERS: { tone: MarkTone; icon: IconName } = { tone: 'pending', icon: 'pen-line' }

/** One document of the player: on its way, arrived, missing or not accepted, and who vouches for it. */
export function DocumentCard({
  document,
  vendor,
  sandbox,
  words,
  differs = null,
}: {
  document: DocumentView
  /** What it says otherwise than another document, in words. */
  differs?: string | null
  vendor: string | null
  sandbox: boolean
  words: JourneyWords
}) {
  const arrivedUnbelieved = document.state === 'arrived' && document.signatureFails
  const { tone, icon } = arrivedUnbelieved ? UNBELIEVED : differs === null ? STATES[document.state] : DIFFERS
  const waiting = document.state === 'waiting'
  return (
    <article className="doc" aria-busy={waiting}>
      <div className="doc-head">
        <h3>{words.documents[document.type]}</h3>
        <Mark tone={tone} icon={icon} turning={waiting}>
          {arrivedUnbelieved ? words.cards.signatureFails : (differs ?? words.cards[document.state])}
        </Mark>
      </div>
      <div className="iris" aria-hidden="true" />
      {document.state === 'missing' && document.missing !== null && (
        <p className="doc-note">
          {missingText(document.type, document.missing, words)}
          {document.missing === 'not_in_locker' && document.type === 'pan' && (
            <>
              {' '}
              <a href="/help#pan">{words.cards.howTo}</a>
            </>
          )}
        </p>
      )}
      {document.state === 'not_accepted' && <p className="doc-note">{words.cards.notAcceptedText}</p>}
      {(isUnread(document) || document.name !== null) && <Facts document={document} months={words.months} />}
      {document.state === 'arrived' && document.evidence !== null && (
        <p className="doc-note">
          {words.cards.kept[document.type]} {words.cards.dropped[document.type]}
        </p>
      )}
      {document.evidence !== null && document.state !== 'missing' && (
        <p className="doc-foot">
          <Evidence
            level={document.evidence}
            type={document.type}
            vendor={vendor}
            readAt={document.readAt}
            sandbox={sandbox}
            words={words}
          />
        </p>
      )}
    </article>
  )
}

/** Reasons that lie in the locker mean nothing where there is none. */
const OF_LOCKER: readonly MissingReason[] = ['not_in_locker', 'not_shared', 'not_linked', 'renewal_needed']

function missingText(type: DocumentType, reason: MissingReason, words: JourneyWords): string {
  return type === 'photo_document' && OF_LOCKER.includes(reason) ? words.missingPhoto : words.missing[reason]
}

/** On its way, or here while the others are still being read: what it says comes with the result. */
function isUnread({ state, evidence }: DocumentView): boolean {
  return state === 'waiting' || (state === 'arrived' && evidence === null)
}

function Facts({ document, months }: { document: DocumentView; months: string }) {
  const printed = PRINTED[document.type]
  const waiting = isUnread(document)
  return (
    <dl className="doc-facts">
      <Fact label={printed.name} wide waiting={waiting} bone="w-3/5">
        {document.name}
      </Fact>
      <Fact label={printed.birthDate} waiting={waiting} bone="w-2/3">
        {document.birthDate === null ? null : formatDate(document.birthDate, months)}
      </Fact>
      <Fact label={printed.number} waiting={waiting} bone="w-4/5">
        {document.numberMasked}
      </Fact>
    </dl>
  )
}

function Fact({
  label: [hindi, english],
  wide = false,
  waiting,
  bone,
  children,
}: {
  label: readonly [string | null, string]
  wide?: boolean
  waiting: boolean
  bone: string
  children: string | null
}) {
  return (
    <div className={wide ? 'is-wide' : undefined}>
      <dt>
        {hindi !== null && (
          <>
            <span lang="hi">{hindi}</span> /{' '}
          </>
        )}
        <span lang="en">{english}</span>
      </dt>
      <dd className="num">{waiting ? <span className={`bone ${bone}`} /> : (children ?? '–')}</dd>
    </div>
  )
}
