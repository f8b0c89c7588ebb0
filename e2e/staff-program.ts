import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { closePool, db } from '@/db/client'
import { STAFF_ROLES } from '@/lib/actor'
import { invite } from '@/lib/staff/invites'
import { makeStaff } from '@/lib/staff/testing'
import { openVault } from '@/lib/vault'

// Run by e2e/staff.ts as a process of its own, with the settings of the app under test: makes somebody of the staff, with
// `--invite` a one-time link, or with `--call` gives the documents of an attempt a name that no sandbox writes.

const [name = '', ...names] = process.argv.slice(2)
const roles = STAFF_ROLES.filter((role) => names.includes(role))
process.stdout.write(JSON.stringify(await answer()))
await closePool()

function answer() {
  if (name === '--call') return callThem(names[0] ?? '', names[1] ?? '')
  return name === '--invite' ? makeLink() : makeSomebody()
}

async function callThem(verificationId: string, called: string) {
  const rows = await db().execute<{ id: string; playerId: string }>(sql`
    select f.id, f.player_id as "playerId" from facts f
    join documents d on d.player_id = f.player_id and d.id = f.document_id
    where d.verification_id = ${verificationId}::uuid and f.name = 'name'`)
  for (const { id, playerId } of rows) {
    const vault = await openVault(db(), playerId)
    const sealed = vault.seal('facts', 'value_sealed', id, called)
    await db().execute(
      sql`update facts set value_sealed = ${sealed} where player_id = ${playerId}::uuid and id = ${id}::uuid`,
    )
  }
  return { changed: rows.length }
}

async function makeSomebody() {
  const { id, email, token } = await makeStaff(roles, name)
  return { id, email, token }
}

async function makeLink() {
  const email = `staff-${randomUUID()}@example.invalid`
  const link = await invite({ id: 'console', roles: ['operator'] }, email, roles)
  return { email, link: link.pathname }
}
