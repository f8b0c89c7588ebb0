/** Pages of the queue: our SQL against SQL by hand, and what a hundred times as many cases cost. */
import postgres from 'postgres'
import { assignSome } from '../desk-world.mjs'
import { median, percentile } from '../measure.mjs'
import { byHand, filters, views } from '../pages.mjs'

const ROWS = 50
const PAIRS = 80
const FIRST_PAIRS = 8
/** For one pair of statements, where they are slow; never fewer than twice the first pairs. */
const LONGEST_MS = 3000
const DEEP_PAGES = 10
const SQL_GOAL = { atMost: 1.3 }
const GROWTH_GOAL = { atMost: 1.2 }
const GROWTH_ROUNDS = 300

/** The worst page of each group stands for it: `any` view, combination or search is promised. */
export async function measureQueueSql(world) {
  const domain = await world.domain()
  const { large } = await world.desk()
  const now = new Date()
  const me = await assignSome(large)
  const desk = domain.openDesk(large.appUrl)
  const open = (settings) =>
    postgres(large.appUrl, { max: 1, onnotice: () => {}, connection: { TimeZone: 'UTC', ...settings } })
  const [sql, planning] = [open({}), open({ plan_cache_mode: 'force_custom_plan' })]
  const rows = []
  for (const [group, pages] of [
    ['views', views(me, now)],
    ['filters', filters(now)],
  ]) {
    const seen = []
    for (const page of pages)
      for (const deep of [false, true]) {
        const one = await comparePage(domain, desk, { sql, planning }, page, deep)
        if (one !== null) seen.push(one)
      }
    rows.push(worst(`queue SQL, ${seen.length} pages of ${group} at ${large.cases}`, seen))
  }
  const found = await compareSearches(desk, sql)
  rows.push(worst(`queue SQL, ${found.length} searches at ${large.cases}`, found))
  await Promise.all([sql.end(), planning.end()])
  await desk.close()
  return rows
}

function worst(figure, seen) {
  const [last] = [...seen].sort((a, b) => b.ratio - a.ratio)
  const { name, ...values } = last
  return { figure: `${figure} : by hand, worst: ${name}`, ...values, unit: 'ms', goal: SQL_GOAL }
}

/** Null where there is no such page: a view that ends before it. */
async function comparePage(domain, desk, connections, page, deep) {
  const selection = { ...domain.EVERYTHING, ...page.chosen }
  const cursor = deep ? await findCursor(desk, selection) : null
  if (deep && cursor === null) return null
  // As the app sends them: what a filter chooses is planned for its values, by hand too.
  const { text, params, isPlannedAnew } = desk.statement(selection, cursor)
  const sql = isPlannedAnew ? connections.planning : connections.sql
  const hand = byHand(page, cursor, ROWS)
  const ours = () => sql.unsafe(text, params, { prepare: true })
  const baseline = () => sql.unsafe(hand, [], { prepare: !isPlannedAnew })
  requireSame(page.name, await ours(), await baseline())
  const seen = await compareTurns(ours, baseline)
  return { name: deep ? `${page.name}, page ${DEEP_PAGES + 1}` : page.name, ...seen }
}

async function findCursor(desk, selection) {
  let cursor = null
  for (let page = 0; page < DEEP_PAGES; page++) {
    const rows = await desk.list(selection, cursor)
    if (rows.length < ROWS) return null
    const last = rows.at(-1)
    cursor = { at: last.cursorAt, id: last.id }
  }
  return cursor
}

async function compareSearches(desk, sql) {
  const [sample] = await sql`
    select v.reference, s.connection_id as "connectionId", s.reference_index as index, p.email_index as email,
      d.number_index as number
    from verifications v join provider_sessions s on s.player_id = v.player_id and s.verification_id = v.id
    join players p on p.id = v.player_id
    join documents d on d.player_id = v.player_id and d.number_index is not null
    where v.status = 'approved' order by v.created_at desc limit 1 offset 100`
  const from = 'v.player_id as "playerId", v.id, v.reference, v.status, v.created_at as "createdAt"'
  const end = `order by v.created_at desc, v.id desc limit ${ROWS}`
  const none = { references: [], emailIndexes: [], numberIndexes: [], vendorIndexes: [], connectionIds: [] }
  const kinds = [
    [
      'reference',
      { references: [sample.reference] },
      `verifications v where v.reference = '${sample.reference}'`,
    ],
    [
      'e-mail',
      { emailIndexes: [sample.email] },
      `players p join verifications v on v.player_id = p.id where p.email_index = '${sample.email}'`,
    ],
    [
      'document number',
      { numberIndexes: [sample.number] },
      `documents d join verifications v on v.player_id = d.player_id and v.id = d.verification_id
        where d.number_index = '${sample.number}'`,
    ],
    [
      'vendor reference',
      { vendorIndexes: [sample.index], connectionIds: [sample.connectionId] },
      `provider_sessions s join verifications v on v.player_id = s.player_id and v.id = s.verification_id
        where s.connection_id = '${sample.connectionId}' and s.reference_index = '${sample.index}'`,
    ],
  ]
  const statements = [
    ...kinds.map(([name, keys, where]) => ({
      name,
      ...desk.searchStatement({ ...none, ...keys }, ROWS),
      hand: `select ${from} from ${where} ${end}`,
    })),
    ...(await nameSearches(desk, sql)),
  ]
  const seen = []
  for (const { name, text, params, hand } of statements) {
    const ours = () => sql.unsafe(text, params, { prepare: true })
    const baseline = () => sql.unsafe(hand, [], { prepare: true })
    requireSame(name, await ours(), await baseline())
    seen.push({ name, ...(await compareTurns(ours, baseline)) })
  }
  return seen
}

