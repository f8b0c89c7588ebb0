import { getMessages, getTranslations } from 'next-intl/server'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { placeOf } from '@/components/way'
import type { JourneyView } from '@/lib/verification/types'
import { fixesOf, reasonsToTell, type Screen, sidesOf } from './screens'

/** Why it stands as it stands, in sentences that the heading does not say already. */
export async function Reasons({ journey, screen }: { journey: JourneyView; screen: Screen }) {
  const reasons = reasonsToTell(journey, screen)
  if (reasons.length === 0) return null
  const [t, status] = [await getTranslations('reasons'), await getTranslations('status')]
  const fixes = screen === 'resubmit' ? fixesOf(reasons) : []
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
      <LedgerLine label={status('side')}>
        {sidesOf(reasons).map((side) => (
          <p key={side}>{status(`sides.${side}`, { place })}</p>
        ))}
      </LedgerLine>
      {fixes.length > 0 && (
        <LedgerLine label={status('putRight')}>
          {fixes.map((fix) => (
            <p key={fix}>{status(`putRights.${fix}`)}</p>
          ))}
        </LedgerLine>
      )}
    </Ledger>
  )
}
