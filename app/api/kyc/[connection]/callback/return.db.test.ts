import { NextRequest } from 'next/server'
import postgres from 'postgres'
import { afterAll, expect, test, vi } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAt, walkHome } from '@/sandbox/test-client'

// The callback in a browser that has no session with us.

vi.mock('next/headers', () => ({
  cookies: async () => ({ get: () => undefined }),
  headers: async () => new Headers(),
}))
const sandbox = await startSandbox({ port: 0, seed: 43 })
const database = await openFreshDatabase({
  SANDBOX_PORT: String(sandbox.port),
  KYC_CONNECTIONS: 'hyperverge',
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { makePlayer, agreeTo } = await import('@/lib/verification/testing')
const { start } = await import('@/lib/verification/start')
const { GET } = await import('./[handle]/route')

test('marks the journey, even where strays are no longer recorded, and says what it says to everybody', async () => {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const started = await start(player)
  const back = await walkHome(sandbox.url, await answerAt(started.authorizationUrl, 'adult'))
  const bound = async () =>
    (await owner`select bound from provider_sessions where verification_id = ${started.verificationId}`)[0]
      ?.bound
  const open = (handle: string) =>
    GET(new NextRequest(`http://localhost:3000/api/kyc/hyperverge/callback/${handle}`), {
      params: Promise.resolve({ connection: 'hyperverge', handle }),
    })
  const unknown = await open('x'.repeat(43))
  for (let strays = 0; strays < 60; strays += 1) await open('x'.repeat(43))
  expect(await bound()).toBe(true)
  const answer = await open(back?.pathname.split('/').at(-1) ?? '')
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/verify/returned'])
  expect([...answer.headers]).toEqual([...unknown.headers])
  expect(await bound()).toBe(false)
})