/** A common word alone, and with one and two others beside it; by hand each further word is an EXISTS. */
async function nameSearches(desk, sql) {
  const keys = await sql`
    select key, count(*)::int as count from name_keys where (player_id, verification_id) in (
      select player_id, verification_id from name_keys order by created_at desc limit 1)
    group by key order by key`
  const counted = []
  for (const { key } of keys) {
    const [{ count }] = await sql`select count(*)::int as count from name_keys where key = ${key}`
    counted.push({ key, count })
  }
  const words = counted.sort((one, other) => one.count - other.count).map(({ key }) => key)
  return [1, 2, 3].map((many) => {
    const [rarest, ...others] = words.slice(0, many)
    const beside = others.map(
      (key) => ` and exists (select 1 from name_keys o where o.player_id = k.player_id
        and o.verification_id = k.verification_id and o.key = '${key}')`,
    )
    return {
      name: `name by ${many} of its keys`,
      ...desk.namesStatement([rarest, ...others], ROWS),
      hand: `select k.player_id as "playerId", k.verification_id as id from name_keys k where k.key = '${rarest}'${beside.join('')}
        order by k.created_at desc, k.verification_id desc limit ${ROWS}`,
    }
  })
}

function requireSame(name, ours, baseline) {
  const ids = (rows) => rows.map(({ id }) => id).join()
  if (ids(ours) !== ids(baseline)) throw new Error(`${name}: the two statements do not give the same rows`)
}

/** One statement after the other, by turns: these are so short that a busy moment hits whole rounds. */
async function compareTurns(ours, baseline) {
  const times = { ours: [], baseline: [] }
  const begun = performance.now()
  for (let pair = 0; pair < PAIRS + FIRST_PAIRS; pair++) {
    if (pair >= 2 * FIRST_PAIRS && performance.now() - begun > LONGEST_MS) break
    const turns = [
      ['ours', ours],
      ['baseline', baseline],
    ]
    for (const [side, work] of pair % 2 === 0 ? turns : turns.toReversed()) {
      const started = performance.now()
      await work()
      if (pair >= FIRST_PAIRS) times[side].push(performance.now() - started) // the first ones plan
    }
  }
  const [mine, hand] = [median(times.ours), median(times.baseline)]
  return { ours: mine, baseline: hand, ratio: mine / hand }
}

/** A page is its rows and the count on its tab, asked for at once as the page does; every view in turn, small and large one after the other. */
export async function measureQueueGrowth(world) {
  const domain = await world.domain()
  const { small, large } = await world.desk()
  const sides = []
  for (const at of [small, large]) {
    const me = await assignSome(at)
    sides.push({ desk: domain.openDesk(at.appUrl), pages: views(me, new Date()), times: [] })
  }
  for (let round = 0; round <= GROWTH_ROUNDS; round++)
    for (let place = 0; place < sides[0].pages.length; place++)
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        const selection = { ...domain.EVERYTHING, ...side.pages[place].chosen }
        const started = performance.now()
        const [rows] = await Promise.all([side.desk.list(selection, null), side.desk.count(selection)])
        const ms = performance.now() - started
        if (round > 0) side.times.push({ ms, rows: rows.length, name: side.pages[place].name })
      }
  for (const { desk } of sides) await desk.close()
  const p95 = ({ times }) =>
    percentile(
      times.map(({ ms }) => ms),
      95,
    )
  const [before, after] = sides.map(p95)
  const title = `queue page p95, all views, ${large.cases} cases : ${small.cases}`
  return [
    { figure: title, ours: after, baseline: before, ratio: after / before, unit: 'ms', goal: GROWTH_GOAL },
  ]
}
