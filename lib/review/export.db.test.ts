import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'

const sandbox = await startSandbox({ port: 0, seed: 37 })
const database = await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port) })
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { db } = await import('@/db/client')
const { env } = await import('@/lib/env')
const { openVault } = await import('@/lib/vault')
const { sealProfile } = await import('@/lib/staff/seals')
const { bringPersona, makeStaff, rawValues } = await import('./desk.testing')
const { PERSONS_CAP } = await import('./types')
const { approveExport, listRequestedExports, openExport, planExport, requestExport } = await import(
  './export'
)

type Attempt = Awaited<ReturnType<typeof bringPersona>>

const lead = await makeStaff('lead')
const second = await makeStaff('lead')
const HOSTILE = '=cmd|\' /C calc\'!A0", "@b\r\n+c'
const attempts: Attempt[] = []
const rows = 1_300

beforeAll(async () => {
  for (let count = 0; count < 3; count += 1) attempts.push(await bringPersona('one_letter'))
  const [one, two] = attempts as [Attempt, Attempt, Attempt]
  const vault = await openVault(db(), one.playerId)
  const facts = await db().execute<{ id: string }>(
    sql`select id from facts where player_id = ${one.playerId}::uuid and name = 'name'`,
  )
  for (const { id } of facts)
    await db().execute(
      sql`update facts set value_sealed = ${vault.seal('facts', 'value_sealed', id, '=HYPERLINK("https://evil.invalid","-1+2")')} where id = ${id}::uuid`,
    )
  await db().execute(
    sql`update staff set profile_sealed = ${sealProfile(second.id, { name: HOSTILE, email: 'x@y.invalid' })} where id = ${second.id}::uuid`,
  )
  await db().execute(
    sql`update reviews set assignee_id = ${second.id}::uuid where verification_id = ${two.id}::uuid`,
  )
  // Many more attempts of the third player: rows enough for several pages.
  await owner`alter table verifications disable trigger user`
  await owner`
    insert into verifications (player_id, id, case_id, consent_id, attempt, reference, status, documents, created_at)
    select v.player_id, gen_random_uuid(), v.case_id, v.consent_id, n, upper(substr(md5(n::text), 1, 8)), 'expired',
      '{aadhaar}', now() - n * interval '1 minute'
    from verifications v, generate_series(2, ${rows}::int) n where v.id = ${(attempts[2] as Attempt).id}::uuid`
  await owner`alter table verifications enable trigger user`
}, 60_000)

async function textOf(body: ReadableStream<Uint8Array>): Promise<string> {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await new Response(body).arrayBuffer())
}

/** Fields of a file as a spreadsheet would read them. */
function parse(text: string): string[][] {
  const lines: string[][] = [[]]
  for (const [, quoted = '', end] of text.slice(1).matchAll(/"((?:[^"]|"")*)"(,|\r\n)/g)) {
    lines.at(-1)?.push(quoted.replaceAll('""', '"'))
    if (end !== ',') lines.push([])
  }
  return lines.slice(0, -1)
}

async function audit(exportId: string): Promise<string[]> {
  const found = await db().execute<{ record: string }>(
    sql`select record from audit_events where record like ${`%"id":"${exportId}"%`} order by created_at, seq`,
  )
  return found.map(({ record }) => {
    const { action, actor, reason } = JSON.parse(record) as {
      action: string
      actor: { id: string }
      reason: string
    }
    return `${action} ${actor.id} ${reason}`
  })
}

const WAITING = { filter: 'status=awaiting_reviewer' }
const ALL = { filter: '' }

describe('an export', () => {
  test('holds masked rows, no formula, and whom it was made for in each', async () => {
    const made = await openExport(lead, WAITING)
    expect(made.fileName).toMatch(/^ante-[0-9a-f]{8}\.csv$/)
    const text = await textOf(made.body)
    expect(text.startsWith('\uFEFF')).toBe(true)
    const [header = [], ...lines] = parse(text)
    expect(lines).toHaveLength(3)
    for (const line of lines) {
      expect(line).toHaveLength(header.length)
      expect(line[header.indexOf('export')]).toBe(made.id)
      expect(line[header.indexOf('exported_for')]).toBe(`${lead.name} (${lead.id})`)
      for (const field of line) expect(field).not.toMatch(/^[\s]*[=+\-@\t\r]/)
    }
    expect(lines.map((line) => line[header.indexOf('assignee')])).toContain(`'${HOSTILE}`)
    expect(lines.map((line) => line[header.indexOf('player')])).toContain('H••• h••• e••• i••• 1 2')
    const ofPlayers = text.replaceAll(lead.name, '')
    for (const attempt of attempts.slice(1))
      for (const value of await rawValues(attempt)) expect(ofPlayers, value).not.toContain(value)
    expect(await audit(made.id)).toEqual([
      `export.begun ${lead.id} status=awaiting_reviewer alone`,
      `export.ended ${lead.id} whole 3`,
    ])
  })

  test('is for leads alone, of a filter that is one', async () => {
    for (const role of ['viewer', 'reviewer', 'auditor', 'operator'] as const) {
      const staff = await makeStaff(role)
      await expect(openExport(staff, WAITING)).rejects.toMatchObject({ code: 'forbidden' })
      await expect(planExport(staff, WAITING)).rejects.toMatchObject({ code: 'forbidden' })
      await expect(requestExport(staff, WAITING)).rejects.toMatchObject({ code: 'forbidden' })
      await expect(approveExport(staff, randomUUID())).rejects.toMatchObject({ code: 'forbidden' })
    }
    await expect(openExport(lead, { filter: 'status=everything' })).rejects.toMatchObject({
      code: 'bad_request',
    })
  })
})

