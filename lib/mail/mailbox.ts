import 'server-only'
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { env } from '@/lib/env'

// Mail of a development machine: files under .data/mailbox, shown on /dev/mailbox. Never in production.

const KEPT = 50
const Mail = z.object({
  id: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  at: z.string(),
})
export type Mail = z.output<typeof Mail>

const directory = () => path.resolve(/*turbopackIgnore: true*/ process.env.MAILBOX_DIR ?? '.data/mailbox')

/** True when mail goes to the mailbox page: not production, and no SMTP server configured. */
export function mailboxOpen(): boolean {
  return env().appEnv !== 'production' && env().smtpUrl === null
}

/** Keeps a mail for the developer and drops the oldest beyond fifty. */
export async function putMail(mail: { to: string; subject: string; text: string }): Promise<void> {
  if (!mailboxOpen()) throw new Error('the mailbox exists only in development')
  await mkdir(directory(), { recursive: true, mode: 0o700 })
  const at = new Date().toISOString()
  const id = `${at.replace(/\D/g, '')}-${randomUUID()}`
  await writeFile(
    path.join(/*turbopackIgnore: true*/ directory(), `${id}.json`),
    JSON.stringify({ ...mail, id, at }),
    { mode: 0o600 },
  )
  const names = await mailNames()
  await Promise.all(
    names
      .slice(KEPT)
      .map((name) => rm(path.join(/*turbopackIgnore: true*/ directory(), name), { force: true })),
  )
}

/** Mails kept, newest first; empty when the mailbox is closed. */
export async function listMails(): Promise<Mail[]> {
  if (!mailboxOpen()) return []
  const names = await mailNames()
  const texts = await Promise.all(
    names.map((name) =>
      readFile(path.join(/*turbopackIgnore: true*/ directory(), name), 'utf8').catch(() => ''),
    ),
  )
  return texts.flatMap((text) => {
    const parsed = text === '' ? null : Mail.safeParse(JSON.parse(text))
    return parsed?.success ? [parsed.data] : []
  })
}

async function mailNames(): Promise<string[]> {
  const names = await readdir(directory()).catch(() => [])
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .reverse()
}
