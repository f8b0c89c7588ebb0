import { randomUUID } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import type { Db } from '@/db/client'
import { openFreshDatabase } from '@/db/testing/database'

// The queue on six thousand invented attempts: what a page holds, that pages join without gap or repetition, and that no
// page, count or search reads a table from end to end.

const ROWS = 6_000
const database = await openFreshDatabase()
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(() => owner.end())

const { db, openPool, planningAnew } = await import('@/db/client')
const { namesPage, searchNames } = await import('@/db/queries/name-keys')
const { countQueueRows, listQueueRows, queuePage } = await import('@/db/queries/queue')
const { makeStaff } = await import('./desk.testing')
const { countNewer, countViews, readQueue, toSelection } = await import('./queue')
const { listViews, dropView, saveView } = await import('./saved-views')
const { COUNT_CAP, PAGE_ROWS, QUEUE_SORTS, QUEUE_VIEWS, QueueFilter } = await import('./types')

const lead = await makeStaff('lead')
const other = await makeStaff('reviewer')
const filterOf = (given: z.input<typeof QueueFilter>) => QueueFilter.parse(given)

beforeAll(async () => {
  await owner.unsafe(`
    create temporary table made as
      select n, gen_random_uuid() as player_id, gen_random_uuid() as case_id, gen_random_uuid() as consent_id,
        gen_random_uuid() as id,
        -- Ties: four attempts share each moment.
        now() - interval '30 days' + (n / 4) * interval '7 minutes' as created_at,
        (array['approved','approved','approved','approved','approved','approved','awaiting_reviewer','rejected',
               'awaiting_provider','expired'])[n % 10 + 1] as status
      from generate_series(1, ${ROWS}) n;
    alter table consents disable trigger user; alter table verifications disable trigger user;
    insert into players (id, locale) select player_id, 'en' from made;
    insert into cases (player_id, id, purpose) select player_id, case_id, 'onboarding' from made;
    insert into notices (sha256, version, locale, content) values ('n', 1, 'en', '{}');
    insert into consents (player_id, id, notice_sha256, notice_version, locale, items, recipients, browser_hash, receipt, given_at)
      select player_id, consent_id, 'n', 1, 'en', '{aadhaar}', '{idto}', '', '', created_at from made;
    insert into verifications (player_id, id, case_id, consent_id, attempt, reference, status, documents, connection_id,
        sandbox, reasons, document_states, created_at)
      select player_id, id, case_id, consent_id, 1, upper(substr(md5(n::text), 1, 8)), status, '{aadhaar,pan}',
        (array['idto','deepvue','didit'])[n % 3 + 1], n % 5 = 0,
        case when n % 20 = 6 then '{name_differs}'::text[] when n % 20 = 16 then '{name_unclear,birth_date_differs}'
             when n % 400 = 7 then '{duplicate_person}' else '{all_checks_passed}' end,
        case when n % 50 = 0 then '{aadhaar:arrived,pan:missing}'::text[] else '{aadhaar:arrived,pan:arrived}' end, created_at
      from made;
    insert into reviews (player_id, verification_id, case_id, opened_at, due_at, assignee_id, tags, snoozed_until, escalated_at)
      select player_id, id, case_id, created_at, created_at + interval '24 hours',
        case when n % 100 = 6 then '${lead.id}'::uuid when n % 100 = 16 then '${other.id}'::uuid end,
        case when n % 200 = 26 then '{bank}'::text[] else '{}' end,
        case when n % 200 = 36 then now() + interval '1 day' end, case when n % 200 = 46 then now() end
      from made where status = 'awaiting_reviewer';
    insert into documents (player_id, id, verification_id, type, state, remarks, fetched_at)
      select player_id, id, id, 'pan', 'arrived', '{}', created_at from made;
    insert into name_keys (player_id, verification_id, document_id, key, created_at)
      select player_id, id, id, k, created_at from made, lateral (values ('i1.common'), ('i1.also'),
        (case when n % 1000 = 0 then 'i1.rare' end)) as keys(k) where k is not null;
    alter table consents enable trigger user; alter table verifications enable trigger user;
    analyze;`)
}, 120_000)

interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows'?: number
  'Actual Loops'?: number
  'Rows Removed by Filter'?: number
  Plans?: Node[]
}

/** Every node of the plan that a statement has, with what it really read. */
async function planOf(statement: SQL, how = 'analyze, timing off'): Promise<Node[]> {
  const { sql: text, params } = new PgDialect().sqlToQuery(statement)
  const rows = await owner.unsafe(`explain (${how}, format json) ${text}`, params as never[])
  const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)]
  return flat((rows[0] as unknown as { 'QUERY PLAN': { Plan: Node }[] })['QUERY PLAN'][0]?.Plan as Node)
}

