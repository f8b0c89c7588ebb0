import postgres from 'postgres'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker, control } from '@/sandbox/test-client'

// Which starts cost a player a try: going to a vendor that was not tried today is the vendor's doing.

const sandbox = await startSandbox({ port: 0, seed: 17 })
const database = await openFreshDatabase({
  SANDBOX_PORT: String(sandbox.port),
  KYC_CONNECTIONS: 'idto,deepvue',
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})
beforeEach(async () => {
  await control(sandbox.url, {}, '/_control/reset')
  await owner`delete from connection_health`
})

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect } = await import('./collect')
const { findJourney } = await import('./find')
const { chargeStart, settleStart, triesLeft } = await import('./tries')

const TRIES = 5

async function playerReady() {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  return player
}

/** One start as the route makes it; false when it cost nothing. */
async function go(player: { id: string }, wanted: string | null = null) {
  const charge = await chargeStart(player, wanted)
  const started = await start(player, wanted)
  await settleStart(player, charge, started.connectionId)
  return charge === null || charge !== started.connectionId
}

/** How many starts cost a try so far. */
async function counted(player: { id: string }): Promise<number> {
  const [row] = await owner`select points from rate_limits where key = ${`start_hour:${player.id}`}`
  return row?.points ?? 0
}

test('repeats cost, switches to a vendor not tried today do not', async () => {
  const player = await playerReady()
  expect(await triesLeft(player)).toBe(10)
  expect(await go(player)).toBe(true)
  expect(await triesLeft(player)).toBe(9)
  expect(await go(player, 'deepvue')).toBe(false)
  expect(await triesLeft(player)).toBe(9)
  expect(await go(player, 'idto')).toBe(true)
  expect(await go(player)).toBe(true)
  expect([await triesLeft(player), await counted(player)]).toEqual([7, 3])
})

test.each(['nowhere', 'didit'])('going to %s, which may not take the player, costs a try', async (wanted) => {
  const player = await playerReady()
  await go(player)
  for (let times = 1; times < TRIES; times += 1) expect(await go(player, wanted)).toBe(true)
  await expect(go(player, wanted)).rejects.toMatchObject({ code: 'rate_limited' })
})

test('a first start to a wanted vendor costs a try, and so does one without consent', async () => {
  const player = await playerReady()
  expect(await chargeStart(player, 'deepvue')).toBeNull()
  expect(await chargeStart(await makePlayer(), 'deepvue')).toBeNull()
})

test('ten at the same time to nowhere are none of them free', async () => {
  const player = await playerReady()
  await go(player)
  const charges = await Promise.allSettled(Array.from({ length: 10 }, () => chargeStart(player, 'nowhere')))
  expect(charges.filter((one) => one.status === 'fulfilled' && one.value !== null)).toEqual([])
  expect(charges.filter(({ status }) => status === 'fulfilled')).toHaveLength(TRIES - 1)
})

test('of ten at the same time one is free, and a double tap does not spoil a later switch', async () => {
  const player = await playerReady()
  await go(player)
  const charges = await Promise.allSettled(Array.from({ length: 10 }, () => chargeStart(player, 'deepvue')))
  expect(charges.filter((one) => one.status === 'fulfilled' && one.value === 'deepvue')).toHaveLength(1)
  expect(charges.filter(({ status }) => status === 'rejected')).toHaveLength(10 - TRIES)
  const [row] = await owner`select points from rate_limits where key = ${`switch_day:${player.id}`}`
  expect(row?.points).toBe(1)
})

test('a switch that ends elsewhere costs a try after all', async () => {
  const player = await playerReady()
  await go(player)
  await control(sandbox.url, { vendor: 'deepvue', call: 'initiate-session', fault: 'unavailable', times: 2 })
  expect(await go(player, 'deepvue')).toBe(true)
  expect(await counted(player)).toBe(2)
})

test('a vendor that failed is offered last, another one in one tap, and consent stays', async () => {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const started = await start(player)
  const back = await answerAtDigiLocker(started.authorizationUrl, 'fails_on_exchange')
  await bring(player, started, back)
  await collect({ playerId: player.id, verificationId: started.verificationId })
  const failed = await findJourney(player, started.verificationId)
  expect(failed).toMatchObject({ status: 'failed', switchTo: { connectionId: 'deepvue', name: 'Deepvue' } })
  const again = await start(player)
  const journey = await findJourney(player, again.verificationId)
  expect(journey).toMatchObject({ connectionName: 'Deepvue', receiptId: failed?.receiptId })
})

test('who wants a vendor that the notice does not name gets one that it does', async () => {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const started = await start(player, 'didit')
  expect((await findJourney(player, started.verificationId))?.connectionName).toBe('IDTO')
  const other = await makePlayer()
  await agreeTo(other, ['aadhaar', 'pan'])
  await control(sandbox.url, { vendor: 'deepvue', call: 'initiate-session', fault: 'unavailable', times: 2 })
  const passed = await start(other, 'deepvue')
  expect((await findJourney(other, passed.verificationId))?.connectionName).toBe('IDTO')
})
