import { closePool } from '@/db/client'
import { STAFF_ROLES } from '@/lib/actor'
import { makeStaff } from '@/lib/staff/testing'

// Run by e2e/staff.ts as a process of its own, with the settings of the app under test: makes somebody of the staff.

const [name, ...roles] = process.argv.slice(2)
const known = STAFF_ROLES.filter((role) => roles.includes(role))
const { id, email, token } = await makeStaff(known, name)
process.stdout.write(JSON.stringify({ id, email, token }))
await closePool()