/** Tables read from end to end. A thousand reviews are a few pages, where that is right. */
const readsWhole = (nodes: readonly Node[]) =>
  nodes
    .filter((node) => node['Node Type'] === 'Seq Scan')
    .flatMap((node) => node['Relation Name'] ?? [])
    .filter((name) => name !== 'reviews')
const rowsRead = (nodes: readonly Node[]) =>
  nodes
    .filter((node) => node['Node Type'].includes('Scan'))
    .reduce(
      (sum, node) =>
        sum +
        ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 1),
      0,
    )

describe('pages of the queue', () => {
  test('join without gap or repetition, forwards and back, where many begin at one moment', async () => {
    for (const sort of QUEUE_SORTS) {
      const filter = filterOf({ status: ['awaiting_reviewer'], sort })
      const pages = [await readQueue(lead, filter, null)]
      for (let next = pages[0]?.next ?? null; next !== null; next = pages.at(-1)?.next ?? null)
        pages.push(await readQueue(lead, filter, next))
      const ids = pages.flatMap(({ rows }) => rows.map(({ id }) => id))
      expect(new Set(ids).size).toBe(ROWS / 10)
      expect(ids).toHaveLength(ROWS / 10)
      const back = await readQueue(lead, filter, pages[3]?.previous ?? null)
      expect(back.rows.map(({ id }) => id)).toEqual(pages[2]?.rows.map(({ id }) => id))
      expect(pages[0]?.previous).toBeNull()
      const first = await readQueue(lead, filter, pages[1]?.previous ?? null)
      expect(first.rows).toEqual(pages[0]?.rows)
      expect(first.previous).toBeNull()
      expect(first.next).toBe(pages[0]?.next)
    }
  })

  test('begin at the start again for a cursor that is none, or of another order', async () => {
    const filter = filterOf({ sort: 'newest' })
    const start = (await readQueue(lead, filter, null)).rows.map(({ id }) => id)
    const { next } = await readQueue(lead, filterOf({ sort: 'oldest' }), null)
    const forge = (a: string) =>
      Buffer.from(JSON.stringify({ s: 'newest', a, i: randomUUID() })).toString('base64url')
    const times = ["2026-01-01'; drop", '2026-02-30 00:00:00+00', '0000-01-01 00:00:00+00']
    for (const cursor of ['', 'x', '%', next, ...times.map(forge), 'A'.repeat(9000)])
      expect((await readQueue(lead, filter, cursor)).rows.map(({ id }) => id)).toEqual(start)
  })

  test('hold what the filter says', async () => {
    const page = (given: z.input<typeof QueueFilter>) => readQueue(lead, filterOf(given), null)
    const { rows } = await page({ status: ['awaiting_reviewer'], assignee: 'me', reason: 'name_differs' })
    expect(rows.length).toBe(PAGE_ROWS)
    for (const row of rows)
      expect(row).toMatchObject({
        status: 'awaiting_reviewer',
        reasons: ['name_differs'],
        assignee: { id: lead.id, name: lead.name, isMe: true },
        documents: { aadhaar: 'arrived', driving_licence: 'not_asked' },
        vendor: { connectionId: expect.stringMatching(/^(idto|deepvue|didit)$/) },
      })
    expect((await page({ tag: 'bank' })).rows.every(({ tags }) => tags.includes('bank'))).toBe(true)
    expect((await page({ snoozed: true })).rows.every(({ snoozedUntil }) => snoozedUntil !== null)).toBe(true)
    expect((await page({ escalated: true })).rows.every(({ isEscalated }) => isEscalated)).toBe(true)
    expect(
      (await page({ documents: ['pan:missing'] })).rows.every((row) => row.documents.pan === 'missing'),
    ).toBe(true)
    expect((await page({ dueWithinHours: 0, sort: 'due' })).rows.every(({ isOverdue }) => isOverdue)).toBe(
      true,
    )
    expect((await page({ holder: 'me' })).rows).toEqual([])
  })
})

