import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'

// What staff see of one case, on attempts that went through the sandbox: masked, revealed, and after an erasure.

const sandbox = await startSandbox({ port: 0, seed: 31 })
await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port) })
afterAll(() => sandbox.close())

const { db } = await import('@/db/client')
const { openVault } = await import('@/lib/vault')
const { eraseMe } = await import('@/lib/rights/erase')
const { stateDetails } = await import('@/lib/verification/stated')
const { createRequest } = await import('@/lib/rights/requests')
const { insertSecondLook } = await import('@/db/queries/review-work')
const { insertStaffLink } = await import('@/db/queries/reviews')
const { makePlayer } = await import('@/lib/verification/testing')
const { bringPersona, makeStaff, rawValues } = await import('./desk.testing')
const { readCase } = await import('./case')
const { claim } = await import('./claims')
const { decide } = await import('./decide')
const { addNote } = await import('./notes')
const { readQueue } = await import('./queue')
const { readPlayer } = await import('./players')
const { reveal } = await import('./reveal')
const { search } = await import('./search')
const { QueueFilter } = await import('./types')

type Staff = Awaited<ReturnType<typeof makeStaff>>

const reviewer = await makeStaff('reviewer')
const viewer = await makeStaff('viewer')
const everything = QueueFilter.parse({})

async function fileOf(id: string, staff: Staff = reviewer) {
  const file = await readCase(staff, id)
  if (file === null) throw new Error('no such case')
  return file
}

function line(file: Awaited<ReturnType<typeof fileOf>>, field: string) {
  const found = file.comparison.find((row) => row.field === field)
  if (found === undefined) throw new Error(`no line ${field}`)
  return found
}

function show(id: string, field: 'name' | 'number' | 'birth_date', staff: Staff = reviewer) {
  return reveal(staff, { id, field, reason: 'compare_documents' })
}

async function auditOf(id: string, action: string): Promise<string[]> {
  const rows = await db().execute<{ record: string }>(
    sql`select record from audit_events where record like ${`%${id}%`} and record like ${`%"${action}"%`}`,
  )
  return rows.map(({ record }) => record)
}

