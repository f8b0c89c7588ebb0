import { wayOf as wayOfDocuments } from '@/lib/consent/types'
import type { JourneyWords } from '@/lib/i18n/messages'
import type { Way } from '@/lib/providers/types'
import type { JourneyView } from '@/lib/verification/types'

/** Which way an attempt goes; its documents say it. */
export function wayOf({ steps }: Pick<JourneyView, 'steps'>): Way {
  return wayOfDocuments(steps.flatMap(({ document }) => document ?? []))
}

/** Where the player goes to show documents: DigiLocker, whoever carries the request, or the page of a capture vendor. */
export function placeOf(
  journey: Pick<JourneyView, 'steps' | 'connectionName'>,
  { places }: Pick<JourneyWords, 'places'>,
): string {
  return wayOf(journey) === 'digilocker' ? places.digilocker : (journey.connectionName ?? places.capture)
}
