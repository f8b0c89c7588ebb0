import 'server-only'
import { mkdir, open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { Certificate } from './certificate'

// The erasure ledger outside the database: one signed certificate per line. A backup of the database that knows nothing of
// an erasure is erased again from here. Lines are only ever added.

const file = () => path.resolve(/*turbopackIgnore: true*/ env().erasureLedger)

/** Adds certificates and waits until they are on disk. Throws when they cannot be. */
export async function appendToLedger(certificates: readonly Certificate[]): Promise<void> {
  if (certificates.length === 0) return
  await mkdir(path.dirname(file()), { recursive: true, mode: 0o700 })
  const handle = await open(/*turbopackIgnore: true*/ file(), 'a', 0o600)
  try {
    // A line that a crash cut short must not swallow the next one.
    // Whole or not at all: `write` takes what fits on a full disk and calls it done.
    await handle.appendFile(certificates.map((one) => `\n${JSON.stringify(one)}\n`).join(''))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * The certificates of the ledger, oldest first, one per person; empty when there is no file yet. Throws `state_conflict`
 * for a line that is none: somebody is to look at it before anybody is served.
 */
export async function readLedger(): Promise<Map<string, Certificate>> {
  const lines = (await readText()).split('\n').filter((line) => line.trim() !== '')
  const found = new Map<string, Certificate>()
  lines.forEach((line, place) => {
    const parsed = parseLine(line)
    if (parsed === null) {
      if (isCutShort(line)) return
      throw new AppError('state_conflict', `erasure ledger: entry ${place + 1} is not a certificate`)
    }
    if (!found.has(parsed.certificate.person)) found.set(parsed.certificate.person, parsed)
  })
  return found
}

function parseLine(line: string): Certificate | null {
  try {
    return Certificate.parse(JSON.parse(line))
  } catch {
    return null
  }
}

/** What a crash left of an entry whose erasure never became true: it was written before the database said yes. */
function isCutShort(line: string): boolean {
  return line.startsWith('{"certificate":{"schema":"ante-erasure-certificate/1"') && !line.endsWith('}}')
}

async function readText(): Promise<string> {
  try {
    return await readFile(/*turbopackIgnore: true*/ file(), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}
