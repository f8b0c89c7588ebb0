import { spawnSync } from 'node:child_process'
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import type { Verdict } from '@/scripts/audit-verify.mjs'

// What somebody with the owner's rights may do to the log, and what the verifier says. It runs as an auditor runs it: the
// one file, alone in an empty folder, on an export.

const database = await openFreshDatabase()
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
const folder = mkdtempSync(path.join(tmpdir(), 'ante-auditor-'))
const VERIFIER = path.join(folder, 'audit-verify.mjs')
copyFileSync(fileURLToPath(new URL('../../scripts/audit-verify.mjs', import.meta.url)), VERIFIER)
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await owner.end()
})

const { canonicalJson, keyIdOf, publicJwk, signJson } = await import('@/lib/crypto/sign')
const { env } = await import('@/lib/env')
const { writeCheckpoint } = await import('./checkpoint')
const { copyCheckpoints } = await import('./copy')
const { headLeaf, MerkleTree } = await import('./merkle')
const { publishedKeys } = await import('./published-keys')
const { appendEvents, exportLines } = await import('./testing')

const [A, B, C] = [
  '11111111-1111-4111-8111-111111111111',
  '22222222-2222-4222-8222-222222222222',
  '33333333-3333-4333-8333-333333333333',
]
const TABLES = ['audit_events', 'audit_chains', 'checkpoints', 'checkpoint_heads']
const KEYS = path.join(folder, 'keys.json')
const COPIES = path.join(folder, 'copies')

/** A and B with two records each at checkpoint 1, three at 2, four at 3; C with one since checkpoint 2; one record unsigned. */
beforeAll(async () => {
  for (const [count, chains] of [
    [2, [A, B]],
    [1, [A, B, C]],
    [1, [A, B]],
  ] as const) {
    for (const chain of chains) await appendEvents(chain, count)
    await writeCheckpoint()
  }
  await appendEvents(A, 1)
  writeFileSync(KEYS, JSON.stringify({ keys: publishedKeys() }))
  await copyCheckpoints(COPIES)
  for (const table of TABLES) await owner.unsafe(`create table kept_${table} as table ${table}`)
})

beforeEach(async () => {
  await tamper(async () => {
    for (const table of [...TABLES].reverse()) await owner.unsafe(`delete from ${table}`)
    for (const table of TABLES) await owner.unsafe(`insert into ${table} select * from kept_${table}`)
  })
})

/** Lets the owner of the tables do what their guards refuse, as the owner can. */
async function tamper(work: () => Promise<unknown>) {
  const guards = (state: string) =>
    Promise.all(TABLES.map((table) => owner.unsafe(`alter table ${table} ${state} trigger all`)))
  await guards('disable')
  await work()
  await guards('enable')
}

interface Ended extends Verdict {
  code: number | null
  stderr: string
}

function verify(args: string[]): Ended {
  const run = spawnSync(process.execPath, [VERIFIER, '--json', ...args], {
    cwd: folder,
    env: { NODE_ENV: 'test' },
    encoding: 'utf8',
  })
  const verdict = run.stdout === '' ? {} : (JSON.parse(run.stdout) as Verdict)
  return { ...(verdict as Verdict), code: run.status, stderr: run.stderr }
}

async function exported(change: (lines: string[]) => string[] = (lines) => lines): Promise<string[]> {
  const file = path.join(folder, 'export.jsonl')
  writeFileSync(file, `${change(await exportLines()).join('\n')}\n`)
  return ['--from', file]
}

const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()

/** Makes a chain whole again from its records, as somebody would who wants a change to stay unseen. */
async function rehash(chain: string) {
  let head = sha256(Buffer.from(chain.replaceAll('-', ''), 'hex'))
  const rows = await owner<{ seq: string; record: string }[]>`
    select seq, record from audit_events where chain_id = ${chain} order by seq`
  for (const [place, { seq, record }] of rows.entries()) {
    const number = Buffer.alloc(8)
    number.writeBigInt64BE(BigInt(place + 1))
    head = sha256(head, number, Buffer.from(record, 'utf8'))
    await owner`update audit_events set seq = ${place + 1}, hash = ${head} where chain_id = ${chain} and seq = ${seq}`
  }
  await owner`update audit_chains set seq = ${rows.length}, head = ${head} where id = ${chain}`
}

