import 'server-only'
import { db } from '@/db/client'
import { listErasures, listUnerased } from '@/db/queries/rights'
import { AppError } from '@/lib/errors'
import { log } from '@/lib/log'
import { Certificate, isOurs } from './certificate'
import { eraseAgain } from './erase'
import { appendToLedger, readLedger } from './ledger'

// After an older backup was restored: whoever was erased since is erased again before anything is read (OP-05).

const BATCH = 1000

interface ReplayOptions {
  /** Acts on entries whose signature is not of our present key too; an operator decides that by hand. */
  trustAll?: boolean
}

// Kept on globalThis because the web process holds this module twice: in its listener and in the app behind it.
const holder = globalThis as { anteErasuresReplayed?: boolean }

/** True once this process has replayed the ledger; until then it is not ready. */
export function erasuresReplayed(): boolean {
  return holder.anteErasuresReplayed === true
}

/** The database was away and may be another one now. */
export function forgetReplay(): void {
  holder.anteErasuresReplayed = false
}

/**
 * Brings ledger and database together: erases again whom the ledger names and the database has, and adds to the ledger what
 * only the database knows. Safe beside other processes. Throws `state_conflict` when an entry to act on is not signed by
 * us, or is damaged: nobody is served until somebody has looked.
 */
export async function replayErasures({
  trustAll = false,
}: ReplayOptions = {}): Promise<{ erased: number; added: number }> {
  const ledger = await readLedger()
  const waiting = await findWaiting([...ledger.keys()])
  const certificates = waiting.flatMap((id) => ledger.get(id) ?? [])
  const foreign = certificates.filter((one) => !isOurs(one)).length
  if (foreign > 0 && !trustAll)
    throw new AppError(
      'state_conflict',
      `erasure ledger: ${foreign} entries to act on are not signed by our key`,
    )
  let erased = 0
  for (const one of certificates) if (await eraseAgain(one)) erased += 1
  const added = await addMissing(ledger)
  holder.anteErasuresReplayed = true
  if (erased + added > 0) log.warn({ event: 'erasures.replayed', count: erased })
  return { erased, added }
}

async function findWaiting(ids: string[]): Promise<string[]> {
  const found: string[] = []
  for (let start = 0; start < ids.length; start += BATCH)
    found.push(...(await listUnerased(db(), ids.slice(start, start + BATCH))))
  return found
}

async function addMissing(ledger: ReadonlyMap<string, Certificate>): Promise<number> {
  const missing = (await listErasures(db())).filter(({ playerId }) => !ledger.has(playerId))
  await appendToLedger(missing.map(({ certificate }) => Certificate.parse(JSON.parse(certificate))))
  return missing.length
}