describe('what a page costs', () => {
  const filters: z.input<typeof QueueFilter>[] = [
    ...QUEUE_VIEWS.map(({ filter }) => filter),
    { reason: 'duplicate_person' },
    { reason: 'duplicate_person', status: ['rejected'] },
    { documents: ['pan:missing'] },
    { documents: ['pan:missing'], status: ['awaiting_reviewer'] },
    { connection: 'didit' },
    { connection: 'didit', status: ['awaiting_reviewer'] },
    { sandbox: true },
    { status: ['awaiting_reviewer', 'awaiting_provider'] },
    { newerThanHours: 24 },
    { olderThanHours: 24 * 14, status: ['awaiting_reviewer'] },
    { assignee: 'nobody' },
    { holder: 'nobody', status: ['awaiting_reviewer'] },
    { tag: 'bank', status: ['awaiting_reviewer'] },
    { escalated: false, snoozed: false, status: ['awaiting_reviewer'], reason: 'name_unclear' },
    { begunFrom: '2026-01-01', begunTo: '2026-12-31', policy: 'none', counted: 'first_pass' },
  ]
  const cases = filters.flatMap((filter) =>
    QUEUE_SORTS.map((sort) => [JSON.stringify({ ...filter, sort }), { ...filter, sort }] as const),
  )

  test.each(cases)('%s: no table is read whole, on the first page and far behind', async (_, given) => {
    const selection = toSelection(filterOf(given), lead.id)
    const deep = { at: new Date(Date.now() - 10 * 86_400_000).toISOString(), id: randomUUID() }
    // Of a few thousand attempts a whole read may be the quicker one; here it must not be the only one.
    await owner.unsafe('set enable_seqscan = off')
    for (const cursor of [null, deep, { ...deep, back: true }]) {
      const nodes = await planOf(queuePage(selection, cursor, PAGE_ROWS + 1), 'costs')
      expect(readsWhole(nodes)).toEqual([])
    }
    await owner.unsafe('set enable_seqscan = on')
  })

  test.each(QUEUE_VIEWS.map(({ key, filter }) => [key, filter] as const))(
    'view %s reads about as many rows as it shows, wherever the page lies',
    async (_, filter) => {
      const selection = toSelection(filterOf(filter), lead.id)
      for (const days of [0, 5, 20]) {
        const at = new Date(Date.now() - days * 86_400_000).toISOString()
        const nodes = await planOf(queuePage(selection, { at, id: randomUUID() }, PAGE_ROWS + 1))
        expect(rowsRead(nodes)).toBeLessThan(ROWS / 10)
      }
    },
  )

  test('a filter is planned by its own values each time, a view is not', async () => {
    const pool = openPool(database.appUrl)
    // PostgreSQL tries five plans before it settles for one.
    const TIMES = 12
    // One idle connection is used again and again, so its statements are all there are.
    const plans = async (at: Db) => {
      const rows = await at.execute<{ generic: number; own: number }>(sql`
        select generic_plans::int as generic, custom_plans::int as own from pg_prepared_statements
        where statement like '%verifications%' and statement not like '%pg_prepared%'`)
      return [...rows]
    }
    const ask = async (given: z.input<typeof QueueFilter>) => {
      const selection = toSelection(filterOf(given), lead.id)
      for (let time = 0; time < TIMES; time += 1) {
        expect(await listQueueRows(pool.db, selection, null, 1)).toHaveLength(1)
        expect(await countQueueRows(pool.db, selection, 10)).toBe(11)
      }
    }
    for (const given of [
      { reason: 'duplicate_person' },
      { documents: ['pan:missing'] },
      { connection: 'didit' },
    ] as const)
      await ask(given as z.input<typeof QueueFilter>)
    const planned = await plans(planningAnew(pool.db))
    expect(planned).toEqual(Array.from({ length: 6 }, () => ({ generic: 0, own: TIMES })))
    expect(await plans(pool.db)).toEqual([])
    await ask({ status: ['rejected'] })
    const kept = await plans(pool.db)
    expect(kept).toHaveLength(2)
    for (const { generic } of kept) expect(generic).toBeGreaterThan(0)
    await pool.close()
  })

  test('a name is looked for along its rarest word, and a common one stops at a page', async () => {
    const rare = await planOf(namesPage(['i1.rare'], [['i1.common'], ['i1.also']], 51))
    expect(readsWhole(rare)).toEqual([])
    expect(rowsRead(rare)).toBeLessThan(200)
    const common = await planOf(namesPage(['i1.common'], [['i1.also']], 51))
    expect(readsWhole(common)).toEqual([])
    expect(rowsRead(common)).toBeLessThan(300)
    const found = await searchNames(db(), [['i1.common'], ['i1.rare'], ['i1.also']], 50)
    expect(found).toMatchObject({ isCut: false })
    expect(found.rows).toHaveLength(ROWS / 1000)
    const cut = await searchNames(db(), [['i1.common'], ['i1.also']], 50)
    expect(cut).toMatchObject({ isCut: true })
    expect(cut.rows).toHaveLength(50)
    expect((await searchNames(db(), [['i1.common'], ['i1.nobody']], 50)).rows).toEqual([])
    // While the index key is rotated a word has two keys.
    expect(
      (
        await searchNames(
          db(),
          [
            ['i2.rare', 'i1.rare'],
            ['i2.also', 'i1.also'],
          ],
          50,
        )
      ).rows,
    ).toHaveLength(ROWS / 1000)
  })
})