/** Fits all heads to the events, and all checkpoints to the heads, signed with `key`. */
async function resign(key: KeyObject) {
  await owner`delete from checkpoint_heads h
              where not exists (select 1 from audit_events e where e.chain_id = h.chain_id and e.seq = h.seq)`
  await owner`update checkpoint_heads h set head = e.hash from audit_events e
              where e.chain_id = h.chain_id and e.seq = h.seq`
  let previous = '0'.repeat(64)
  let [chains, events] = [0, 0]
  const last = new Map<string, number>()
  for (const { seq, record } of await owner<{ seq: string; record: string }[]>`
    select seq, record from checkpoints order by seq`) {
    const tree = new MerkleTree()
    const heads = await owner<{ chain_id: string; seq: string; head: Buffer }[]>`
      select chain_id, seq, head from checkpoint_heads where checkpoint_seq = ${seq} order by chain_id`
    for (const one of heads) {
      tree.append(headLeaf(one.chain_id, Number(one.seq), one.head))
      if (!last.has(one.chain_id)) chains += 1
      events += Number(one.seq) - (last.get(one.chain_id) ?? 0)
      last.set(one.chain_id, Number(one.seq))
    }
    const size = tree.size
    const root = tree.root().toString('hex')
    const changed = { ...JSON.parse(record), previous, root, heads: size, chains, events }
    const text = canonicalJson(changed)
    const hash = sha256(Buffer.from(text, 'utf8'))
    previous = hash.toString('hex')
    await owner`update checkpoints set record = ${text}, hash = ${hash}, key_id = ${keyIdOf(key)},
                signature = ${signJson(key, changed).value} where seq = ${seq}`
  }
}

const edit = (chain: string, seq: number) =>
  owner`update audit_events set record = replace(record, 'sign_out', 'sign_in.succeeded')
        where chain_id = ${chain} and seq = ${seq}`
const cut = (chain: string, from: number) =>
  owner`delete from audit_events where chain_id = ${chain} and seq >= ${from}`
async function swap(chain: string, one: number, other: number) {
  await owner`update audit_events e set record = o.record from audit_events o
    where e.chain_id = ${chain} and o.chain_id = ${chain}
      and ((e.seq = ${one} and o.seq = ${other}) or (e.seq = ${other} and o.seq = ${one}))`
}
async function dropChain(chain: string) {
  await cut(chain, 1)
  await owner`delete from audit_chains where id = ${chain}`
}
async function dropCheckpoints(from: number, to = 1000) {
  await owner`delete from checkpoint_heads where checkpoint_seq between ${from} and ${to}`
  await owner`delete from checkpoints where seq between ${from} and ${to}`
}
const foreignKey = generateKeyPairSync('ed25519').privateKey

test('an untouched log fits, with published keys and copies, and says what is not signed yet', async () => {
  const verdict = verify([...(await exported()), '--keys', KEYS, '--checkpoints', COPIES])
  expect(verdict).toMatchObject({ code: 0, ok: true, first: null, problems: [] })
  expect(verdict.counts).toEqual({ checkpoints: 3, heads: 7, chains: 3, events: 10, unanchored: 1 })
  expect(verdict.notes).toHaveLength(1)
  expect(verdict.notes[0]).toContain('1 events came after the last checkpoint')
})

test('keys inside the data and absent copies are named as the weakness they are', async () => {
  const { code, notes } = verify(await exported())
  expect(code).toBe(0)
  expect(notes.join()).toContain('give the published keys with --keys')
  expect(notes.join()).toContain('--checkpoints')
})

test('a forged export writes nothing into the terminal', async () => {
  const key = '\u001b[1A\u001b[2KEverything fits.'
  const forge = (line: string) =>
    line.startsWith('{"kind":"checkpoint"') ? JSON.stringify({ ...JSON.parse(line), key }) : line
  const args = [...(await exported((lines) => lines.map(forge))), '--keys', KEYS]
  const { stdout } = spawnSync(process.execPath, [VERIFIER, ...args], { cwd: folder, encoding: 'utf8' })
  expect(stdout).toContain('?[1A?[2KEverything fits.')
  expect(stdout).not.toContain('\u001b')
})

describe('the five kinds of tampering, done plainly', () => {
  test.each<[string, () => Promise<unknown>, { chain: string; seq: number }]>([
    ['an edit', () => edit(B, 2), { chain: B, seq: 2 }],
    [
      'a deletion',
      () => owner`delete from audit_events where chain_id = ${B} and seq = 2`,
      { chain: B, seq: 2 },
    ],
    ['a reorder', () => swap(B, 2, 3), { chain: B, seq: 2 }],
    ['a cut tail', () => cut(B, 3), { chain: B, seq: 3 }],
    [
      'a full rewrite of a chain',
      async () => {
        await edit(B, 1)
        await rehash(B)
      },
      { chain: B, seq: 2 }, // the first record that a checkpoint holds
    ],
  ])('%s', async (_name, work, first) => {
    await tamper(work)
    expect(verify([...(await exported()), '--keys', KEYS])).toMatchObject({ code: 1, ok: false, first })
  })
})

