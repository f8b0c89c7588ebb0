import { isDirect } from '@/lib/settings-view'
import type { JourneyView } from '@/lib/verification/types'

/** The company that carries this attempt's request as the notice names it; null before the start and when there is none. */
export function carrierOf({ connectionName }: Pick<JourneyView, 'connectionName'>): string | null {
  return isDirect(connectionName) ? null : connectionName
}
