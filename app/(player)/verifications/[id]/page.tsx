import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { readParam } from '@/app/(player)/_components/search-params'
import { requirePlayer } from '@/lib/auth/guards'
import { findJourney } from '@/lib/verification/find'
import { isFinal } from '@/lib/verification/types'
import { Ended } from './_components/ended'
import { FixIt } from './_components/fix-it'
import { screenOf } from './_components/screens'
import { TypedWrong } from './_components/typed-wrong'
import { Verified } from './_components/verified'
import { Waiting } from './_components/waiting'

export async function generateMetadata({ params }: PageProps<'/verifications/[id]'>): Promise<Metadata> {
  const player = await requirePlayer()
  const journey = await findJourney(player, (await params).id)
  const t = await getTranslations('status.words')
  return journey ? { title: t(journey.word) } : {}
}

export default async function VerificationPage({ params, searchParams }: PageProps<'/verifications/[id]'>) {
  const player = await requirePlayer()
  const journey = await findJourney(player, (await params).id)
  if (!journey) notFound()
  const screen = screenOf(journey)
  const query = await searchParams
  const problem = readParam(query, 'problem')
  return (
    <PlayerPage sandbox={journey.sandbox && screen !== 'verified'}>
      {screen === 'verified' && <Verified journey={journey} />}
      {screen === 'fix_it' && (
        <FixIt journey={journey} place={Number(readParam(query, 'of'))} problem={problem} />
      )}
      {screen === 'typed_wrong' && <TypedWrong journey={journey} problem={problem} />}
      {!isFinal(journey.status) && screen !== 'fix_it' && screen !== 'typed_wrong' && (
        <Waiting journey={journey} screen={screen} problem={problem} />
      )}
      {isFinal(journey.status) && screen !== 'verified' && <Ended journey={journey} screen={screen} />}
    </PlayerPage>
  )
}
