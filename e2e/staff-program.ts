import { randomUUID } from 'node:crypto'
import { closePool } from '@/db/client'
import { STAFF_ROLES } from '@/lib/actor'
import { invite } from '@/lib/staff/invites'
import { makeStaff } from '@/lib/staff/testing'

// Run by e2e/staff.ts as a process of its own, with the settings of the app under test: makes somebody of the staff, or
// with `--invite` a one-time link.

const [name = '', ...names] = process.argv.slice(2)
const roles = STAFF_ROLES.filter((role) => names.includes(role))
process.stdout.write(JSON.stringify(name === '--invite' ? await makeLink() : await makeSomebody()))
await closePool()

async function makeSomebody() {
  const { id, email, token } = await makeStaff(roles, name)
  return { id, email, token }
}

async function makeLink() {
  const email = `staff-${randomUUID()}@example.invalid`
  const link = await invite({ id: 'console', roles: ['operator'] }, email, roles)
  return { email, link: link.pathname }
}
