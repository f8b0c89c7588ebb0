import 'server-only'
import { db, transact } from '@/db/client'
import { insertDelivery } from '@/db/queries/webhooks'
import { findConnection, providerOf } from '@/lib/connections'
import { queueJob, WEBHOOK_QUEUE, wakeWorkers } from '@/lib/jobs'
import { log } from '@/lib/log'
import type { WebhookReading } from '@/lib/providers/types'
import { addressKey, countUse, isSpent, isWithin } from '@/lib/rate-limit'
import { referenceIndexes } from '@/lib/verification/reference'

/** What one vendor event may weigh to be looked at even from an address that sent too much: a few milliseconds. */
const SMALL_BYTES = 32 * 1024

/** A delivery as it arrived; `headers` in lower case. */
export interface BroughtDelivery {
  connectionId: string
  pathToken: string | null
  headers: ReadonlyMap<string, string>
  body: Uint8Array
  /** Address of the sender. */
  address: string
}

/**
 * Takes a vendor's webhook (HK-01 to HK-06): verifies the one configured scheme, stores what names a journey, queues the
 * work, all within one transaction, and answers. `absent`: no scheme is configured here, so the address does not exist;
 * an unproven path token gets the same answer. From an address beyond its refusals only small deliveries are looked at:
 * a flood costs next to nothing, and a vendor behind the same proxy still gets through. Throws RateLimited for a connection
 * that floods us.
 */
export async function receiveWebhook(
  brought: BroughtDelivery,
): Promise<'stored' | 'absent' | 'refused' | 'too_many'> {
  const connection = findConnection(brought.connectionId)
  const provider = connection === null ? null : providerOf(connection)
  if (connection === null || provider?.readWebhook === undefined) return 'absent'
  const { headers, body, pathToken, address } = brought
  if (body.byteLength > SMALL_BYTES && (await isSpent('webhook_refused_address', addressKey(address))))
    return 'too_many'
  const reading = provider.readWebhook({ headers, body, pathToken, now: new Date() })
  if (reading.kind === 'refused') return refuse(brought, reading.why, provider.capabilities.webhooks)
  await countUse('webhook', connection.id)
  await store(connection.id, reading)
  return 'stored'
}

/** Unverified input is counted, never stored; beyond a number per address it is not even logged. */
async function refuse(
  { connectionId, address }: BroughtDelivery,
  why: string,
  scheme: 'none' | 'signature' | 'path_token',
): Promise<'refused' | 'absent' | 'too_many'> {
  if (!(await isWithin('webhook_refused_address', addressKey(address)))) return 'too_many'
  log.warn({ event: 'webhook.refused', connection: connectionId, code: why })
  return scheme === 'path_token' ? 'absent' : 'refused'
}

async function store(
  connectionId: string,
  reading: Exclude<WebhookReading, { kind: 'refused' }>,
): Promise<void> {
  const { deliveryId } = reading
  if (reading.kind === 'ignored') {
    const row = { connectionId, deliveryId, referenceIndexes: [], state: 'ignored' as const }
    await insertDelivery(db(), { ...row, processedAt: new Date() })
    return
  }
  const isNew = await transact(async (tx) => {
    const stored = await insertDelivery(tx, {
      connectionId,
      deliveryId,
      referenceIndexes: referenceIndexes(connectionId, reading.reference),
      event: reading.event,
      state: 'waiting',
    })
    if (stored) await queueJob(tx, WEBHOOK_QUEUE, { connectionId, deliveryId })
    return stored
  })
  if (isNew) wakeWorkers()
}