describe('tampering by somebody who knows how it works', () => {
  test.each<[string, () => Promise<unknown>, object]>([
    ['a record that no checkpoint holds yet', () => edit(A, 5), { chain: A, seq: 5 }],
    [
      'a deletion, closed up',
      async () => {
        await owner`delete from audit_events where chain_id = ${B} and seq = 1`
        await rehash(B)
      },
      { chain: B, seq: 2 },
    ],
    [
      'a reorder, rehashed',
      async () => {
        await swap(B, 3, 4)
        await rehash(B)
      },
      { chain: B, seq: 3 },
    ],
    [
      'a cut tail, with the head put back',
      async () => {
        await cut(B, 4)
        await rehash(B)
      },
      { chain: B, seq: 4 },
    ],
    [
      'a cut tail, heads and all',
      async () => {
        await cut(B, 4)
        await rehash(B)
        await owner`delete from checkpoint_heads where chain_id = ${B} and seq = 4`
      },
      { checkpoint: 3 },
    ],
    ['a whole chain', () => dropChain(C), { chain: C, seq: 1 }],
    [
      'a whole chain, heads and all',
      async () => {
        await dropChain(C)
        await owner`delete from checkpoint_heads where chain_id = ${C}`
      },
      { checkpoint: 2 },
    ],
    [
      'an edit fitted up to the heads',
      async () => {
        await edit(B, 1)
        await rehash(B)
        await owner`update checkpoint_heads h set head = e.hash from audit_events e
                    where e.chain_id = h.chain_id and e.seq = h.seq`
      },
      { checkpoint: 1 },
    ],
    ['a deleted checkpoint', () => dropCheckpoints(2, 2), { checkpoint: 2 }],
    [
      'a deleted checkpoint whose heads stay',
      () => owner`delete from checkpoints where seq = 3`,
      { checkpoint: 3 },
    ],
    ['all checkpoints deleted', () => dropCheckpoints(1), { checkpoint: 1 }],
    [
      'swapped checkpoints',
      () => owner`update checkpoints c set record = o.record, hash = o.hash, signature = o.signature
                  from checkpoints o where (c.seq = 2 and o.seq = 3) or (c.seq = 3 and o.seq = 2)`,
      { checkpoint: 2 },
    ],
    [
      'a changed checkpoint',
      () => owner`update checkpoints set record = replace(record, '"events":7', '"events":6') where seq = 2`,
      { checkpoint: 2 },
    ],
    [
      'a checkpoint without a true signature',
      () => owner`update checkpoints set signature = reverse(signature) where seq = 3`,
      { checkpoint: 3 },
    ],
    [
      'everything, signed with a key of their own',
      async () => {
        await edit(B, 1)
        await rehash(B)
        await resign(foreignKey)
      },
      { checkpoint: 1 },
    ],
  ])('%s', async (_name, work, first) => {
    await tamper(work)
    const lines = await exported((all) =>
      all.map((text) => (text.startsWith('{"kind":"keys"') ? ownKeys() : text)),
    )
    expect(verify([...lines, '--keys', KEYS])).toMatchObject({ code: 1, ok: false, first })
  })

  const ownKeys = () => JSON.stringify({ kind: 'keys', keys: [publicJwk(foreignKey)] })

  test('keys that came with a rewritten log make it look good: that is why they are not trusted', async () => {
    await tamper(async () => {
      await edit(B, 1)
      await rehash(B)
      await resign(foreignKey)
    })
    const lines = await exported((all) =>
      all.map((text) => (text.startsWith('{"kind":"keys"') ? ownKeys() : text)),
    )
    expect(verify(lines).code).toBe(0)
    expect(verify([...lines, '--keys', KEYS])).toMatchObject({ code: 1, first: { checkpoint: 1 } })
  })
})