describe('counts', () => {
  test('are right below the cap, and end there', async () => {
    const counts = new Map((await countViews(lead)).map((count) => [count.key, count]))
    expect(counts.get('all')).toMatchObject({ count: COUNT_CAP + 1, overdue: null })
    expect(await countQueueRows(db(), toSelection(filterOf({}), lead.id), 100)).toBe(101)
    expect(counts.get('rejected')?.count).toBe(ROWS / 10)
    expect(counts.get('mine')?.count).toBe(ROWS / 100)
    expect(counts.get('escalated')?.count).toBe(ROWS / 200)
    expect(counts.get('snoozed')?.count).toBe(ROWS / 200)
    const work = counts.get('to_review')
    expect(work?.count).toBe(ROWS / 10 - ROWS / 200)
    expect(counts.get('overdue')?.overdue).toBe(counts.get('overdue')?.count)
    expect(Date.now() - Date.parse(work?.oldestAt ?? '')).toBeGreaterThan(29 * 86_400_000)
  })

  test('say how much of open work is overdue, and how much is due within four hours', async () => {
    await owner`create temporary table due_before as select verification_id, due_at from reviews`
    await owner`
      update reviews r set due_at = now() + case when one.place <= 20 then interval '-1 day'
        when one.place <= 50 then interval '1 hour' else interval '2 days' end
      from (select verification_id, row_number() over () as place from reviews where closed_at is null) one
      where one.verification_id = r.verification_id`
    const counts = new Map((await countViews(lead)).map((count) => [count.key, count]))
    const open = filterOf({ status: ['awaiting_reviewer'] })
    const [all] = await countViews(lead, [{ key: 'open', filter: open }])
    expect(all).toMatchObject({ overdue: 20, dueSoon: 30 })
    expect(counts.get('overdue')).toMatchObject({ count: 20, overdue: 20, dueSoon: 0 })
    await owner`
      update reviews r set due_at = one.due_at from due_before one where one.verification_id = r.verification_id`
  })

  test('of what came since a page was read are small and stop at a hundred', async () => {
    const filter = filterOf({ status: ['awaiting_reviewer'] })
    const { readAt } = await readQueue(lead, filter, null)
    expect(await countNewer(lead, filter, readAt)).toBe(0)
    await owner`update reviews set opened_at = now() where closed_at is null and verification_id in (
      select verification_id from reviews where closed_at is null limit 12)`
    expect(await countNewer(lead, filter, readAt)).toBe(12)
    expect(await countNewer(lead, filterOf({}), '2020-01-01T00:00:00Z')).toBe(100)
    for (const since of ['yesterday', '+275760-09-13T00:00:00Z', '-000001-01-01T00:00:00Z', '0000-01-01'])
      expect(await countNewer(lead, filterOf({}), since), since).toBe(0)
  })
})

describe('saved views', () => {
  test('are of one person, validated, and come back as filters', async () => {
    const id = await saveView(lead, {
      name: 'Names at Didit',
      filter: 'reason=name_differs&connection=didit',
    })
    const views = await listViews(lead)
    expect(views.map(({ key }) => key)).toEqual([...QUEUE_VIEWS.map(({ key }) => key), id])
    expect(views.at(-1)).toMatchObject({
      name: 'Names at Didit',
      address: 'reason=name_differs&connection=didit',
      filter: { reason: 'name_differs', connection: 'didit' },
    })
    expect(await listViews(other)).toHaveLength(QUEUE_VIEWS.length)
    await expect(saveView(lead, { name: 'Names at Didit', filter: '' })).rejects.toMatchObject({
      code: 'state_conflict',
    })
    await expect(saveView(lead, { name: 'Odd', filter: 'status=lost' })).rejects.toMatchObject({
      code: 'bad_request',
    })
    await expect(dropView(other, id)).rejects.toMatchObject({ code: 'not_found' })
    await dropView(lead, id)
    expect(await listViews(lead)).toHaveLength(QUEUE_VIEWS.length)
  })
})
