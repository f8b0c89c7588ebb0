import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker, control } from '@/sandbox/test-client'

// A process may die at any commit point; what is left must be legal and somebody must be able to go on. The vendor's
// trouble at each call is here too, seen from the journey.

const sandbox = await startSandbox({ port: 0, seed: 13 })
const TWO_VENDORS = {
  IDTO_BASE_URL: sandbox.url,
  IDTO_API_KEY: 'sandbox-idto-key',
  IDTO_CLIENT_ID: 'sandbox-idto-client',
  DEEPVUE_BASE_URL: sandbox.url,
  DEEPVUE_API_KEY: 'sandbox-deepvue-secret',
  DEEPVUE_CLIENT_ID: 'sandbox-deepvue-client',
}
const database = await openFreshDatabase(TWO_VENDORS)
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect, giveUp } = await import('./collect')
const { findJourney } = await import('./find')
const { forgetProviders } = await import('@/lib/connections')

beforeEach(mend)

/** The vendors are well again, and the breakers that were opened have waited long enough. */
async function mend() {
  await control(sandbox.url, {}, '/_control/reset')
  await owner`delete from connection_health`
  forgetProviders()
}

async function playerBack() {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const started = await start(player)
  const back = await answerAtDigiLocker(started.authorizationUrl, 'adult')
  await bring(player, started, back)
  const handle = back?.pathname.split('/').at(-1) ?? ''
  const job = { playerId: player.id, verificationId: started.verificationId }
  return { player, handle, job, view: () => findJourney(player, started.verificationId) }
}

async function calls(handle: string, call: string): Promise<number> {
  const answer = await fetch(`${sandbox.url}/_control/log?${new URLSearchParams({ handle, call })}`)
  return ((await answer.json()) as { calls: unknown[] }).calls.length
}

describe('a crash', () => {
  test('between claim and collect: the job is in the database and finishes later', async () => {
    const { job, view } = await playerBack()
    expect((await view())?.status).toBe('awaiting_provider')
    const [queued] =
      await owner`select state from pgboss.job where data->>'verificationId' = ${job.verificationId}`
    expect(queued?.state).toBe('created')
    await collect(job)
    expect((await view())?.status).toBe('approved')
  })

  test('after "exchange begun" and before its answer was kept: failed with a restart, no second exchange', async () => {
    const { job, handle, view, player } = await playerBack()
    await owner`update provider_sessions set exchange_begun_at = now() - interval '46 seconds' where verification_id = ${job.verificationId}`
    await collect(job)
    expect(await view()).toMatchObject({
      status: 'failed',
      reasons: ['exchange_interrupted'],
      nextAction: 'try_again',
    })
    expect(await calls(handle, 'get_reference')).toBe(0)
    expect((await start(player)).verificationId).not.toBe(job.verificationId)
  })

  test('or not even a crash: a second run leaves an exchange of the last seconds alone', async () => {
    const { job, handle, view } = await playerBack()
    const slow = { vendor: 'idto', call: 'get_reference', fault: 'delay', delayMs: 700, handle, times: 1 }
    await control(sandbox.url, slow)
    const first = collect(job)
    await expect
      .poll(
        async () =>
          (
            await owner`select exchange_begun_at from provider_sessions where verification_id = ${job.verificationId}`
          )[0]?.exchange_begun_at,
      )
      .toBeTruthy()
    expect(await collect(job)).toEqual({ kind: 'later', afterMs: 5000 })
    expect((await view())?.status).toBe('awaiting_provider')
    await first
    expect((await view())?.status).toBe('approved')
    expect(await calls(handle, 'get_reference')).toBe(1)
  })

  test('after the exchange was kept: goes on with the kept access, exchanging once', async () => {
    const { job, handle, view } = await playerBack()
    const fault = { vendor: 'idto', call: 'user_details', fault: 'hang', handle, times: 1 }
    await control(sandbox.url, fault)
    const dying = collect(job) // hangs in the first read, as a killed worker would have
    await expect.poll(() => calls(handle, 'get_reference')).toBe(1)
    await expect
      .poll(
        async () =>
          (
            await owner`select access_sealed is not null as kept from provider_sessions
                                     where verification_id = ${job.verificationId}`
          )[0]?.kept,
      )
      .toBe(true)
    await collect(job)
    expect((await view())?.status).toBe('approved')
    expect(await calls(handle, 'get_reference')).toBe(1)
    await control(sandbox.url, {}, '/_control/reset')
    await dying // its late result is recorded nowhere
    const [decided] =
      await owner`select count(*)::int as n from decisions where verification_id = ${job.verificationId}`
    expect(decided?.n).toBe(1)
  }, 60_000)

  test('a job given up at last ends the attempt with a way on', async () => {
    const { job, view } = await playerBack()
    await giveUp(job)
    expect(await view()).toMatchObject({ status: 'failed', nextAction: 'try_again' })
  })
})

describe('when the vendor fails on the exchange', () => {
  test.each([
    ['unauthorized', 'vendor_failed'],
    ['rate_limited', 'exchange_interrupted'],
    ['server_error', 'exchange_interrupted'],
    ['html', 'vendor_failed'],
    ['truncated_json', 'vendor_failed'],
  ])('%s: one exchange, failed, retry works', async (fault) => {
    const { job, handle, view, player } = await playerBack()
    await control(sandbox.url, { vendor: 'idto', call: 'get_reference', fault, handle })
    await collect(job)
    const journey = await view()
    expect(journey).toMatchObject({ status: 'failed', nextAction: 'try_again' })
    expect(['vendor_failed', 'exchange_interrupted', 'session_ended']).toContain(journey?.reasons[0])
    expect(await calls(handle, 'get_reference')).toBe(1)
    await mend()
    const again = await start(player)
    const back = await answerAtDigiLocker(again.authorizationUrl, 'adult')
    await bring(player, again, back)
    await collect({ playerId: player.id, verificationId: again.verificationId })
    expect((await findJourney(player, again.verificationId))?.status).toBe('approved')
  })
})

describe('when the first vendor cannot start', () => {
  test('the next one is used and the player does not see it', async () => {
    await control(sandbox.url, { vendor: 'idto', call: 'initiate_session', fault: 'unauthorized' })
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan'])
    const started = await start(player)
    expect((await findJourney(player, started.verificationId))?.connectionName).toBe('Deepvue')
  })

  test('and the other neither: nothing is lost, the attempt can be started later', async () => {
    for (const [vendor, call] of [
      ['idto', 'initiate_session'],
      ['deepvue', 'initiate_session'],
    ])
      await control(sandbox.url, { vendor, call, fault: 'unavailable' })
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan'])
    await expect(start(player)).rejects.toMatchObject({ code: 'no_connection' })
    await mend()
    expect((await start(player)).authorizationUrl).toContain(sandbox.url)
  })

  test.each(['foreign_url', 'javascript_url'])('%s: nobody is sent there', async (fault) => {
    await control(sandbox.url, { vendor: 'idto', call: 'initiate_session', fault })
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan'])
    const started = await start(player).catch(() => null)
    if (started !== null) expect(new URL(started.authorizationUrl).origin).toBe(sandbox.url)
    expect(started?.authorizationUrl ?? '').not.toMatch(/^javascript|evil|example/)
  })
})
