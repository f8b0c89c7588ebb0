import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { addDocument, only, ringOf, useRings } from './testing'

// Keys are replaced while the app serves: everything is readable before, during and after, and the old key is needed for
// nothing in the end.

const sandbox = await startSandbox({ port: 0, seed: 29 })
const database = await openFreshDatabase({
  SANDBOX_PORT: String(sandbox.port),
  KYC_CONNECTIONS: 'deepvue',
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { db } = await import('@/db/client')
const { findPlayerByEmail } = await import('@/db/queries/players')
const { insertDelivery } = await import('@/db/queries/webhooks')
const { findByReferenceIndexes } = await import('@/db/queries/provider-sessions')
const { blindIndex, blindIndexes } = await import('@/lib/crypto/blind-index')
const { addressKey, countUse } = await import('@/lib/rate-limit')
const { openVault } = await import('@/lib/vault')
const { makePlayer, agreeTo } = await import('@/lib/verification/testing')
const { referenceIndexes } = await import('@/lib/verification/reference')
const { stateDetails, findStated } = await import('@/lib/verification/stated')
const { start } = await import('@/lib/verification/start')
const { reportKeys } = await import('./report')
const { rotateKeys } = await import('./rotate')
const { SEALED_COLUMNS } = await import('./sealed-columns')
const { listMissingKeys } = await import('./configured')

const OPERATOR = { id: 'console', roles: ['operator'] } as const
const STATED = { name: 'Parikshan Namoona', birthDate: '1990-08-15' }
const wrapping = ringOf('k1', 'k2')
const index = ringOf('i1', 'i2')
const old = { dataKeys: only(wrapping, 'k1'), indexKeys: only(index, 'i1') }
const rotating = { dataKeys: only(wrapping, 'k2', 'k1'), indexKeys: only(index, 'i2', 'i1') }
const renewed = { dataKeys: only(wrapping, 'k2'), indexKeys: only(index, 'i2') }

const quiet = () => {}
const rotate = (dataKeys = false, settleMs = 0) => rotateKeys(OPERATOR, { dataKeys, settleMs }, quiet)

beforeEach(async () => {
  await owner`truncate players, rate_limits, webhook_inbox, return_codes, key_rotations cascade`
  useRings(old)
})

/** A player at the vendor, with a value in most sealed columns. */
async function playerAway() {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  await stateDetails(player, STATED)
  const { verificationId } = await start(player)
  const documentId = await addDocument(player.id, verificationId, { number: numberOf(player.id) })
  return { player, verificationId, documentId }
}

const numberOf = (playerId: string) => `NUMBER-${playerId.slice(0, 8)}`
const emailOf = (playerId: string) => `${playerId}@example.invalid`

/** Every sealed value in the database, opened: `table.column row` → text. */
async function openAll(): Promise<Map<string, string>> {
  const opened = new Map<string, string>()
  for (const at of SEALED_COLUMNS) {
    const rows = await owner.unsafe<{ person: string; row: string; sealed: Buffer }[]>(
      `select ${at.owner} as person, ${at.row} as row, ${at.column} as sealed from ${at.table}
       where ${at.column} is not null`,
    )
    for (const { person, row, sealed } of rows) {
      const vault = await openVault(db(), person)
      opened.set(`${at.table}.${at.column} ${row}`, vault.openText(at.table, at.column, row, sealed))
    }
  }
  return opened
}

const keyOf = async (setting: string, id: string) =>
  (await reportKeys()).keys.find((one) => one.setting === setting && one.id === id)

describe('wrapping keys', () => {
  test('are replaced without touching what is sealed, and the old one is needed for nothing', async () => {
    for (let n = 0; n < 5; n += 1) await playerAway()
    const before = await openAll()
    const sealed = await owner`select email_sealed from players order by id`
    useRings(rotating)
    expect(await keyOf('DATA_KEYS', 'k1')).toMatchObject({ uses: 5, removable: 'no' })
    expect((await rotate()).wrapping).toEqual({ done: 5, stuck: 0 })
    expect(await keyOf('DATA_KEYS', 'k1')).toMatchObject({ uses: 0, removable: 'now' })
    expect(await keyOf('DATA_KEYS', 'k2')).toMatchObject({ uses: 5, removable: 'no' })
    useRings({ dataKeys: renewed.dataKeys })
    expect(await openAll()).toEqual(before)
    expect(await owner`select email_sealed from players order by id`).toEqual(sealed)
    expect((await rotate()).wrapping.done).toBe(5)
  })

  test('a key that does not open is left and told, the others are rotated', async () => {
    const [broken] = [await makePlayer(), await makePlayer(), await makePlayer()]
    await owner`update data_keys set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)
                where player_id = ${broken?.id ?? ''}`
    useRings(rotating)
    expect((await rotate()).wrapping).toEqual({ done: 2, stuck: 1 })
    expect(await keyOf('DATA_KEYS', 'k1')).toMatchObject({ uses: 1, removable: 'no' })
  })

  test('nothing is rotated while one that is in use is not configured', async () => {
    await makePlayer()
    useRings(renewed)
    expect(await listMissingKeys(db())).toEqual([
      { setting: 'DATA_KEYS', id: 'k1', why: 'absent' },
      { setting: 'INDEX_KEY', id: 'i1', why: 'absent' },
    ])
    await expect(rotate(true)).rejects.toMatchObject({ code: 'seal_failed' })
    expect(await owner`select wrapping_key_id from data_keys`).toEqual([{ wrapping_key_id: 'k1' }])
    expect(await owner`select 1 from key_rotations`).toHaveLength(0)
  })

  test('two at once: the second one says so and changes nothing', async () => {
    await makePlayer()
    const running = rotate(true, 600)
    await expect.poll(async () => (await owner`select 1 from key_rotations`).length).toBeGreaterThan(0)
    await expect(rotate()).rejects.toMatchObject({ code: 'state_conflict' })
    expect((await running).data).toMatchObject({ stuck: 0, left: 0 })
  })

  test('only an operator may rotate, and it is in the audit log', async () => {
    const viewer = { id: 'somebody', roles: ['viewer'] } as const
    await expect(rotateKeys(viewer, { dataKeys: false }, quiet)).rejects.toMatchObject({ code: 'forbidden' })
    await makePlayer()
    useRings(rotating)
    await rotate()
    const [event] = await owner`select record from audit_events where record like '%keys.rotated%'
                                order by created_at desc limit 1`
    expect(event?.record).toContain('"reason":"wrapping k2 1, index i2 1"')
  })
})

describe('data keys', () => {
  test('every sealed value of every player is under the new version and reads the same; the old one is gone', async () => {
    const players = [await playerAway(), await playerAway(), await playerAway()]
    const before = await openAll()
    expect(before.size).toBe(3 * 5)
    const { data } = await rotate(true)
    expect(data).toEqual({ done: 3 + 3 * 5, stuck: 0, left: 0 })
    expect(await openAll()).toEqual(before)
    const versions = await owner`select distinct version from data_keys`
    expect(versions).toEqual([{ version: 2 }])
    for (const { player } of players) expect(await findStated(player)).toEqual(STATED)
    expect((await rotate(true)).data?.left).toBe(0)
    expect(await owner`select distinct version from data_keys`).toEqual([{ version: 3 }])
    expect(await openAll()).toEqual(before)
  })

  test('new values are under the new version while old ones are still being sealed', async () => {
    const { player } = await playerAway()
    const running = rotate(true, 1500)
    await expect
      .poll(async () => (await owner`select max(version) as v from data_keys`)[0]?.v, { timeout: 5000 })
      .toBe(2)
    await stateDetails(player, { ...STATED, name: 'Naya Namoona' })
    const [row] = await owner`select substring(stated_sealed from 2 for 2) as v from players`
    expect(row?.v).toEqual(Buffer.from([0, 2]))
    expect((await running).data?.left).toBe(0)
    expect((await findStated(player))?.name).toBe('Naya Namoona')
  })

  test('keys held from before it began, and values read before they were sealed anew, open while it settles', async () => {
    const { player } = await playerAway()
    const read = async () => {
      const [row] = await owner`select stated_sealed from players where id = ${player.id}`
      return row?.stated_sealed as Buffer
    }
    const reaches = (step: string) =>
      expect
        .poll(async () => (await owner`select cursor from key_rotations where kind = 'data'`)[0]?.cursor, {
          timeout: 5000,
          interval: 20,
        })
        .toMatch(step)
    const held = await openVault(db(), player.id)
    const early = await read()
    const running = rotate(true, 1500)
    await reaches('settle')
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(held.openText('players', 'stated_sealed', player.id, await read())).toBe(JSON.stringify(STATED))
    await reaches('rest')
    await new Promise((resolve) => setTimeout(resolve, 700))
    const opened = await openVault(db(), player.id)
    expect(opened.openText('players', 'stated_sealed', player.id, early)).toBe(JSON.stringify(STATED))
    expect((await running).data?.left).toBe(0)
  })

  test('what was sealed by somebody who still held the old version keeps it: not removed before the next run', async () => {
    const { player } = await playerAway()
    const stale = await openVault(db(), player.id)
    const running = rotate(true, 600)
    let late = false
    const writer = (async () => {
      for (;;) {
        const [run] = await owner`select cursor from key_rotations where kind = 'data'`
        if (String(run?.cursor).startsWith('rest')) break
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      const sealed = stale.seal('players', 'stated_sealed', player.id, JSON.stringify(STATED))
      await owner`update players set stated_sealed = ${sealed} where id = ${player.id}`
      late = true
    })()
    const { data } = await running
    await writer
    expect(late).toBe(true)
    expect(data?.left).toBe(1)
    expect(await findStated(player)).toEqual(STATED)
    expect((await rotate(true)).data).toMatchObject({ left: 0, stuck: 0 })
    expect(await owner`select version from data_keys`).toEqual([{ version: 2 }])
    expect(await findStated(player)).toEqual(STATED)
  })

  test('a person erased in the middle stays erased: no key comes back', async () => {
    const [gone, kept] = [await playerAway(), await playerAway()]
    const running = rotate(true, 800)
    await expect
      .poll(async () => (await owner`select count(*)::int as n from data_keys`)[0]?.n, { timeout: 5000 })
      .toBe(4)
    await owner.begin(async (tx) => {
      await tx`select 1 from players where id = ${gone.player.id} for update`
      await tx`update players set email_sealed = null, email_index = null, stated_sealed = null, erased_at = now()
               where id = ${gone.player.id}`
      await tx`delete from data_keys where player_id = ${gone.player.id}`
    })
    expect((await running).data).toMatchObject({ left: 0, stuck: 0 })
    expect(await owner`select player_id from data_keys`).toEqual([{ player_id: kept.player.id }])
    expect((await rotate(true)).data?.stuck).toBe(0)
    expect(await owner`select 1 from data_keys where player_id = ${gone.player.id}`).toHaveLength(0)
  })

  test('a value moved from another row is left as it is and told, and its key with it', async () => {
    const [one, two] = [await playerAway(), await playerAway()]
    await owner`update players set stated_sealed = (select stated_sealed from players where id = ${two.player.id})
                where id = ${one.player.id}`
    const { data } = await rotate(true)
    expect(data).toMatchObject({ stuck: 1, left: 1 })
    await expect(findStated(one.player)).rejects.toMatchObject({ code: 'seal_failed' })
    expect(await findStated(two.player)).toEqual(STATED)
    expect((await rotate(true)).data).toMatchObject({ stuck: 1, left: 1 })
  })
})

describe('index keys', () => {
  test('are replaced: every look-up finds its row before, during and after, and the old key may go', async () => {
    const away = [await playerAway(), await playerAway()]
    const first = away[0]
    if (first === undefined) throw new Error('no player')
    const vault = await openVault(db(), first.player.id)
    const [session] = await owner`select session_sealed, connection_id from provider_sessions
                                  where verification_id = ${first.verificationId}`
    const kept = vault.openText(
      'provider_sessions',
      'session_sealed',
      first.verificationId,
      session?.session_sealed,
    )
    const { sessionRef } = JSON.parse(kept) as { sessionRef: string }
    const subjectSealed = vault.seal('provider_sessions', 'subject_sealed', first.verificationId, 'locker-1')
    await owner`update provider_sessions set subject_sealed = ${subjectSealed},
                subject_index = ${blindIndex(index, 'vendor_subject', 'locker-1')}
                where verification_id = ${first.verificationId}`
    const { id } = first.player
    const find = async () => [
      (await findPlayerByEmail(db(), blindIndexes(rings.indexKeys, 'email', emailOf(id))))?.id,
      (await findByReferenceIndexes(db(), 'deepvue', referenceIndexes('deepvue', sessionRef)))
        ?.verificationId,
      (
        await owner`select id from documents where number_index in
                    ${owner(blindIndexes(rings.indexKeys, 'pan', numberOf(id)))}`
      )[0]?.id,
      (
        await owner`select verification_id from provider_sessions where subject_index in
                    ${owner(blindIndexes(rings.indexKeys, 'vendor_subject', 'locker-1'))}`
      )[0]?.verification_id,
    ]
    const all = [id, first.verificationId, first.documentId, first.verificationId]
    let rings = old
    expect(await find()).toEqual(all)
    await countUse('sign_in_address', addressKey('192.0.2.9'))
    useRings(rotating)
    rings = rotating
    expect(await find()).toEqual(all)
    expect((await rotate()).index).toEqual({ done: 2 * 3 + 1, stuck: 0 })
    expect(await find()).toEqual(all)
    expect(await keyOf('INDEX_KEY', 'i1')).toMatchObject({ places: [{ place: 'rate limits' }] })
    await owner`delete from rate_limits`
    expect(await keyOf('INDEX_KEY', 'i1')).toMatchObject({ uses: 0, removable: 'now' })
    useRings(renewed)
    rings = renewed
    expect(await find()).toEqual(all)
  })

  test('what cannot be made anew is told with how it ends', async () => {
    const { player, verificationId } = await playerAway()
    await addDocument(player.id, verificationId, { number: 'LEGACY', sealNumber: false })
    await owner`update provider_sessions set session_sealed = null, finished_at = now()`
    await owner`insert into return_codes (fingerprint, player_id, verification_id)
                values (${blindIndex(old.indexKeys, 'return_code', 'x')}, ${player.id}, ${verificationId})`
    await owner`delete from rate_limits`
    useRings(rotating)
    expect((await rotate()).index).toEqual({ done: 2, stuck: 0 })
    const report = await keyOf('INDEX_KEY', 'i1')
    expect(report).toMatchObject({
      uses: 3,
      removable: 'no',
      places: [
        { place: 'documents.number_index', uses: 1, way: 'with_its_row' },
        { place: 'finished sessions', uses: 1, way: 'by_time' },
        { place: 'return codes', uses: 1, way: 'by_time' },
      ],
    })
    await owner`delete from documents where number_sealed is null`
    const { removable } = (await keyOf('INDEX_KEY', 'i1')) ?? {}
    const days = ((removable as { after: Date }).after.getTime() - Date.now()) / 86_400_000
    expect(days).toBeGreaterThan(34.9)
    expect(days).toBeLessThan(35.1)
  })

  test('a row whose sealed value is not what was indexed is left as it is and told', async () => {
    const { player } = await playerAway()
    await owner`update players set email_index = 'i1.something-else' where id = ${player.id}`
    useRings(rotating)
    expect((await rotate()).index).toEqual({ done: 2, stuck: 1 })
    expect(await owner`select email_index from players`).toEqual([{ email_index: 'i1.something-else' }])
  })

  test('a lost key is made up for: indexes are built again from what is sealed', async () => {
    const { player } = await playerAway()
    useRings({ indexKeys: renewed.indexKeys })
    const find = () => findPlayerByEmail(db(), blindIndexes(renewed.indexKeys, 'email', emailOf(player.id)))
    expect(await find()).toBeNull()
    expect((await rotate()).index).toEqual({ done: 3, stuck: 0 })
    expect(await find()).toEqual({ id: player.id })
  })

  test('a delivery that waits under the old key still finds its attempt', async () => {
    const { verificationId } = await playerAway()
    const [session] = await owner`select reference_index from provider_sessions`
    const deliveryId = randomUUID()
    const referenceIndexesThen = [String(session?.reference_index)]
    await insertDelivery(db(), {
      connectionId: 'deepvue',
      deliveryId,
      referenceIndexes: referenceIndexesThen,
      event: 'progress',
      state: 'waiting',
    })
    useRings(rotating)
    await rotate()
    expect(await findByReferenceIndexes(db(), 'deepvue', referenceIndexesThen)).toBeNull()
    const [row] = await owner`select reference_indexes from webhook_inbox where delivery_id = ${deliveryId}`
    expect(await findByReferenceIndexes(db(), 'deepvue', row?.reference_indexes)).toMatchObject({
      verificationId,
    })
  })
})
