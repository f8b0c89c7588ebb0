import { closePool } from '@/db/client'
import { isAppError } from '@/lib/errors'
import { errorName } from '@/lib/log'
import { invite, inviteFirst } from '@/lib/staff/invites'
import { EmailField, RolesField } from '@/lib/staff/types'

// The command behind `npm run staff:invite`. Whoever may run commands on the server is an operator.

const CONSOLE = { id: 'console', roles: ['operator'] } as const

async function main(args: string[]): Promise<number> {
  try {
    return args[0] === '--first' && args.length === 1 ? await tellFirst() : await tellInvited(args)
  } catch (error) {
    if (isAppError(error)) return tell(`No link was made: ${error.message}`, 2)
    return tell(`The command failed (${errorName(error)}).`, 2)
  } finally {
    await closePool()
  }
}

async function tellFirst(): Promise<number> {
  const link = await inviteFirst()
  if (link === null)
    return tell('Somebody manages the team already: ask them, or name an address; see --help.', 1)
  return tell(link.href, 0)
}

async function tellInvited([address, ...names]: string[]): Promise<number> {
  const email = EmailField.safeParse(address)
  const roles = RolesField.safeParse(names)
  if (!email.success || !roles.success)
    return tell('Needed: an e-mail address and one or more roles; see --help.', 2)
  return tell((await invite(CONSOLE, email.data, roles.data)).href, 0)
}

function tell(sentence: string, code: number): number {
  process.stdout.write(`${sentence}\n`)
  return code
}

process.exitCode = await main(process.argv.slice(2))
