import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker, control } from '@/sandbox/test-client'

// Taking the consent back while something runs, at the one vendor that ends an access when told to. The sandbox's log is the
// witness.

const sandbox = await startSandbox({ port: 0, seed: 31 })
const database = await openFreshDatabase({
  SANDBOX_PORT: String(sandbox.port),
  KYC_CONNECTIONS: 'digilocker',
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect } = await import('./collect')
const { stop, withdraw } = await import('./consenting')
const { findJourney } = await import('./find')
const { applyDelivery } = await import('./hints')
const { revokeAccess } = await import('./revoke')
const { sweepOverdue } = await import('./sweep')
const { insertDelivery } = await import('@/db/queries/webhooks')
const { db } = await import('@/db/client')
const { allowOneCall } = await import('@/lib/vendor-guard')
const { findConnection, providerOf } = await import('@/lib/connections')
const { eraseMe } = await import('@/lib/rights/erase')

beforeEach(async () => {
  await control(sandbox.url, {}, '/_control/reset')
  await owner`delete from revocations`
})

async function playerAway() {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const started = await start(player)
  const back = await answerAtDigiLocker(started.authorizationUrl, 'adult')
  if (back === null) throw new Error('nobody came back')
  const consentId = (await findJourney(player, started.verificationId))?.receiptId ?? ''
  return {
    player,
    started,
    back,
    consentId,
    job: { playerId: player.id, verificationId: started.verificationId },
  }
}

async function calls(): Promise<{ call: string; status: number }[]> {
  const answer = await fetch(`${sandbox.url}/_control/log?vendor=digilocker`)
  return ((await answer.json()) as { calls: { call: string; status: number }[] }).calls
}

const countCalls = async (name: string) => (await calls()).filter(({ call }) => call === name).length

const exchangedOrRead = async () =>
  (await calls())
    .map(({ call }) => call)
    .filter((call) => ['token', 'user', 'issued', 'eaadhaar', 'xml'].includes(call))

const waiting = async () => (await owner<{ id: string }[]>`select id from revocations`).map(({ id }) => id)

/** Begins to collect and stops inside `call`, which the vendor answers late. */
async function collectingInside(call: string) {
  const away = await playerAway()
  await bring(away.player, away.started, away.back)
  await control(sandbox.url, { vendor: 'digilocker', call, fault: 'delay', delayMs: 700 })
  const collecting = collect(away.job).catch(() => null)
  await expect.poll(() => countCalls(call)).toBe(1)
  return { ...away, collecting }
}

async function expectNothingKept(verificationId: string) {
  const [kept] = await owner`select
    (select count(*)::int from documents where verification_id = ${verificationId}) as documents,
    (select status from verifications where id = ${verificationId}) as status,
    (select count(*)::int from provider_sessions where verification_id = ${verificationId}
      and (access_sealed is not null or code_sealed is not null or session_sealed is not null)) as secrets`
  expect(kept).toEqual({ documents: 0, status: 'cancelled', secrets: 0 })
}

describe('withdrawing while the player is at the vendor', () => {
  test('the return is refused, and nothing is exchanged or read', async () => {
    const away = await playerAway()
    expect(await withdraw(away.player, away.consentId)).toBe(true)
    expect((await bring(away.player, away.started, away.back)).kind).not.toBe('taken')
    await collect(away.job)
    expect(await exchangedOrRead()).toEqual([])
    await expectNothingKept(away.job.verificationId)
  })

  test('a late webhook changes nothing and asks nobody', async () => {
    const away = await playerAway()
    await owner`update provider_sessions set reference_index = 'i1.late' where verification_id = ${away.job.verificationId}`
    await withdraw(away.player, away.consentId)
    await insertDelivery(db(), {
      connectionId: 'digilocker',
      deliveryId: 'late',
      referenceIndexes: ['i1.late'],
      event: 'finished',
      state: 'waiting',
    })
    await applyDelivery({ connectionId: 'digilocker', deliveryId: 'late' })
    const [row] = await owner`select outcome from webhook_inbox where delivery_id = 'late'`
    expect(row?.outcome).toBe('too_late')
    expect(await exchangedOrRead()).toEqual([])
    await expectNothingKept(away.job.verificationId)
  })
})

describe('withdrawing in the middle of a collection', () => {
  test('keeps nothing and has the access ended at the vendor, by one call', async () => {
    const { player, consentId, job, collecting } = await collectingInside('eaadhaar')
    await withdraw(player, consentId)
    await collecting
    await expectNothingKept(job.verificationId)
    const [revocationId, ...more] = await waiting()
    expect(more).toEqual([])
    expect(await countCalls('revoke')).toBe(0)
    await revokeAccess({ revocationId: revocationId ?? '' })
    expect((await calls()).at(-1)).toMatchObject({ call: 'revoke', status: 200 })
    expect(await waiting()).toEqual([])
    await revokeAccess({ revocationId: revocationId ?? '' }) // a job that runs twice asks once
    expect(await countCalls('revoke')).toBe(1)
  })

  test('during the exchange: an access that comes too late is not kept, and ended too', async () => {
    const { player, consentId, job, collecting } = await collectingInside('token')
    await withdraw(player, consentId)
    await collecting
    await expectNothingKept(job.verificationId)
    expect(await countCalls('eaadhaar')).toBe(0)
    const [revocationId] = await waiting()
    await revokeAccess({ revocationId: revocationId ?? '' })
    expect((await calls()).at(-1)).toMatchObject({ call: 'revoke', status: 200 })
  })

  test('stopping the attempt, an erasure and a deadline end the access in the same way', async () => {
    const stopped = await collectingInside('eaadhaar')
    await stop(stopped.player, stopped.job.verificationId)
    await stopped.collecting
    const erased = await collectingInsideAgain()
    await eraseMe(erased.player)
    await erased.collecting
    const overdue = await collectingInsideAgain()
    await owner`update verifications set deadline_at = now() - interval '1 second', version = version + 1
      where id = ${overdue.job.verificationId}`
    await sweepOverdue()
    await overdue.collecting
    const ids = await waiting()
    expect(ids).toHaveLength(3)
    for (const revocationId of ids) await revokeAccess({ revocationId })
    expect((await calls()).filter(({ call }) => call === 'revoke').map(({ status }) => status)).toEqual([
      200, 200, 200,
    ])
  })

  async function collectingInsideAgain() {
    await control(sandbox.url, {}, '/_control/reset')
    return collectingInside('eaadhaar')
  }

  test('a vendor that is away is asked again; one that does not know the access is not', async () => {
    const { player, consentId, collecting } = await collectingInside('eaadhaar')
    await withdraw(player, consentId)
    await collecting
    const [revocationId = ''] = await waiting()
    await control(sandbox.url, {
      vendor: 'digilocker',
      call: 'revoke',
      fault: 'body',
      body: {},
      status: 500,
      times: 1,
    })
    await expect(revokeAccess({ revocationId })).rejects.toThrow()
    expect(await waiting()).toEqual([revocationId])
    await control(sandbox.url, {
      vendor: 'digilocker',
      call: 'revoke',
      fault: 'body',
      body: {},
      status: 400,
      times: 1,
    })
    await revokeAccess({ revocationId })
    expect(await waiting()).toEqual([])
    const [event] =
      await owner`select record from audit_events where record like '%access.revoked%' order by created_at desc limit 1`
    expect(JSON.parse(event?.record)).toMatchObject({ reason: 'refused_by_vendor' })
  })
})

test('leave for one call is leave for one call, and without it ending an access is stopped too', async () => {
  const connection = findConnection('digilocker')
  const revoke = connection === null ? undefined : providerOf(connection).revoke
  if (revoke === undefined) throw new Error('no revoke')
  const access = await keptAccess()
  await expect(revoke(access)).rejects.toMatchObject({ code: 'consent_missing' })
  const twice = allowOneCall(async () => {
    await revoke(access).catch(() => null)
    await revoke(access)
  })
  await expect(twice).rejects.toMatchObject({ code: 'consent_missing' })
  expect(await countCalls('revoke')).toBe(1)
})

/** The access of a journey under way, as it is kept. */
async function keptAccess(): Promise<string> {
  const { openVault } = await import('@/lib/vault')
  const { player, job, collecting } = await collectingInside('eaadhaar')
  const [row] = await owner<{ sealed: Buffer }[]>`
    select access_sealed as sealed from provider_sessions where verification_id = ${job.verificationId}`
  const vault = await openVault(db(), player.id)
  const access = vault.openText(
    'provider_sessions',
    'access_sealed',
    job.verificationId,
    row?.sealed ?? Buffer.alloc(0),
  )
  await collecting
  await control(sandbox.url, {}, '/_control/reset')
  return access
}
