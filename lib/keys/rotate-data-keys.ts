import 'server-only'
import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '@/db/client'
import {
  beginRotation,
  countDataKeys,
  deleteUnusedKeys,
  findUnfinished,
  finishRotation,
  insertNextDataKey,
  listColumnsBelow,
  listKeysBefore,
  listPlayersWithOldKeys,
  listSealedBelow,
  msUntil,
  type Rotation,
  replaceSealed,
  type SealedColumn,
  saveCursor,
  timeIn,
} from '@/db/queries/keys'
import { listDataKeys } from '@/db/queries/players'
import { newDataKey, wrapDataKey } from '@/lib/crypto/data-key'
import { env } from '@/lib/env'
import { isAppError } from '@/lib/errors'
import { type Vault, vaultFrom } from '@/lib/vault'
import { SEALED_COLUMNS } from './sealed-columns'
import type { DataOutcome, Outcome, Progress, Tell } from './types'

const BATCH = 20
/** Documents are some MB each. */
const ROWS = 10
const LOOK_MS = 5000

/**
 * A request or job opens a player's keys once and holds them until it ends, ten minutes at the longest (jobs.ts). So a new
 * version is left alone this long before anything is sealed with it by us, and an old one this long after its last use.
 */
export const SETTLE_MS = 15 * 60_000

/** The steps of a rotation in their order; the cursor says which one it is in and how far: `reseal <player>`. */
const STEPS = ['make', 'settle', 'reseal', 'rest', 'remove'] as const
type Step = (typeof STEPS)[number]

interface Run {
  rotation: Rotation
  outcome: Outcome
  settleMs: number
  tell: Tell
}

/**
 * Gives every player a new data key, seals all their values with it and removes the old one: new versions first, which
 * write from then on; then, when nobody can hold keys from before, the values; then, when nobody can hold values from before,
 * the old versions that nothing uses. Goes on with a run that was stopped, at the step where it was.
 */
export async function rotateDataKeys(tell: Tell, settleMs: number = SETTLE_MS): Promise<DataOutcome> {
  const rotation = await openRun()
  const run: Run = { rotation, outcome: { done: rotation.done, stuck: 0 }, settleMs, tell }
  const [at = 'make', after = null] = rotation.cursor?.split(' ') ?? []
  const first = Math.max(0, STEPS.indexOf(at as Step))
  for (const [place, step] of STEPS.entries())
    if (place >= first) await takeStep(run, step, place === first ? after : null)
  const { withOldVersions } = await countDataKeys(db())
  // What does not open stays for good; what somebody wrote meanwhile is for the next run of this rotation.
  if (withOldVersions === 0 || run.outcome.stuck > 0) await finishRotation(db(), rotation)
  else await saveCursor(db(), rotation, 'reseal')
  return { ...run.outcome, left: withOldVersions }
}

/** The run that was stopped, or a new one named after its beginning. */
async function openRun(): Promise<Rotation> {
  const stopped = await findUnfinished(db(), 'data')
  return stopped ?? beginRotation(db(), { kind: 'data', target: await timeIn(db(), 0) })
}

async function takeStep(run: Run, step: Step, after: string | null): Promise<void> {
  switch (step) {
    case 'make':
      return makeVersions(run, after)
    case 'reseal':
      return eachPlayer(run, step, after, resealPlayer)
    case 'remove':
      return eachPlayer(run, step, after, removeVersions)
    default:
      return settle(run, step, after)
  }
}

async function makeVersions(run: Run, from: string | null): Promise<void> {
  const { rotation } = run
  for (let after = from; ; ) {
    const keys = await listKeysBefore(db(), rotation.startedAt, after, BATCH)
    for (const { playerId, version } of keys) {
      const wrapped = wrapDataKey(env().dataKeys, playerId, version + 1, newDataKey())
      const next = { ...wrapped, version: version + 1 }
      if (await insertNextDataKey(db(), rotation, playerId, next)) run.outcome.done += 1
    }
    after = keys.at(-1)?.playerId ?? null
    if (after === null) return
    await keepPlace(run, 'make', after, 'new_data_keys')
  }
}

async function settle({ rotation, outcome, settleMs, tell }: Run, step: Step, since: string | null) {
  const until = since ?? (await timeIn(db(), settleMs))
  await saveCursor(db(), rotation, `${step} ${until}`)
  for (;;) {
    const waitMs = await msUntil(db(), until)
    if (waitMs === 0) return
    tell({ step: 'settling', done: outcome.done, waitMs })
    await sleep(Math.min(waitMs, LOOK_MS))
  }
}

async function eachPlayer(
  run: Run,
  step: 'reseal' | 'remove',
  from: string | null,
  work: (run: Run, playerId: string) => Promise<void>,
): Promise<void> {
  await saveCursor(db(), run.rotation, from === null ? step : `${step} ${from}`)
  for (let after = from; ; ) {
    const players = await listPlayersWithOldKeys(db(), after, BATCH)
    for (const playerId of players) await work(run, playerId)
    after = players.at(-1) ?? null
    if (after === null) return
    await keepPlace(run, step, after, step === 'reseal' ? 'resealing' : 'removing')
  }
}

async function keepPlace(
  { rotation, outcome, tell }: Run,
  step: Step,
  after: string,
  name: Progress['step'],
) {
  await saveCursor(db(), rotation, `${step} ${after}`)
  tell({ step: name, done: outcome.done })
}

/** Seals what is under an old version with the newest one, value by value. Nothing of an erased player is left to do. */
async function resealPlayer(run: Run, playerId: string): Promise<void> {
  const keys = await listDataKeys(db(), playerId)
  const newest = keys[0]?.version
  if (newest === undefined) return
  const vault = openKeys(playerId, keys)
  if (vault === null) {
    run.outcome.stuck += 1
    return
  }
  for (const at of await listColumnsBelow(db(), SEALED_COLUMNS, playerId, newest))
    await resealColumn(run, at, vault, newest)
}

function openKeys(...of: Parameters<typeof vaultFrom>): Vault | null {
  try {
    return vaultFrom(...of)
  } catch (error) {
    if (isAppError(error, 'seal_failed')) return null
    throw error
  }
}

async function resealColumn(run: Run, at: SealedColumn, vault: Vault, newest: number): Promise<void> {
  const { playerId } = vault
  for (let after: string | null = null; ; ) {
    const rows: { rowId: string; sealed: Buffer }[] = await listSealedBelow(
      db(),
      at,
      playerId,
      newest,
      after,
      ROWS,
    )
    for (const row of rows) {
      const made = resealed(at, vault, row)
      if (made === null) run.outcome.stuck += 1
      else if (await replaceSealed(db(), run.rotation, at, playerId, row, made)) run.outcome.done += 1
    }
    after = rows.at(-1)?.rowId ?? null
    if (after === null) return
  }
}

function resealed(at: SealedColumn, vault: Vault, row: { rowId: string; sealed: Buffer }): Buffer | null {
  try {
    const opened = vault.open(at.table, at.column, row.rowId, row.sealed)
    return vault.seal(at.table, at.column, row.rowId, opened)
  } catch (error) {
    if (isAppError(error, 'seal_failed')) return null
    throw error
  }
}

async function removeVersions(_run: Run, playerId: string): Promise<void> {
  const [newest] = await listDataKeys(db(), playerId)
  if (newest !== undefined) await deleteUnusedKeys(db(), SEALED_COLUMNS, playerId, newest.version)
}
