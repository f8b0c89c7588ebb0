import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withLock } from './lock.mjs'
import { identityOf, isAlive } from './process-identity.mjs'

let folder
let file

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lock-test-'))
  file = path.join(folder, 'a.lock')
})
afterEach(() => rmSync(folder, { recursive: true }))

const deadIdentity = () => String(spawnSync(process.execPath, ['--version']).pid)

test('one holder at a time, and the file is gone afterwards', async () => {
  let inside = 0
  const work = async () => {
    inside++
    expect(inside).toBe(1)
    await sleep(5)
    inside--
  }
  await Promise.all(Array.from({ length: 5 }, () => withLock(file, work)))
  expect(existsSync(file)).toBe(false)
})

test('the lock of a dead process is taken over', async () => {
  writeFileSync(file, deadIdentity())
  expect(await withLock(file, async () => 'done', { waitMs: 1000 })).toBe('done')
})

test('waiting for a living holder ends with a message that names the file', async () => {
  writeFileSync(file, identityOf(process.pid))
  await expect(withLock(file, async () => {}, { waitMs: 20 })).rejects.toThrow(file)
})

test('a failing holder lets go', async () => {
  await expect(withLock(file, async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(existsSync(file)).toBe(false)
})

test('an id that was given to another process does not count as alive', () => {
  expect(isAlive(identityOf(process.pid))).toBe(true)
  expect(isAlive(deadIdentity())).toBe(false)
  if (process.platform === 'linux') expect(isAlive(`${process.pid} 1`)).toBe(false)
})
