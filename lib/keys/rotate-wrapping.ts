import 'server-only'
import { db } from '@/db/client'
import {
  beginRotation,
  finishRotation,
  listWrappedElsewhere,
  replaceWrapped,
  saveCursor,
  type WrappedRow,
} from '@/db/queries/keys'
import { unwrapDataKey, wrapDataKey } from '@/lib/crypto/data-key'
import { env } from '@/lib/env'
import { isAppError } from '@/lib/errors'
import type { Outcome, Tell } from './types'

const BATCH = 100

/**
 * Wraps every data key with the writing key of DATA_KEYS that another key wraps. What is sealed stays as it is. A row that
 * does not open stays too and is counted as stuck.
 */
export async function rotateWrapping(tell: Tell): Promise<Outcome> {
  const ring = env().dataKeys
  const rotation = await beginRotation(db(), { kind: 'wrapping', target: ring.writeId })
  let { cursor, done } = rotation
  let stuck = 0
  for (;;) {
    const rows = await listWrappedElsewhere(db(), ring.writeId, cursor, BATCH)
    for (const row of rows) {
      const made = rewrap(row)
      if (made === null) stuck += 1
      else if (await replaceWrapped(db(), rotation, row, made)) done += 1
    }
    const last = rows.at(-1)
    if (last === undefined) break
    cursor = `${last.playerId}:${last.version}`
    await saveCursor(db(), rotation, cursor)
    tell({ step: 'wrapping', done })
  }
  return { done: await finishRotation(db(), rotation), stuck }
}

function rewrap({ playerId, version, ...stored }: WrappedRow) {
  const ring = env().dataKeys
  try {
    return wrapDataKey(ring, playerId, version, unwrapDataKey(ring, playerId, version, stored))
  } catch (error) {
    if (isAppError(error, 'seal_failed')) return null
    throw error
  }
}
