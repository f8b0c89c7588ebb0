'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect, useState } from 'react'
import { AskingSheet, FacingSheet } from '@/components/booklet'
import { DocumentCard } from '@/components/document-card'
import { Passbook, stepTitle } from '@/components/passbook'
import { Banner } from '@/components/ui/banner'
import { fill } from '@/lib/i18n/format'
import type { JourneyWords } from '@/lib/i18n/messages'
import type { JourneyView } from '@/lib/verification/types'
import { useJourney } from './use-journey'

interface Props {
  initial: JourneyView
  words: JourneyWords
  /** Company that carries the request; null when none stands in between. */
  carrier: string | null
  /** Folio, heading and lead. */
  head: ReactNode
  /** What stands under the steps. */
  foot: ReactNode
  /** What stands under the documents. */
  facing: ReactNode
}

/** Both sheets of an attempt that still moves; prints each step and document as the server learns of it. */
export function LiveJourney(props: Props) {
  const [client] = useState(() => new QueryClient())
  return (
    <QueryClientProvider client={client}>
      <Sheets {...props} />
    </QueryClientProvider>
  )
}

function Sheets({ initial, words, carrier, head, foot, facing }: Props) {
  const { journey, trouble } = useJourney(initial)
  const router = useRouter()
  const turned = journey.status !== initial.status || journey.nextAction !== initial.nextAction
  useEffect(() => {
    if (turned) router.refresh()
  }, [turned, router])
  return (
    <>
      <AskingSheet>
        <div className="stack">
          {head}
          {trouble === 'lost' && <Banner tone="info" title={words.live.lost} />}
          {trouble === 'signed_out' && (
            <Banner tone="pending" title={words.live.signedOut}>
              <p>
                <a href="/sign-in">{words.live.signIn}</a>
              </p>
            </Banner>
          )}
          <Passbook journey={journey} carrier={carrier} words={words} />
          <Announcement journey={journey} initial={initial} words={words} />
          <p className="small quiet">{words.timesIn}</p>
          {foot}
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="arrived">
        <div className="stack">
          <h2 id="arrived">{words.cards.arrivedTitle}</h2>
          <Documents journey={journey} carrier={carrier} words={words} />
          {facing}
        </div>
      </FacingSheet>
    </>
  )
}

function Documents({ journey, carrier, words }: Pick<Props, 'carrier' | 'words'> & { journey: JourneyView }) {
  const coming = journey.status === 'awaiting_provider' || journey.status === 'awaiting_reviewer'
  const documents = journey.documents.filter((document) => coming || document.state !== 'waiting')
  if (documents.length === 0) {
    return (
      <div className="empty">
        <b>{words.cards.none}</b>
        <p className="small quiet">{words.cards.noneText}</p>
      </div>
    )
  }
  return (
    <div>
      {documents.map((document) => (
        <DocumentCard
          key={document.type}
          document={document}
          vendor={carrier}
          sandbox={journey.sandbox}
          words={words}
        />
      ))}
    </div>
  )
}

/** Reads out the newest step, and nothing when the page opens. */
function Announcement({
  journey,
  initial,
  words,
}: {
  journey: JourneyView
  initial: JourneyView
  words: JourneyWords
}) {
  const newest = journey.steps.findLast((step) => step.state === 'done' || step.state === 'stopped')
  const changed = journey.version !== initial.version && newest !== undefined
  return (
    <p className="sr-only" role="status">
      {changed ? fill(words.live.changed, { step: stepTitle(newest, journey, words) }) : ''}
    </p>
  )
}