describe('a case that no rule could decide', () => {
  test('says why, shows the letters that differ, and no value whole on any page', async () => {
    const one = await bringPersona('one_letter')
    const file = await fileOf(one.id)
    expect(file).toMatchObject({ status: 'awaiting_reviewer', reasons: ['name_unclear'], isLinked: false })
    expect(file.why).toMatchObject([
      {
        question: 'names_agree',
        threshold: { code: 'names_that_pass', value: 'match close' },
        found: { code: 'name_likeness', value: 'review spelling' },
      },
    ])
    const name = line(file, 'name')
    const letters = (source: string) =>
      name.cells
        .find((cell) => cell.source === source)
        ?.words.flatMap((word) => word.letters?.filter(({ same }) => !same).map(({ letter }) => letter) ?? [])
    expect(letters('aadhaar')).toHaveLength(1)
    expect(letters('pan')).toHaveLength(1)
    expect(letters('aadhaar')).not.toEqual(letters('pan'))
    expect(letters('driving_licence')).toEqual([])
    expect(line(file, 'number').cells.map(({ shown }) => shown)).toEqual([
      expect.stringMatching(/^X{4} X{4} \d{4}$/),
      expect.stringMatching(/^X{6}.{4}$/),
      expect.stringMatching(/^X+.{4}$/),
    ])
    expect(file.timeline.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        'consent.given',
        'verification.started',
        'verification.decided',
        'document.read',
      ]),
    )
    expect(file.timeline.find(({ action }) => action === 'verification.decided')?.by).toBe('rule')
    const values = await rawValues(one)
    expect(values.length).toBeGreaterThan(12)
    const pages = JSON.stringify([
      file,
      await readQueue(reviewer, everything, null),
      await readPlayer(reviewer, one.playerId),
      await search(reviewer, file.reference),
    ])
    expect(pages).toContain(file.player.label)
    for (const value of values) expect(pages, value).not.toContain(value)
  })

  test('shows two people on two documents without naming either', async () => {
    const one = await bringPersona('other_person')
    const file = await fileOf(one.id)
    expect(file.why.map(({ reason }) => reason)).toEqual(['birth_date_differs', 'name_differs'])
    const dates = line(file, 'birth_date')
    expect(dates.cells.find(({ source }) => source === 'pan')?.parts.length).toBeGreaterThan(0)
    expect(dates.cells.filter(({ shown }) => shown !== null).every(({ shown }) => shown?.length === 4)).toBe(
      true,
    )
    expect(line(file, 'name').pairs.find(({ second }) => second === 'pan')?.outcome).toBe('mismatch')
    for (const value of await rawValues(one)) expect(JSON.stringify(file), value).not.toContain(value)
  })

  test('is not there for who asks with nonsense, and closed to operators', async () => {
    expect(await readCase(reviewer, randomUUID())).toBeNull()
    expect(await readCase(reviewer, "' or 1=1 --")).toBeNull()
    const operator = await makeStaff('operator')
    await expect(readCase(operator, randomUUID())).rejects.toMatchObject({ code: 'forbidden' })
    await expect(readQueue(operator, everything, null)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(search(operator, 'Namoona')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(readPlayer(operator, randomUUID())).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('keeps what people wrote from those who read masked cases alone', async () => {
    const one = await bringPersona('one_letter')
    await createRequest(
      { id: one.playerId },
      { kind: 'appeal', verificationId: one.id, text: 'My name is Parikshan.' },
    )
    await addNote(reviewer, { id: one.id, text: 'The bank letter says the same.' })
    const file = await fileOf(one.id)
    expect(file.requests).toMatchObject([{ kind: 'appeal', state: 'open', text: 'My name is Parikshan.' }])
    expect(JSON.stringify(await fileOf(one.id, viewer))).not.toContain('My name is')
    expect(file.notes[0]?.versions[0]).toMatchObject({ version: 1, text: 'The bank letter says the same.' })
    expect((await fileOf(one.id, viewer)).notes[0]?.versions[0]?.text).toBeNull()
    // That the player's words were on the screen is recorded, once for as long as one looks.
    await fileOf(one.id)
    expect(await auditOf(file.requests[0]?.id ?? '', 'request.read')).toEqual([
      expect.stringContaining(`"id":"${reviewer.id}"`),
    ])
    const friend = await makeStaff('reviewer')
    await insertStaffLink(db(), friend.id, one.playerId)
    const ofFriend = await fileOf(one.id, friend)
    expect([ofFriend.requests[0]?.text, ofFriend.notes[0]?.versions[0]?.text]).toEqual([null, null])
  })
})

describe('a second look', () => {
  test('sees the case as the rule left it, and its own decision is shown to nobody else', async () => {
    const one = await bringPersona('one_letter')
    const first = await makeStaff('reviewer')
    const { version } = await claim(first, one.id)
    await decide(first, { id: one.id, version, verdict: 'reject', reasons: ['name_differs'] })
    expect((await fileOf(one.id, first)).pending).toMatchObject({ reasons: ['name_differs'] })
    expect((await fileOf(one.id)).pending).toBeNull()
    await db().execute(sql`
      update verifications set status = 'rejected', reasons = '{name_differs}', version = version + 1 where id = ${one.id}::uuid`)
    await db().execute(sql`
      insert into decisions (player_id, id, verification_id, outcome, reasons, made_by, policy_version, input_hash, decided_at)
      select player_id, gen_random_uuid(), id, 'rejected', '{name_differs}', ${first.id}, '3', '', now() from verifications
      where id = ${one.id}::uuid`)
    const seen = await fileOf(one.id)
    expect(seen).toMatchObject({ status: 'rejected', reasons: ['name_differs'], lookId: null })
    expect(seen.decisions).toMatchObject([{ by: { id: first.id } }, { isRule: true }])
    await insertSecondLook(db(), {
      playerId: one.playerId,
      id: randomUUID(),
      verificationId: one.id,
      caseId: seen.id,
      firstBy: first.id,
      firstOutcome: 'reject',
      firstReasons: ['name_differs'],
      takenBy: reviewer.id,
      takenAt: new Date(),
    })
    const blind = await fileOf(one.id)
    expect(blind).toMatchObject({
      status: 'awaiting_reviewer',
      reasons: ['name_unclear'],
      lookId: expect.any(String),
    })
    expect(JSON.stringify(blind)).not.toMatch(/rejected|name_differs/)
    expect(JSON.stringify(blind)).not.toContain(first.id)
    const { rows } = await readQueue(reviewer, QueueFilter.parse({ status: ['rejected'] }), null)
    expect(rows.map(({ id }) => id)).not.toContain(one.id)
    const { results } = await search(reviewer, seen.reference)
    expect(results).toMatchObject([{ id: one.id, status: 'awaiting_reviewer', reasons: ['name_unclear'] }])
    const { attempts = [] } = (await readPlayer(reviewer, one.playerId)) ?? {}
    expect(JSON.stringify([results, attempts])).not.toMatch(/rejected|name_differs/)
    const others = await readQueue(viewer, QueueFilter.parse({ status: ['rejected'] }), null)
    expect(others.rows.map(({ id }) => id)).toContain(one.id)
  })
})

describe('a reveal', () => {
  test('opens one field to one person for five minutes, on record, the field alone', async () => {
    const one = await bringPersona('one_letter')
    const [name] = await rawValues(one)
    const { until } = await show(one.id, 'name')
    expect(Date.parse(until) - Date.now()).toBeGreaterThan(4.9 * 60_000)
    expect(Date.parse(until) - Date.now()).toBeLessThan(5.1 * 60_000)
    const file = await fileOf(one.id)
    expect(line(file, 'name')).toMatchObject({ isRevealed: true })
    expect(JSON.stringify(line(file, 'name'))).toContain(name)
    expect(file.revealed).toEqual([{ field: 'name', until }])
    expect(line(file, 'birth_date').cells.find(({ source }) => source === 'pan')?.shown).toMatch(/^\d{4}$/)
    expect(JSON.stringify(await fileOf(one.id, await makeStaff('reviewer')))).not.toContain(name)
    expect(await auditOf(one.id, 'case.revealed')).toEqual([
      expect.stringContaining('"reason":"name compare_documents"'),
    ])
    await db().execute(sql`update reveals set expires_at = now() where verification_id = ${one.id}::uuid`)
    expect(JSON.stringify(await fileOf(one.id))).not.toContain(name)
  })

  test('ends with the right to it, and when one turns out to be linked to the player', async () => {
    const one = await bringPersona('one_letter')
    const [name] = await rawValues(one)
    for (const end of [
      (staff: Staff) => Promise.resolve({ ...staff, roles: ['auditor' as const] }),
      (staff: Staff) => insertStaffLink(db(), staff.id, one.playerId).then(() => staff),
    ]) {
      const staff = await makeStaff('reviewer')
      await show(one.id, 'name', staff)
      const file = await fileOf(one.id, await end(staff))
      expect(JSON.stringify(file)).not.toContain(name)
      expect(file.revealed).toEqual([])
    }
  })

  test('of a number shows PAN and licence; of Aadhaar no more than was ever kept', async () => {
    const one = await bringPersona('other_person')
    await show(one.id, 'number')
    const cells = line(await fileOf(one.id), 'number').cells
    expect(cells.map(({ shown }) => shown)).toEqual([
      expect.stringMatching(/^X{4} X{4} \d{4}$/),
      expect.stringMatching(/^[A-Z]{5}\d{4}[A-Z]$/),
      expect.not.stringContaining('X'.repeat(4)),
    ])
  })

  test('is counted: the same field once, thirty an hour, then a time to wait', async () => {
    const busy = await makeStaff('reviewer')
    const one = await bringPersona('one_letter')
    await show(one.id, 'name', busy)
    await show(one.id, 'name', busy)
    expect(await auditOf(busy.id, 'case.revealed')).toHaveLength(1)
    for (let count = 1; count < 30; count += 1) {
      await db().execute(sql`update reveals set expires_at = now() where staff_id = ${busy.id}::uuid`)
      await show(one.id, 'name', busy)
    }
    await db().execute(sql`update reveals set expires_at = now() where staff_id = ${busy.id}::uuid`)
    await expect(show(one.id, 'name', busy)).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterSeconds: expect.any(Number),
    })
    expect(await auditOf(busy.id, 'case.revealed')).toHaveLength(30)
  })

  test('is refused to other roles and to who is linked to the player, and leaves nothing', async () => {
    const one = await bringPersona('one_letter')
    for (const role of ['viewer', 'auditor', 'operator'] as const)
      await expect(show(one.id, 'name', await makeStaff(role))).rejects.toMatchObject({ code: 'forbidden' })
    const friend = await makeStaff('reviewer')
    await insertStaffLink(db(), friend.id, one.playerId)
    await expect(show(one.id, 'name', friend)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(show(randomUUID(), 'name')).rejects.toMatchObject({ code: 'not_found' })
    expect(await auditOf(one.id, 'case.revealed')).toEqual([])
  })

  test('keeps the words of who looked sealed, and they go with the player', async () => {
    const one = await bringPersona('one_letter')
    await reveal(reviewer, {
      id: one.id,
      field: 'email',
      reason: 'player_asked',
      text: 'Called us from their office, number 0123 4567 8901.',
    })
    const rows = () =>
      db().execute(sql`select reveals::text as row from reveals where player_id = ${one.playerId}::uuid`)
    expect(await rows()).toHaveLength(1)
    expect(JSON.stringify(await rows())).not.toContain('Called')
    const [kept] = await db().execute<{ id: string; hex: string }>(
      sql`select id, encode(text_sealed, 'hex') as hex from reveals where player_id = ${one.playerId}::uuid`,
    )
    const vault = await openVault(db(), one.playerId)
    expect(
      vault.openText('reveals', 'text_sealed', kept?.id ?? '', Buffer.from(kept?.hex ?? '', 'hex')),
    ).toBe('Called us from their office, number XXXX XXXX 8901.')
    await eraseMe({ id: one.playerId })
    expect(await rows()).toHaveLength(0)
    const file = await fileOf(one.id)
    expect(file.player).toEqual({ kind: 'erased', label: '' })
    expect(file.comparison.every(({ canReveal }) => !canReveal)).toBe(true)
    await expect(show(one.id, 'name')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('search', () => {
  test('finds by reference, mail, whole number and vendor reference, masked', async () => {
    const one = await bringPersona('adult')
    const file = await fileOf(one.id)
    const values = await rawValues(one)
    const pan = values.find((value) => /^[A-Z]{5}\d{4}[A-Z]$/.test(value)) ?? ''
    const found = async (text: string) =>
      (await search(viewer, text)).results.map(({ id, by }) => ({ id, by }))
    expect(await found(file.reference.toLowerCase())).toEqual([{ id: one.id, by: 'reference' }])
    expect(await found(` ${one.playerId.toUpperCase()}@example.invalid`)).toEqual([
      { id: one.id, by: 'email' },
    ])
    expect(await found(`${pan.slice(0, 5)} ${pan.slice(5).toLowerCase()}`)).toEqual([
      { id: one.id, by: 'document_number' },
    ])
    expect(await found(pan.slice(0, 9))).toEqual([])
  })

  test('finds by the words of a name in any order, and by what sounds alike', async () => {
    const one = await bringPersona('adult')
    const [name = ''] = await rawValues(one)
    const words = name.split(' ')
    const by = async (text: string) =>
      (await search(reviewer, text)).results.find(({ id }) => id === one.id)?.by
    expect(await by([...words].reverse().join(' '))).toBe('name')
    expect(await by(`Shri ${words[0]?.toLowerCase()}`)).toBe('name')
    // Another vowel: the letters differ, the sound does not.
    const misspelt = (words.at(-1) ?? '').replace(/(?<=.)[aeiou]/i, (vowel) => (/o/i.test(vowel) ? 'u' : 'o'))
    expect(misspelt).not.toBe(words.at(-1))
    expect(await by(misspelt)).toBe('name_sound')
    expect(await by(`${words[0]} Nobodyatall`)).toBeUndefined()
  })

  test('looks for no Aadhaar number, and says so', async () => {
    expect(await search(reviewer, '0000 1111 2222')).toMatchObject({ results: [] })
    expect(await search(reviewer, 'uid=000011112222')).toMatchObject({ results: [], problem: 'aadhaar' })
    expect(await search(reviewer, ' a ')).toMatchObject({ results: [], problem: 'too_short' })
  })

  test('copies nothing sealed out, and forgets with the document', async () => {
    const one = await bringPersona('adult')
    const rows = () =>
      db().execute<{ key: string }>(sql`select key from name_keys where player_id = ${one.playerId}::uuid`)
    expect((await rows()).length).toBeGreaterThan(2)
    for (const { key } of await rows()) expect(key).toMatch(/^i1\.[\w-]{43}$/)
    await eraseMe({ id: one.playerId })
    expect(await rows()).toHaveLength(0)
  })
})

describe('players with the same papers', () => {
  test('are linked with what both have; others are not, whatever household they share', async () => {
    const first = await bringPersona('duplicate_person')
    const second = await bringPersona('duplicate_person')
    const stranger = await bringPersona('adult')
    const links = (await readPlayer(viewer, second.playerId))?.links
    expect(links?.players.map(({ playerId }) => playerId)).toEqual([first.playerId])
    expect(links?.edges.map(({ reason }) => reason).sort()).toEqual(
      expect.arrayContaining(['driving_licence', 'pan']),
    )
    expect((await readPlayer(viewer, stranger.playerId))?.links).toEqual({
      players: [],
      edges: [],
      isCut: false,
    })
    expect((await fileOf(second.id)).why.map(({ reason }) => reason)).toEqual(['duplicate_person'])
  })

  test('a player without documents is shown by a masked address, with what they wrote masked', async () => {
    const player = await makePlayer()
    await stateDetails(player, { name: 'Parikshan Namoona', birthDate: '1990-08-15' })
    const file = await readPlayer(viewer, player.id)
    expect(file).toMatchObject({ attempts: [] })
    expect(JSON.stringify(file)).not.toContain('example.invalid')
  })
})
