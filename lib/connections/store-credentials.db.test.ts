import postgres from 'postgres'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { control } from '@/sandbox/test-client'

// Handing HyperVerge our DigiLocker pair: for staff alone, one at a time, and the secret stays nowhere.

const sandbox = await startSandbox({ port: 0, seed: 23 })
const database = await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port) })
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { storeLockerCredentials } = await import('./store-credentials')
const OPERATOR = { id: 'operator-1', roles: ['operator'] } as const
const PAIR = { clientId: 'FAKE-DL-CLIENT', clientSecret: 'fake-dl-secret-for-tests' }

beforeEach(() => control(sandbox.url, {}, '/_control/reset'))

const calls = async () => {
  const answer = await fetch(`${sandbox.url}/_control/log?vendor=hyperverge&call=updateCredentials`)
  return ((await answer.json()) as { calls: unknown[] }).calls.length
}
const records = async () =>
  (await owner<{ record: string }[]>`select record from audit_events order by created_at, seq`).map(
    ({ record }) => JSON.parse(record),
  )

test('is stored, audited with who, client and a keyed fingerprint, and the secret is in no table', async () => {
  const stored = await storeLockerCredentials(OPERATOR, 'hyperverge', PAIR)
  expect(stored.clientId).toBe(PAIR.clientId)
  const [begun, record] = (await records()).slice(-2)
  expect(begun).toMatchObject({ ...record, action: 'connection.credentials_begun', at: begun.at })
  expect(record).toMatchObject({
    actor: { kind: 'staff', id: 'operator-1' },
    action: 'connection.credentials_stored',
    object: { type: 'connection', id: 'hyperverge' },
    reason: `client ${PAIR.clientId} secret ${stored.fingerprint}`,
  })
  for (const table of ['audit_events', 'alerts', 'connection_health'])
    expect(JSON.stringify(await owner`select * from ${owner(table)}`)).not.toContain(PAIR.clientSecret)
})

test('the fingerprint tells the same secret from another one', async () => {
  const first = await storeLockerCredentials(OPERATOR, 'hyperverge', PAIR)
  const again = await storeLockerCredentials(OPERATOR, 'hyperverge', PAIR)
  const other = await storeLockerCredentials(OPERATOR, 'hyperverge', { ...PAIR, clientSecret: 'another' })
  expect(again.fingerprint).toBe(first.fingerprint)
  expect(other.fingerprint).not.toBe(first.fingerprint)
})

test('nobody but an operator, no other vendor, no odd values: nothing is sent or recorded', async () => {
  const before = [await calls(), (await records()).length]
  const store = storeLockerCredentials
  for (const roles of [[], ['viewer', 'reviewer', 'lead', 'auditor']] as const)
    await expect(store({ id: 'x', roles }, 'hyperverge', PAIR)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(store(OPERATOR, 'idto', PAIR)).rejects.toMatchObject({ code: 'not_found' })
  await expect(store(OPERATOR, 'nobody', PAIR)).rejects.toMatchObject({ code: 'not_found' })
  for (const clientSecret of ['', 'with a blank', 'line\nbreak', 'x'.repeat(513)])
    await expect(store(OPERATOR, 'hyperverge', { ...PAIR, clientSecret })).rejects.toMatchObject({
      code: 'bad_request',
    })
  expect([await calls(), (await records()).length]).toEqual(before)
})

test('is on record before HyperVerge hears of it', async () => {
  await control(sandbox.url, {
    vendor: 'hyperverge',
    call: 'updateCredentials',
    fault: 'delay',
    delayMs: 500,
  })
  const before = (await records()).length
  const storing = storeLockerCredentials(OPERATOR, 'hyperverge', PAIR)
  await expect.poll(calls).toBe(1)
  const during = (await records()).slice(before)
  expect(during.map(({ action }) => action)).toEqual(['connection.credentials_begun'])
  await storing
  expect((await records()).slice(before).map(({ action }) => action)).toEqual([
    'connection.credentials_begun',
    'connection.credentials_stored',
  ])
})

test('two at once: one is stored, the other told to wait', async () => {
  await control(sandbox.url, {
    vendor: 'hyperverge',
    call: 'updateCredentials',
    fault: 'delay',
    delayMs: 400,
  })
  const answers = await Promise.allSettled([
    storeLockerCredentials(OPERATOR, 'hyperverge', PAIR),
    storeLockerCredentials(OPERATOR, 'hyperverge', { ...PAIR, clientId: 'ANOTHER' }),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const [refusal] = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(refusal).toMatchObject({ code: 'state_conflict' })
  expect(await calls()).toBe(1)
})

test('a refusal by HyperVerge names its cause, is on record and shows no secret', async () => {
  await control(sandbox.url, { vendor: 'hyperverge', mode: { account: 'no_product' } })
  const before = (await records()).length
  const error = await storeLockerCredentials(OPERATOR, 'hyperverge', PAIR).catch((thrown: Error) => thrown)
  expect(error).toMatchObject({ why: 'digilocker_pair_refused' })
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(PAIR.clientSecret)
  const told = (await records()).slice(before)
  expect(told.map(({ action }) => action)).toEqual([
    'connection.credentials_begun',
    'connection.credentials_failed',
  ])
  expect(told[1].reason).toMatch(/ provider_refused_request digilocker_pair_refused$/)
  expect(JSON.stringify(told)).not.toContain(PAIR.clientSecret)
})
