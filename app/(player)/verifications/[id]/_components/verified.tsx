import { getMessages, getTranslations } from 'next-intl/server'
import { AskingSheet, Dock, FacingSheet } from '@/components/booklet'
import { Evidence } from '@/components/evidence'
import { RecordLine } from '@/components/record-line'
import { Seal } from '@/components/seal'
import { Banner } from '@/components/ui/banner'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { formatDate } from '@/lib/i18n/format'
import { messagesFor } from '@/lib/i18n/messages'
import type { JourneyView } from '@/lib/verification/types'
import { carrierOf } from './carrier'
import { StatusFolio, screenText } from './heading'
import { Kept } from './kept'
import { hasNextStep, NextStep } from './next-step'
import { SupportDetails } from './support-details'

/** Verified: the only page with the seal and the record line. */
export async function Verified({ journey }: { journey: JourneyView }) {
  const [t, common] = [await getTranslations('status'), await getTranslations('common')]
  const { heading, lead } = await screenText(journey, 'verified')
  return (
    <>
      <AskingSheet>
        <StatusFolio journey={journey} />
        <div className="verdict">
          <Seal />
          <div>
            <h1>{heading}</h1>
            <p className="small quiet">
              {t('reference')} <span className="mono pick-all">{journey.reference}</span>
            </p>
          </div>
        </div>
        <div className="stack">
          <p className="lead">{journey.sandbox ? t('sandboxLead') : lead}</p>
          {journey.sandbox && (
            <Banner tone="info" title={common('sandbox')}>
              <p>{t('sandboxVerified')}</p>
            </Banner>
          )}
          <Facts journey={journey} />
          <Notes journey={journey} />
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="kept">
        <div className="stack pb-6">
          <Kept journey={journey} screen="verified" />
          <SupportDetails journey={journey} />
        </div>
        <Record journey={journey} />
      </FacingSheet>
      {hasNextStep(journey) && (
        <Dock>
          <NextStep journey={journey} />
        </Dock>
      )}
    </>
  )
}

async function Facts({ journey }: { journey: JourneyView }) {
  const [t, { journey: words }] = [await getTranslations('status.facts'), await getMessages()]
  const arrived = journey.documents.filter((document) => document.state === 'arrived')
  const name = arrived.find((document) => document.name !== null)?.name ?? null
  return (
    <Ledger>
      {name !== null && <LedgerLine label={t('name')}>{name}</LedgerLine>}
      {journey.adult !== null && (
        <LedgerLine label={t('adult')}>{t(journey.adult ? 'yes' : 'no')}</LedgerLine>
      )}
      {arrived.map((document) => (
        <LedgerLine key={document.type} label={words.documents[document.type]}>
          <span className="num">{document.numberMasked ?? words.cards.arrived}</span>
          {document.evidence !== null && (
            <Evidence
              level={document.evidence}
              type={document.type}
              vendor={carrierOf(journey)}
              readAt={null}
              sandbox={journey.sandbox}
              words={words}
            />
          )}
        </LedgerLine>
      ))}
    </Ledger>
  )
}

/** What was accepted although it was not quite the same on all documents. */
async function Notes({ journey }: { journey: JourneyView }) {
  if (journey.notes.length === 0) return null
  const [t, notes] = [await getTranslations('status'), await getTranslations('notes')]
  return (
    <Banner tone="info" title={t('notesTitle')}>
      {journey.notes.map((note) => (
        <p key={note}>{notes(note)}</p>
      ))}
    </Banner>
  )
}

async function Record({ journey }: { journey: JourneyView }) {
  const [t, { journey: words }] = [await getTranslations('status'), await getMessages()]
  const at = journey.decidedAt ?? journey.createdAt
  const { reference, noticeVersion, policyVersion } = journey
  return (
    <RecordLine
      reference={reference}
      day={formatDate(at, messagesFor('en').journey.months).replaceAll(' ', '').toUpperCase()}
      notice={noticeVersion}
      policy={policyVersion}
      label={t('recordLabel', {
        reference,
        date: formatDate(at, words.months),
        notice: noticeVersion ?? '–',
        policy: policyVersion ?? '–',
      })}
    />
  )
}
