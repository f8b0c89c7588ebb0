import 'server-only'
import { providerOf } from '@/lib/connections'
import { breakerStates } from '@/lib/connections/health'
import { routedConnections } from '@/lib/connections/routing'
import type { LiveConsent } from '@/lib/consent/consent'
import { isAppError } from '@/lib/errors'
import { log } from '@/lib/log'
import type { Connection, Provider } from '@/lib/providers/types'

export interface RoutingWishes {
  /** The player named themself, which some vendors need. */
  hasStated: boolean
  /** Asked for by the player: comes first, if it may be used at all. */
  wanted?: string | null
  /** Did not work for this player just now: comes last. */
  avoid?: string | null
}

/**
 * Connections that may take this player, the best first: named in the agreed notice, offering every consented document,
 * and healthy. Those whose breaker is open come after the healthy ones, since it may close any second; the order of the
 * settings, or what staff made of it, decides the rest. Who takes no new player is not among them.
 */
export async function chooseProviders(
  consent: Pick<LiveConsent, 'recipients' | 'documents'>,
  wishes: RoutingWishes,
): Promise<Provider[]> {
  const able = ableProviders(await routedConnections(), consent).filter(
    ({ capabilities }) => wishes.hasStated || !capabilities.personMustMatch,
  )
  const states = await breakerStates(able.map(({ connection }) => connection.id))
  const isOpen = ({ connection: { id } }: Provider) => {
    const state = states.get(id)
    return state === 'open' || state === 'unauthorized'
  }
  const rank = (provider: Provider) => {
    const { id } = provider.connection
    if (isOpen(provider)) return 3
    if (id === wishes.wanted) return 0
    return id === wishes.avoid ? 2 : 1
  }
  return able
    .map((provider) => ({ provider, rank: rank(provider) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ provider }) => provider)
}

/** True when the vendor that would be first among `routed` (of lib/connections/routing.ts), or the wanted one, needs to know whom to expect. */
export function needsStated(
  routed: readonly Connection[],
  consent: Pick<LiveConsent, 'recipients' | 'documents'>,
  wanted: string | null = null,
): boolean {
  const able = ableProviders(routed, consent)
  const first = able.find(({ connection }) => connection.id === wanted) ?? able[0]
  return first?.capabilities.personMustMatch ?? false
}

/** True when any vendor that may take this player needs to know whom to expect. */
export function mayNeedStated(
  routed: readonly Connection[],
  consent: Pick<LiveConsent, 'recipients' | 'documents'>,
): boolean {
  return ableProviders(routed, consent).some(({ capabilities }) => capabilities.personMustMatch)
}

function ableProviders(
  routed: readonly Connection[],
  consent: Pick<LiveConsent, 'recipients' | 'documents'>,
): Provider[] {
  return routed
    .filter((connection) => consent.recipients.includes(connection.id))
    .flatMap((connection) => usable(connection) ?? [])
    .filter(({ capabilities }) => consent.documents.every((type) => capabilities.documents.includes(type)))
}

/** The provider, or null when its settings make none; the others still serve. */
function usable(connection: Connection): Provider | null {
  try {
    return providerOf(connection)
  } catch (error) {
    if (!isAppError(error)) throw error
    log.error({ event: 'connection.unusable', connection: connection.id, code: error.code })
    return null
  }
}
