import 'server-only'
import { connections, providerOf } from '@/lib/connections'
import type { LiveConsent } from '@/lib/consent/consent'
import type { Provider } from '@/lib/providers/types'

/** Providers to try, in order: named in the agreed notice and offering every consented document. */
export function chooseProviders(consent: Pick<LiveConsent, 'recipients' | 'documents'>): Provider[] {
  return connections()
    .filter((connection) => consent.recipients.includes(connection.id))
    .map(providerOf)
    .filter(({ capabilities }) => consent.documents.every((type) => capabilities.documents.includes(type)))
}
