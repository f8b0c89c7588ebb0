import { describe, expect, it } from 'vitest'
import { db } from '@/db/client'
import { deleteEndedStaff } from '@/db/queries/staff-sessions'
import { openFreshDatabase } from '@/db/testing/database'
import { readSession } from '@/lib/auth/session'
import { sha256 } from '@/lib/crypto/tokens'
import { FRESH_FACTOR, needsFactor, PERMISSIONS } from './permissions'
import {
  leave,
  leaveEverywhere,
  listOwnSessions,
  openStaffSession,
  readStaffSession,
  revokeOwnSession,
} from './sessions'
import { changeRoles, disable, enable, endSessionsOf } from './team'
import { makeStaff } from './testing'

// ID-05 and ID-06: how long a session counts, and what ends it at once.

await openFreshDatabase()
const OPERATOR = { id: 'console', roles: ['operator'] } as const
const PLACE = { address: '127.0.0.1', browser: 'a test' }

const set = (token: string, change: string) =>
  db().execute(`update staff_sessions set ${change} where token_hash = '\\x${sha256(token).toString('hex')}'`)

describe('a session', () => {
  it('is a token of 256 bits whose hash alone is stored', async () => {
    const { token } = await makeStaff(['viewer'])
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const rows = await db().execute('select * from staff_sessions')
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(await readSession(token)).toBeNull() // nobody's as a player
  })

  it('ends after 15 quiet minutes', async () => {
    const { token } = await makeStaff(['viewer'])
    await set(token, "last_seen_at = now() - interval '14 minutes 50 seconds'")
    expect(await readStaffSession(token)).not.toBeNull() // and is seen now
    expect(await readStaffSession(token)).not.toBeNull()
    await set(token, "last_seen_at = now() - interval '15 minutes 1 second'")
    expect(await readStaffSession(token)).toBeNull()
  })

  it('is not kept alive by a page that only asks for news', async () => {
    const { token } = await makeStaff(['viewer'])
    await set(token, "last_seen_at = now() - interval '10 minutes'")
    await readStaffSession(token, { isSeen: false })
    await set(token, "last_seen_at = last_seen_at - interval '6 minutes'")
    expect(await readStaffSession(token)).toBeNull()
  })

  it('ends after 8 hours, however busy', async () => {
    const { token } = await makeStaff(['viewer'])
    const [row] = await db().execute(
      `select extract(epoch from expires_at - created_at)::float as life from staff_sessions
       where token_hash = '\\x${sha256(token).toString('hex')}'`,
    )
    expect(Number(row?.life)).toBeCloseTo(8 * 3600, -1)
    await set(token, "expires_at = now() - interval '1 second'")
    expect(await readStaffSession(token)).toBeNull()
  })

  it('ends with the account, at the next request', async () => {
    const staff = await makeStaff(['viewer'])
    await disable(OPERATOR, staff.id)
    expect(await readStaffSession(staff.token)).toBeNull()
    await enable(OPERATOR, staff.id)
    expect(await readStaffSession(staff.token)).toBeNull() // a new sign-in is needed
  })

  it('has the roles of this moment', async () => {
    const staff = await makeStaff(['lead'])
    await changeRoles(OPERATOR, staff.id, ['viewer'])
    expect(await readStaffSession(staff.token)).toMatchObject({ roles: ['viewer'] })
  })

  it('ends by hand: here, elsewhere, everywhere, or by an operator', async () => {
    const staff = await makeStaff(['viewer'])
    const other = await openStaffSession(db(), staff.id, PLACE)
    const listed = await listOwnSessions(staff)
    expect(listed).toHaveLength(2)
    expect(listed.find(({ isCurrent }) => isCurrent)?.id).toBe(staff.sessionId)
    const elsewhere = listed.find(({ isCurrent }) => !isCurrent)?.id ?? ''
    await revokeOwnSession(staff, elsewhere)
    expect(await readStaffSession(other)).toBeNull()
    await leave(staff)
    expect(await readStaffSession(staff.token)).toBeNull()

    const [one, two] = [
      await openStaffSession(db(), staff.id, PLACE),
      await openStaffSession(db(), staff.id, PLACE),
    ]
    await leaveEverywhere(staff)
    expect([await readStaffSession(one), await readStaffSession(two)]).toEqual([null, null])
    const third = await openStaffSession(db(), staff.id, PLACE)
    await endSessionsOf(OPERATOR, staff.id)
    expect(await readStaffSession(third)).toBeNull()
  })

  it('of somebody else cannot be ended', async () => {
    const [staff, stranger] = [await makeStaff(['viewer']), await makeStaff(['viewer'])]
    await expect(revokeOwnSession(stranger, staff.sessionId)).rejects.toThrow('not_found')
    expect(await readStaffSession(staff.token)).not.toBeNull()
  })

  it('that ended is swept, with questions, links and counters', async () => {
    const { token } = await makeStaff(['viewer'])
    await set(token, "expires_at = now() - interval '2 hours'")
    expect(await deleteEndedStaff(db(), new Date(Date.now() - 3_600_000))).toBeGreaterThanOrEqual(1)
    expect(await deleteEndedStaff(db(), new Date(Date.now() - 3_600_000))).toBe(0)
  })
})

describe('a factor', () => {
  const old = new Date(Date.now() - 5 * 60_000 - 1000)
  const fresh = new Date(Date.now() - 4 * 60_000)

  it('must be at most five minutes old for what cannot be taken back', () => {
    const asked = [
      'case.reveal',
      'case.export',
      'team.change',
      'connection.change',
      'account.change',
    ] as const
    for (const permission of asked) {
      expect(FRESH_FACTOR.has(permission)).toBe(true)
      expect(needsFactor(permission, old)).toBe(true)
      expect(needsFactor(permission, fresh)).toBe(false)
    }
  })

  it('is not asked for to look', () => {
    for (const permission of PERMISSIONS.filter((name) => name.endsWith('.view')))
      expect(needsFactor(permission, old), permission).toBe(false)
  })
})