describe('an export of more than a hundred persons', () => {
  test('needs another lead, who approves one export of one filter', async () => {
    expect(await planExport(lead, ALL)).toEqual({
      count: rows + 2,
      cap: PERSONS_CAP,
      needsSecond: true,
      isApproved: false,
    })
    await expect(openExport(lead, ALL)).rejects.toMatchObject({
      code: 'state_conflict',
      detail: 'second_person',
    })
    const request = await requestExport(lead, ALL)
    await expect(approveExport(lead, request)).rejects.toMatchObject({
      code: 'forbidden',
      detail: 'same_person',
    })
    expect((await listRequestedExports(second))[0]).toMatchObject({
      id: request,
      by: { id: lead.id },
      persons: rows + 2,
      approvedBy: null,
    })
    await approveExport(second, request)
    await expect(approveExport(await makeStaff('lead'), request)).rejects.toMatchObject({
      code: 'state_conflict',
    })
    await expect(openExport(lead, { filter: 'status=expired' })).rejects.toMatchObject({
      detail: 'second_person',
    })
    await expect(openExport(second, ALL)).rejects.toMatchObject({ detail: 'second_person' })
    const [one, two] = await Promise.allSettled([openExport(lead, ALL), openExport(lead, ALL)])
    const won = [one, two].flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
    expect(won).toHaveLength(1)
    const lines = parse(await textOf((won[0] as (typeof won)[0]).body))
    expect(lines).toHaveLength(1 + rows + 2)
    expect(new Set(lines.slice(1).map((line) => line.join())).size).toBe(rows + 2)
    expect((await audit(won[0]?.id ?? ''))[0]).toBe(`export.begun ${lead.id}  approved_by=${second.id}`)
  })

  /** A request of `asker` that `second` has approved. */
  async function approved(asker: Parameters<typeof requestExport>[0], form: typeof ALL): Promise<string> {
    const id = await requestExport(asker, form)
    await approveExport(second, id)
    return id
  }

  test('is no more than was approved, by somebody who still may', async () => {
    const asker = await makeStaff('lead')
    const id = await approved(asker, ALL)
    await db().execute(
      sql`update export_requests set persons = ${Math.floor((rows + 2) / 1.2)}::int where id = ${id}::uuid`,
    )
    expect(await planExport(asker, ALL)).toMatchObject({ isApproved: false })
    await expect(openExport(asker, ALL)).rejects.toMatchObject({ detail: 'second_person' })
    await approved(asker, ALL)
    expect(await planExport(asker, ALL)).toMatchObject({ isApproved: true })
    await db().execute(sql`update staff set roles = '{viewer}' where id = ${second.id}::uuid`)
    await expect(openExport(asker, ALL)).rejects.toMatchObject({ detail: 'second_person' })
    await db().execute(sql`update staff set roles = '{lead}' where id = ${second.id}::uuid`)
    await (await openExport(asker, ALL)).body.cancel()
  })

  test('is no way round in many small ones: a hundred a day', async () => {
    const greedy = await makeStaff('lead')
    const recent = { filter: 'status=expired&newer=1' } // one a minute
    const first = await openExport(greedy, recent)
    expect(parse(await textOf(first.body)).length).toBeGreaterThan(55)
    expect(await planExport(greedy, recent)).toMatchObject({ needsSecond: true })
    await expect(openExport(greedy, recent)).rejects.toMatchObject({ detail: 'second_person' })
    await (await openExport(greedy, WAITING)).body.cancel()
  })

  test('is not what a small one grows to while it is read', async () => {
    const patient = await makeStaff('lead')
    const made = await openExport(patient, { filter: 'connection=small' })
    await owner`alter table verifications disable trigger user`
    await owner`update verifications set connection_id = 'small' where ctid in (
      select ctid from verifications where status = 'expired' limit 120)`
    await owner`alter table verifications enable trigger user`
    await expect(textOf(made.body)).rejects.toThrow()
    expect((await audit(made.id)).at(-1)).toBe(`export.ended ${patient.id} failed 0`)
  })

  test('is refused when the day is over', async () => {
    const request = await requestExport(second, ALL)
    await db().execute(sql`update export_requests set expires_at = now() where id = ${request}::uuid`)
    await expect(approveExport(lead, request)).rejects.toMatchObject({ code: 'state_conflict' })
  })

  test('may be one person’s where two are switched off, and says so on record', async () => {
    const review = env().limits.review as { twoPeople: boolean }
    review.twoPeople = false
    const made = await openExport(second, ALL)
    review.twoPeople = true
    await made.body.cancel()
    expect(await audit(made.id)).toEqual([
      `export.begun ${second.id}  two_people_off`,
      `export.ended ${second.id} cut_off 0`,
    ])
  })

  test('ends in the middle when who asked may not export any more', async () => {
    const leaving = await makeStaff('lead')
    const request = await requestExport(leaving, ALL)
    await approveExport(lead, request)
    const made = await openExport(leaving, ALL)
    const reader = made.body.getReader()
    await reader.read() // the header
    await reader.read() // the first page
    await db().execute(sql`update staff set roles = '{viewer}' where id = ${leaving.id}::uuid`)
    await expect(reader.read()).rejects.toThrow()
    expect((await audit(made.id)).at(-1)).toBe(`export.ended ${leaving.id} failed 500`)
  })

  test('is counted: ten an hour', async () => {
    const busy = await makeStaff('lead')
    for (let count = 0; count < 10; count += 1) await (await openExport(busy, WAITING)).body.cancel()
    await expect(openExport(busy, WAITING)).rejects.toMatchObject({ code: 'rate_limited' })
  })
})
