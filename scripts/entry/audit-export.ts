import { once } from 'node:events'
import { open, rename, rm } from 'node:fs/promises'
import { closePool } from '@/db/client'
import { type ExportCounts, exportAudit } from '@/lib/audit/export'
import { errorName } from '@/lib/log'

// The command behind `npm run audit:export`: to a file, or with - to standard output.

const PROGRESS_LENGTH = 64 * 1024 * 1024

async function main([target, ...more]: string[]): Promise<number> {
  if (target === undefined || more.length > 0) return complain('Needed: one file to write to; see --help.')
  if (target === '-') {
    await exportAudit(writeOut)
    return 0
  }
  const counts = await exportToFile(target)
  const { events, chains, checkpoints } = counts
  process.stdout.write(`${events} events in ${chains} chains and ${checkpoints} checkpoints: ${target}\n`)
  return 0
}

/** The file appears under its name when it is whole. */
async function exportToFile(target: string): Promise<ExportCounts> {
  const draft = `${target}.${process.pid}.draft`
  const file = await open(draft, 'wx', 0o600)
  const tell = showProgress()
  try {
    const counts = await exportAudit(async (text) => {
      await file.writeFile(text)
      tell(text.length)
    })
    await file.sync()
    await rename(draft, target)
    return counts
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

async function writeOut(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}

function showProgress(): (length: number) => void {
  let written = 0
  return (length) => {
    const before = Math.floor(written / PROGRESS_LENGTH)
    written += length
    if (Math.floor(written / PROGRESS_LENGTH) > before)
      process.stderr.write(`${Math.round(written / 1024 / 1024)} MB written\n`)
  }
}

function complain(sentence: string): number {
  process.stderr.write(`${sentence}\n`)
  return 2
}

process.stdout.on('error', () => process.exit(2)) // whoever read it is gone
try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.exitCode = complain(`The export failed: ${errorName(error)}`)
} finally {
  await closePool()
}
