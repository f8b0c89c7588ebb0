import { createHmac, randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAt } from '@/sandbox/test-client'

// Two accounts of one vendor are two connections: what belongs to one is worth nothing on the other.

const sandbox = await startSandbox({ port: 0, seed: 29 })
const account = (id: string, vendor: string, settings: Record<string, unknown>) => ({
  id,
  vendor,
  base_url: sandbox.url,
  settings,
})
const idto = { API_KEY: { env: 'SECOND_IDTO_KEY' }, CLIENT_ID: 'sandbox-idto-client' }
const didit = (secret: string) => ({
  WORKFLOW_ID: '00000000-0000-4000-8000-00000000d1d1',
  API_KEY: { env: 'SECOND_DIDIT_KEY' },
  WEBHOOK_SECRET: { env: secret },
})
const file = path.join(mkdtempSync(path.join(tmpdir(), 'ante-accounts-')), 'connections.json')
const connections = [
  account('idto-one', 'idto', idto),
  account('idto-two', 'idto', idto),
  account('didit-one', 'didit', didit('SECRET_ONE')),
  account('didit-two', 'didit', didit('SECRET_TWO')),
]
writeFileSync(file, JSON.stringify({ connections }))
await openFreshDatabase({
  CONNECTIONS_FILE: file,
  SECOND_IDTO_KEY: 'sandbox-idto-key',
  SECOND_DIDIT_KEY: 'sandbox-didit-key',
  SECRET_ONE: 'secret-of-one',
  SECRET_TWO: 'secret-of-two',
})
afterAll(() => sandbox.close())

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect } = await import('./collect')
const { findJourney } = await import('./find')
const { receiveWebhook } = await import('@/lib/webhooks/receive')

test('a return on the path of the other account is refused, and on its own it counts', async () => {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const started = await start(player)
  const back = await answerAt(started.authorizationUrl, 'adult')
  expect(back?.pathname).toMatch(/^\/api\/kyc\/idto-one\/callback\//)
  const swapped = new URL(String(back).replace('/idto-one/', '/idto-two/'))
  expect((await bring(player, started, swapped)).kind).toBe('refused')
  const log = await (await fetch(`${sandbox.url}/_control/log?vendor=idto&call=get_reference`)).json()
  expect((log as { calls: unknown[] }).calls).toEqual([])
  expect((await bring(player, started, back)).kind).toBe('taken')
  await collect({ playerId: player.id, verificationId: started.verificationId })
  expect((await findJourney(player, started.verificationId))?.status).toBe('approved')
})

test('a webhook signed with the secret of the other account is refused', async () => {
  const timestamp = Math.floor(Date.now() / 1000)
  const body = JSON.stringify({
    environment: 'sandbox',
    event_id: randomUUID(),
    session_id: randomUUID(),
    status: 'Approved',
    timestamp,
    webhook_type: 'status.updated',
  })
  const send = (connectionId: string, secret: string) =>
    receiveWebhook({
      connectionId,
      pathToken: null,
      headers: new Map([['x-signature-v2', createHmac('sha256', secret).update(body).digest('hex')]]),
      body: Buffer.from(body),
      address: '192.0.2.3',
    })
  expect(await send('didit-one', 'secret-of-two')).toBe('refused')
  expect(await send('didit-two', 'secret-of-two')).toBe('stored')
  expect(await send('didit-one', 'secret-of-one')).toBe('stored') // the same id at another connection is another delivery
})
