import { getMessages, getTranslations } from 'next-intl/server'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { placeOf } from '@/components/way'
import type { JourneyView } from '@/lib/verification/types'
import { reasonsToTell, type Screen } from './screens'

/** Why it stands as it stands, in sentences that the heading does not say already. */
export async function Reasons({ journey, screen }: { journey: JourneyView; screen: Screen }) {
  const reasons = reasonsToTell(journey, screen)
  if (reasons.length === 0) return null
  const [t, status] = [await getTranslations('reasons'), await getTranslations('status')]
  const place = placeOf(journey, (await getMessages()).journey)
  return (
    <Ledger>
      <LedgerLine label={status('why')}>
        <ul className="grid gap-2">
          {reasons.map((reason) => (
            <li key={reason}>{t(reason, { place })}</li>
          ))}
        </ul>
      </LedgerLine>
    </Ledger>
  )
}
