/**
 * Locks between processes: a file that names its living holder.
 * Runs before anything is installed, so only built-ins of Node 20.9 are used.
 */
import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identityOf, isAlive, readIfPresent } from './process-identity.mjs'

const RETRY_MS = 50

/**
 * Does `work` while this process alone holds `file`. A lock whose holder is gone is taken over.
 * `onWait` is called once, with the holder's process id, when somebody else holds it.
 */
export async function withLock(file, work, { waitMs = 10 * 60 * 1000, onWait = () => {} } = {}) {
  await acquire(file, waitMs, onWait)
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

async function acquire(file, waitMs, onWait) {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const mine = `${file}.${randomUUID()}`
  writeFileSync(mine, identityOf(process.pid), { mode: 0o600 })
  try {
    let told = false
    for (const deadline = Date.now() + waitMs; !link(mine, file); await sleep(RETRY_MS)) {
      const holder = readIfPresent(file)
      if (holder === null) continue
      if (!isAlive(holder)) {
        removeDead(file, holder)
        continue
      }
      if (!told) onWait(Number.parseInt(holder, 10))
      told = true
      if (Date.now() > deadline) {
        throw new Error(
          `Process ${holder.split(' ')[0]} still holds ${file}. If it is gone, delete that file.`,
        )
      }
    }
  } finally {
    rmSync(mine, { force: true })
  }
}

/**
 * Removes the lock of a dead holder. Several waiters may try: only the one that links the claim may
 * remove, and only if the lock is still the one it saw, so that a successor's lock is never taken away.
 */
function removeDead(file, holder) {
  const claim = `${file}.dead-${holder.replace(/\s+/g, '-')}`
  if (!link(file, claim)) return
  try {
    if (readIfPresent(claim) === holder) rmSync(file, { force: true })
  } finally {
    rmSync(claim, { force: true })
  }
}

/** A hard link appears whole or not at all, which makes it the atomic step of the lock. */
function link(from, to) {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error.code === 'EEXIST' || error.code === 'ENOENT') return false
    throw error
  }
}