describe('what only the copied checkpoints find, because the signing key was used', () => {
  test('checkpoints removed and a chain rewritten, signed anew by the worker that runs', async () => {
    await tamper(async () => {
      await edit(A, 2)
      await rehash(A)
      await dropCheckpoints(1)
    })
    await writeCheckpoint()
    const from = await exported()
    const { code, notes } = verify([...from, '--keys', KEYS])
    expect({ code, notes: notes.join() }).toMatchObject({ code: 0, notes: expect.stringContaining('anew') })
    const verdict = verify([...from, '--keys', KEYS, '--checkpoints', COPIES])
    expect(verdict).toMatchObject({ code: 1, first: { chain: A, seq: 2 } })
  })

  test.each<[string, () => Promise<unknown>, object]>([
    [
      'everything rewritten',
      async () => {
        await edit(B, 1)
        await rehash(B)
        await resign(env().checkpointKey)
      },
      { chain: B, seq: 2 },
    ],
    [
      'a chain taken out of everything',
      async () => {
        await dropChain(C)
        await resign(env().checkpointKey)
      },
      { chain: C, seq: 1 },
    ],
    [
      'the end cut off, checkpoints and all',
      async () => {
        for (const [chain, from] of [
          [A, 4],
          [B, 4],
        ] as const) {
          await cut(chain, from)
          await rehash(chain)
        }
        await dropCheckpoints(3)
      },
      { chain: A, seq: 4 },
    ],
    [
      'everything deleted',
      async () => {
        await dropCheckpoints(1)
        for (const chain of [A, B, C]) await dropChain(chain)
      },
      { chain: A, seq: 1 },
    ],
  ])('%s', async (_name, work, first) => {
    await tamper(work)
    const lines = [...(await exported()), '--keys', KEYS]
    expect(verify(lines).code).toBe(0)
    expect(verify([...lines, '--checkpoints', COPIES])).toMatchObject({ code: 1, ok: false, first })
  })
})

describe('checkpoints that the signing key signed and that contradict each other', () => {
  /** Puts a true signature under a changed record of one checkpoint; the others stay. */
  async function sign(seq: number, change: object) {
    const [row] = await owner<{ record: string }[]>`select record from checkpoints where seq = ${seq}`
    const record = { ...JSON.parse(row?.record ?? ''), ...change }
    const text = canonicalJson(record)
    await owner`update checkpoints set record = ${text}, hash = ${sha256(Buffer.from(text, 'utf8'))},
                signature = ${signJson(env().checkpointKey, record).value} where seq = ${seq}`
  }

  test.each<[string, () => Promise<unknown>, object]>([
    [
      'one that follows another one',
      () => sign(3, { previous: 'a'.repeat(64) }),
      { checkpoint: 3, problem: expect.stringContaining('does not follow') },
    ],
    ['one that counts fewer events', () => sign(3, { events: 8 }), { checkpoint: 3 }],
    ['one that counts fewer chains', () => sign(3, { chains: 2 }), { checkpoint: 3 }],
    ['one that counts fewer heads', () => sign(3, { heads: 1 }), { checkpoint: 3 }],
    ['one with another number', () => sign(3, { seq: 4 }), { checkpoint: 3 }],
    ['one of another kind', () => sign(3, { schema: 'ante-consent-receipt/1' }), { checkpoint: 3 }],
  ])('%s', async (_name, work, first) => {
    await tamper(work)
    expect(verify([...(await exported()), '--keys', KEYS])).toMatchObject({ code: 1, ok: false, first })
  })
})

describe('an export file', () => {
  const isEvent = (seq: number) => (text: string) =>
    text.startsWith(`{"kind":"event","chain":"${B}","seq":${seq},`)

  test.each<[string, (lines: string[]) => string[], object]>([
    [
      'with a changed line',
      (lines) => lines.map((text) => (isEvent(3)(text) ? text.replace('sign_out', 'sign_in') : text)),
      { chain: B, seq: 3 },
    ],
    ['without a line', (lines) => lines.filter((text) => !isEvent(3)(text)), { chain: B, seq: 3 }],
    [
      'with two lines exchanged',
      (lines) => {
        const at = lines.findIndex(isEvent(2))
        return lines.with(at, lines[at + 1] ?? '').with(at + 1, lines[at] ?? '')
      },
      { chain: B, seq: 2 },
    ],
    [
      'with a line twice',
      (lines) => lines.toSpliced(lines.findIndex(isEvent(3)), 0, lines.find(isEvent(3)) ?? ''),
      { chain: B, seq: 3 },
    ],
    ['cut in the middle', (lines) => lines.slice(0, -6), { chain: B, seq: 3 }],
    [
      'without its last line',
      (lines) => lines.slice(0, -1),
      { problem: 'the export is cut: its last line is missing' },
    ],
    ['with a line of something else', (lines) => lines.toSpliced(3, 0, '{"kind":"event"}'), { line: 4 }],
    [
      'with a chain in two places',
      (lines) => [...lines.slice(0, -1), lines.find(isEvent(1)) ?? '', lines.at(-1) ?? ''],
      { chain: B },
    ],
  ])('%s', async (_name, change, first) => {
    expect(verify([...(await exported(change)), '--keys', KEYS])).toMatchObject({ code: 1, ok: false, first })
  })
})

