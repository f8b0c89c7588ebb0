import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { SANDBOX_ACCOUNTS } from '@/lib/vendor-settings'

// What a sender of rubbish costs us, and whom it may not shut out.

await openFreshDatabase({ SANDBOX_PORT: '4999', KYC_CONNECTIONS: 'didit' })
const { receiveWebhook } = await import('./receive')

let events = 0

/** A delivery as Didit signs it, `weight` characters heavier than it has to be. */
function genuine(weight: number) {
  events += 1
  const body = JSON.stringify({
    event_id: `event-${events}`,
    metadata: 'x'.repeat(weight),
    session_id: '00000000-0000-4000-8000-000000000001',
    status: 'Approved',
    timestamp: Math.floor(Date.now() / 1000),
    webhook_type: 'status.updated',
  })
  const secret = SANDBOX_ACCOUNTS.didit.WEBHOOK_SECRET ?? ''
  return { body, signature: createHmac('sha256', secret).update(body).digest('hex') }
}

const bring = ({ body, signature }: { body: string; signature: string }, address: string) =>
  receiveWebhook({
    connectionId: 'didit',
    pathToken: null,
    headers: new Map([['x-signature-v2', signature]]),
    body: Buffer.from(body),
    address,
  })

test('an address beyond its refusals is worked for no more, but one event of a vendor there gets through', async () => {
  const shared = '198.51.100.9'
  const forged = { body: '{}', signature: 'f'.repeat(64) }
  for (let count = 0; count < 60; count += 1) expect(await bring(forged, shared)).toBe('refused')
  expect(await bring(forged, shared)).toBe('too_many')
  expect(await bring(genuine(200_000), shared)).toBe('too_many')
  expect(await bring(genuine(0), shared)).toBe('stored')
  expect(await bring(genuine(200_000), '198.51.100.10')).toBe('stored')
})
