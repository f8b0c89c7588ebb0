import { readSettings, SettingsError } from '@/lib/env'

// Validates the settings before anything starts: one line per problem on stderr, or one JSON line on stdout.

// The embedded database has no address yet when this runs; its launcher sets it before anything connects.
const LATER = { DATABASE_URL: 'postgres://embedded.invalid/ante' }

try {
  const source = process.env.ANTE_DATABASE === 'embedded' ? { ...LATER, ...process.env } : process.env
  const { usesSandbox, appUrl, port, host, sandboxPort, smtpUrl, appEnv } = readSettings(source)
  const mail = smtpUrl !== null ? 'smtp' : appEnv === 'production' ? 'none' : 'mailbox'
  process.stdout.write(
    `${JSON.stringify({ usesSandbox, appUrl: appUrl.origin, port, host, sandboxPort, mail, appEnv })}\n`,
  )
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  for (const problem of error.problems) process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}
