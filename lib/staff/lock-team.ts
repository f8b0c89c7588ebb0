import 'server-only'
import type { Db } from '@/db/client'
import { lockOperators } from '@/db/queries/staff'
import type { StaffActor } from '@/lib/actor'
import { AppError } from '@/lib/errors'
import { requirePermission } from './permissions'

/** The server's own commands act under this name; nobody of the staff has it. */
export const CONSOLE_ID = 'console'

/**
 * Begins a change of the team: the ids of active operators, locked, so that changes wait for each other and whoever was shut out
 * or lost the role meanwhile changes nothing. Throws AppError `forbidden`.
 */
export async function lockTeam(tx: Db, actor: StaffActor): Promise<string[]> {
  requirePermission(actor, 'team.change')
  const operators = await lockOperators(tx)
  if (actor.id !== CONSOLE_ID && !operators.includes(actor.id)) throw new AppError('forbidden', 'team.change')
  return operators
}
