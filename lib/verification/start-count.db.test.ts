import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { afterAll, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { control } from '@/sandbox/test-client'

// A start is given back to the day's count only when the vendor was never asked. IDTO's plan here ends in the middle of a
// start: its first attempt is answered with 503, and there is no call left for a second one.

const file = path.join(mkdtempSync(path.join(tmpdir(), 'ante-count-')), 'limits.json')
writeFileSync(file, JSON.stringify({ connections: { idto: { callsPerDay: 1 } } }))
const sandbox = await startSandbox({ port: 0, seed: 31 })
const database = await openFreshDatabase({
  SANDBOX_PORT: String(sandbox.port),
  KYC_CONNECTIONS: 'idto,deepvue',
  LIMITS_FILE: file,
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { makePlayer, agreeTo } = await import('./testing')
const { start } = await import('./start')
const { findJourney } = await import('./find')

const countOf = async (connection: string) => {
  const [day] = await owner`select starts from connection_days where connection_id = ${connection}`
  return day?.starts
}

/** Starts and answers who took the player. */
async function startAnywhere() {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const started = await start(player)
  return (await findJourney(player, started.verificationId))?.connectionName
}

test('a start that reached the vendor stays counted when its second attempt does not', async () => {
  await control(sandbox.url, { vendor: 'idto', call: 'initiate_session', fault: 'unavailable', status: 503 })
  expect(await startAnywhere()).toBe('Deepvue')
  expect(await countOf('idto')).toBe(1)
})

test('one that never left is given back', async () => {
  expect(await startAnywhere()).toBe('Deepvue')
  expect(await countOf('idto')).toBe(1)
  expect(await countOf('deepvue')).toBe(2)
})