describe('it says that it cannot run', () => {
  test.each<[string, () => Promise<string[]>, RegExp]>([
    ['without a file', async () => ['--from', 'absent.jsonl'], /There is no file/],
    ['on something else', async () => exported(() => ['{"kind":"other"}']), /not an export/],
    ['with an unknown option', async () => ['--frm', 'x'], /not understood/],
    ['outside of its project without --from', async () => [], /has to lie in its project/],
    ['with keys that are none', async () => [...(await exported()), '--keys', VERIFIER], /holds no public/],
    [
      'with copies that are not there',
      async () => [...(await exported()), '--checkpoints', folder],
      /no copied/,
    ],
  ])('%s', async (_name, args, message) => {
    const { code, stderr } = verify(await args())
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('    at ')
    expect(code).toBe(2)
  })

  test('when the copies themselves were changed', async () => {
    const bad = path.join(folder, 'bad-copies')
    await copyCheckpoints(bad)
    const { readFileSync, readdirSync } = await import('node:fs')
    const file = path.join(bad, readdirSync(bad)[0] ?? '')
    const text = readFileSync(file, 'utf8')
    const lines = [...(await exported()), '--keys', KEYS, '--checkpoints', bad]
    writeFileSync(file, text.replace('\\"events\\":4', '\\"events\\":3'))
    expect(verify(lines)).toMatchObject({ code: 2, stderr: expect.stringContaining('no sound copy') })
    writeFileSync(file, text.replace(/"head":"..../, '"head":"0000'))
    expect(verify(lines)).toMatchObject({ code: 2, stderr: expect.stringContaining('no sound copy') })
  })
})

test('a checkpoint of an earlier key fits while that key is published', async () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const both = path.join(folder, 'both-keys.json')
  await tamper(() => resign(privateKey))
  await writeCheckpoint() // with the key of the settings
  const lines = await exported()
  expect(verify([...lines, '--keys', KEYS])).toMatchObject({ code: 1, first: { checkpoint: 1 } })
  writeFileSync(both, JSON.stringify({ keys: [...publishedKeys(), publicJwk(privateKey)] }))
  expect(verify([...lines, '--keys', both])).toMatchObject({ code: 0, counts: { checkpoints: 4 } })
})

test('without a file it reads the database and the folder of the settings', async () => {
  const command = fileURLToPath(new URL('../../scripts/audit-verify.mjs', import.meta.url))
  const run = (settings: Record<string, string> = {}) =>
    spawnSync(process.execPath, [command, '--json'], {
      encoding: 'utf8',
      env: { ...process.env, CHECKPOINT_DIR: COPIES, ...settings },
    })
  const good = run()
  expect(good.stderr).toBe('')
  expect(JSON.parse(good.stdout)).toMatchObject({ ok: true, counts: { events: 10 } })
  expect(JSON.parse(good.stdout).notes).toHaveLength(1)
  const beforeTheFirstCopy = run({ CHECKPOINT_DIR: mkdtempSync(path.join(folder, 'empty-')) })
  expect(JSON.parse(beforeTheFirstCopy.stdout)).toMatchObject({ ok: true })
  const nowhere = run({ DATABASE_URL: 'postgres://nobody:secret-of-a-test@127.0.0.1:1/none' })
  expect(nowhere).toMatchObject({ status: 2, stdout: '' })
  expect(nowhere.stderr).toContain('The export failed')
  expect(nowhere.stderr).not.toContain('secret-of-a-test')
  await tamper(async () => {
    await edit(B, 1)
    await rehash(B)
    await resign(env().checkpointKey)
  })
  const bad = run()
  expect(bad.status).toBe(1)
  expect(JSON.parse(bad.stdout)).toMatchObject({ ok: false, first: { chain: B, seq: 2 } })
})

test('the text for people names the record, and help says what the options do', async () => {
  await tamper(() => edit(B, 2))
  const run = (args: string[]) => spawnSync(process.execPath, [VERIFIER, ...args], { encoding: 'utf8' })
  expect(run(await exported()).stdout).toMatch(new RegExp(`^BAD {2}chain ${B}, record 2: it was changed`))
  for (const option of ['--from', '--keys', '--checkpoints', '--json'])
    expect(run(['--help']).stdout).toContain(option)
})
