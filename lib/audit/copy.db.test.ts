import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'

// Signed checkpoints leave the database as whole files that are never touched again.

const root = mkdtempSync(path.join(tmpdir(), 'ante-copies-'))
const settingsFolder = path.join(root, 'of the settings')
await openFreshDatabase({ CHECKPOINT_DIR: settingsFolder })
afterAll(() => rmSync(root, { recursive: true }))

const { copyCheckpoints } = await import('./copy')
const { tryLock } = await import('@/db/client')
const { keepCopies } = await import('./watch')
const { writeCheckpoint } = await import('./checkpoint')
const { appendEvents } = await import('./testing')

let folder = ''
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(root, 'one-')), 'made by the copy')
})

async function writeSome(count: number) {
  for (let at = 0; at < count; at += 1) {
    await appendEvents(randomUUID(), 2)
    expect(await writeCheckpoint()).not.toBeNull()
  }
}

const linesOf = (name: string) =>
  readFileSync(path.join(folder, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as { kind: string; seq: number })

test('copies what is new, with its heads, and nothing twice', async () => {
  await writeSome(3)
  expect(await copyCheckpoints(folder)).toEqual({ kind: 'copied', count: 3 })
  const before = readFileSync(path.join(folder, 'checkpoints-000000000001-000000000003.jsonl'))
  expect(await copyCheckpoints(folder)).toEqual({ kind: 'copied', count: 0 })
  await writeSome(61)
  expect(await copyCheckpoints(folder)).toEqual({ kind: 'copied', count: 61 })
  expect(readdirSync(folder).sort()).toEqual([
    'checkpoints-000000000001-000000000003.jsonl',
    'checkpoints-000000000004-000000000063.jsonl',
    'checkpoints-000000000064-000000000064.jsonl',
  ])
  expect(readFileSync(path.join(folder, 'checkpoints-000000000001-000000000003.jsonl'))).toEqual(before)
  expect(
    linesOf('checkpoints-000000000001-000000000003.jsonl').map(({ kind, seq }) => `${kind} ${seq}`),
  ).toEqual(['checkpoint 1', 'checkpoint 2', 'checkpoint 3', 'head 2', 'head 2', 'head 2'])
})

test("a draft of a run that was killed is no copy and stands in nobody's way", async () => {
  await writeSome(1)
  expect(await copyCheckpoints(folder)).toMatchObject({ kind: 'copied' })
  const [name] = readdirSync(folder).sort().reverse()
  rmSync(path.join(folder, name ?? ''))
  writeFileSync(path.join(folder, `${name}.draft`), '{"kind":"check')
  expect(await copyCheckpoints(folder)).toMatchObject({ kind: 'copied' })
  expect(readdirSync(folder).sort().reverse()[0]).toBe(name)
})

test('one process copies at a time', async () => {
  expect(await tryLock('audit_copy', () => copyCheckpoints(folder))).toEqual({ kind: 'busy' })
  expect(await copyCheckpoints(folder)).toMatchObject({ kind: 'copied' })
})

test('copies of another history are told and left alone', async () => {
  await writeSome(1)
  await copyCheckpoints(folder)
  const name = readdirSync(folder).sort().at(-1) ?? ''
  const file = path.join(folder, name)
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replaceAll(/"hash":"[0-9a-f]{4}/g, '"hash":"0000'))
  await writeSome(1)
  expect(await copyCheckpoints(folder)).toMatchObject({ kind: 'differs' })
  expect(readdirSync(folder).at(-1)).toBe(name)
})

test('a folder that cannot be written is an alarm and nothing more', async () => {
  const told: string[] = []
  const tell = async (alarm: string) => void told.push(alarm)
  await keepCopies(tell)
  expect(told).toEqual([])
  expect(readdirSync(settingsFolder).length).toBeGreaterThan(0)
  rmSync(settingsFolder, { recursive: true })
  writeFileSync(settingsFolder, 'a file where a folder should be')
  await keepCopies(tell)
  expect(told).toEqual(['checkpoint_copy_failed'])
})
