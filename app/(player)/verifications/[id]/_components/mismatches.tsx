import { getMessages } from 'next-intl/server'
import { NameCollation } from '@/components/name-collation'
import type { JourneyView } from '@/lib/verification/types'

/** Everything that differs, under each other; nothing when nothing does. */
export async function Mismatches({ journey }: { journey: JourneyView }) {
  const words = await getMessages()
  return journey.mismatches.map((mismatch) => (
    <NameCollation
      key={`${mismatch.kind} ${mismatch.first.type} ${mismatch.second.type}`}
      mismatch={mismatch}
      words={words}
    />
  ))
}
