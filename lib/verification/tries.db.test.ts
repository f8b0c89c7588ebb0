import { afterAll, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker, control } from '@/sandbox/test-client'

// Which starts cost a player a try: going to a vendor that was not tried today is the vendor's doing.

const sandbox = await startSandbox({ port: 0, seed: 17 })
await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port), KYC_CONNECTIONS: 'idto,deepvue' })
afterAll(() => sandbox.close())

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect } = await import('./collect')
const { findJourney } = await import('./find')
const { isFreeSwitch, triesLeft } = await import('./tries')

test('repeats cost, switches to a vendor not tried today do not', async () => {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  expect([await triesLeft(player), await isFreeSwitch(player, 'deepvue')]).toEqual([10, false])
  await start(player)
  expect(await triesLeft(player)).toBe(9)
  expect(await isFreeSwitch(player, 'deepvue')).toBe(true)
  await start(player, 'deepvue')
  expect(await triesLeft(player)).toBe(9)
  expect([await isFreeSwitch(player, 'idto'), await isFreeSwitch(player, null)]).toEqual([false, false])
  await start(player, 'idto')
  expect(await triesLeft(player)).toBe(8)
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
