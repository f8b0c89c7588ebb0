import { TOTP } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { db } from '@/db/client'
import { openFreshDatabase } from '@/db/testing/database'
import type { StaffRole } from '@/lib/actor'
import { env } from '@/lib/env'
import { newAuthenticator } from './authenticator.testing'
import {
  askJoinPasskey,
  invite,
  inviteBack,
  inviteFirst,
  joinByPasskey,
  joinByPassword,
  readInvite,
} from './invites'
import { readStaffSession } from './sessions'
import { changeRoles, disable, enable, endSessionsOf, readTeam, withdrawInvite } from './team'
import { makeStaff } from './testing'

// ID-07: nobody is there until the console's link was used, and then it is gone; the last operator stays.

await openFreshDatabase()
const OPERATOR = { id: 'console', roles: ['operator'] } as const
const PLACE = { address: '127.0.0.1', browser: 'a test' }
const PASSWORD = 'seven small boats at dawn'
const tokenOf = (link: URL | null) => link?.pathname.split('/').at(-1) ?? ''

async function joinWithPasskey(token: string, profile = { name: 'Ravi', email: 'ravi@example.invalid' }) {
  const asked = await askJoinPasskey(token, profile)
  if (asked === null) return { kind: 'over' as const }
  const passkey = newAuthenticator()
  const answer = passkey.make(asked.options)
  return joinByPasskey({ token, profile, asked: asked.token, answer }, PLACE)
}

async function joinWithCode(token: string, change: object = {}) {
  const secret = (await readInvite(token))?.totpSecret ?? ''
  const code = new TOTP({ secret }).generate()
  const profile = { name: 'Meera', email: 'meera@example.invalid' }
  return joinByPassword({ token, profile, password: PASSWORD, code, ...change }, PLACE)
}

describe('a new installation', () => {
  it('has nobody; one printed link makes the first operator and then no link does', async () => {
    expect(await db().execute('select * from staff')).toHaveLength(0)
    const printed = await inviteFirst()
    const again = await inviteFirst()
    expect(await readInvite(tokenOf(printed))).toBeNull() // the newer one counts
    const token = tokenOf(again)
    expect(await readInvite(token)).toMatchObject({ email: null, roles: ['operator'], isWayBack: false })
    expect(await readInvite(token)).not.toBeNull() // looking uses nothing up

    const joined = await joinWithPasskey(token)
    if (joined.kind !== 'joined') throw new Error(joined.kind)
    expect(await readStaffSession(joined.token)).toMatchObject({ name: 'Ravi', roles: ['operator'] })
    expect(await readInvite(token)).toBeNull()
    expect(await joinWithPasskey(token)).toEqual({ kind: 'over' })
    expect(await inviteFirst()).toBeNull()
  })

  it('keeps its last operator', async () => {
    const [first] = (await readTeam(OPERATOR)).members
    if (first === undefined) throw new Error('nobody')
    const self = { id: first.id, roles: ['operator'] as StaffRole[] }
    await expect(disable(self, first.id)).rejects.toThrow('last operator')
    await expect(changeRoles(self, first.id, ['lead'])).rejects.toThrow('last operator')
    const second = await makeStaff(['operator'])
    await changeRoles(self, first.id, ['lead']) // there is another one now
    await expect(disable(OPERATOR, second.id)).rejects.toThrow('last operator')
    await changeRoles(OPERATOR, first.id, ['operator'])
  })

  it('lets two operators not remove each other at once', async () => {
    const members = (await readTeam(OPERATOR)).members.filter(({ roles }) => roles.includes('operator'))
    expect(members).toHaveLength(2)
    const outcomes = await Promise.allSettled(members.map(({ id }) => disable(OPERATOR, id)))
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('an operator who was shut out, or is none any more', () => {
  it('does nothing to the team by what had begun before', async () => {
    const [victim, keeper] = [await makeStaff(['viewer']), await makeStaff(['operator'])]
    for (const end of [
      (id: string) => disable(OPERATOR, id),
      (id: string) => changeRoles(OPERATOR, id, ['viewer']),
    ]) {
      const former = await makeStaff(['operator'])
      await end(former.id)
      for (const act of [
        () => invite(former, 'accomplice@example.invalid', ['operator']),
        () => inviteBack(former, victim.id),
        () => changeRoles(former, former.id, ['operator']),
        () => disable(former, keeper.id),
        () => enable(former, former.id),
        () => endSessionsOf(former, keeper.id),
      ])
        await expect(act()).rejects.toMatchObject({ code: 'forbidden' })
    }
    expect((await readTeam(OPERATOR)).invites.map(({ email }) => email)).not.toContain(
      'accomplice@example.invalid',
    )
  })
})

describe('a link', () => {
  const link = async (email: string, ...roles: StaffRole[]) => tokenOf(await invite(OPERATOR, email, roles))

  it('works once, for the address it was made for, with its roles', async () => {
    const token = await link('invited@example.invalid', 'reviewer')
    const outcomes = await Promise.all([joinWithCode(token), joinWithPasskey(token)])
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['joined', 'over'])
    const { members } = await readTeam(OPERATOR)
    expect(members.filter(({ email }) => email === 'invited@example.invalid')).toMatchObject([
      { roles: ['reviewer'] },
    ])
  })

  it('stays when password or code do not do', async () => {
    const token = await link('careful@example.invalid', 'viewer')
    expect(await joinWithCode(token, { password: 'grove tin lamp' })).toMatchObject({
      problem: 'weak_password',
    })
    expect(await joinWithCode(token, { code: '000000' })).toMatchObject({ problem: 'code_wrong' })
    expect(await joinWithCode(token)).toMatchObject({ kind: 'joined' })
  })

  it('ends by a newer one, when it is taken back, and with time', async () => {
    const old = await link('often@example.invalid', 'viewer')
    const token = await link('often@example.invalid', 'viewer')
    expect(await readInvite(old)).toBeNull()
    const [open] = (await readTeam(OPERATOR)).invites
    expect(open).toMatchObject({ email: 'often@example.invalid', roles: ['viewer'] })
    await withdrawInvite(OPERATOR, open?.staffId ?? '')
    expect(await joinWithCode(token)).toEqual({ kind: 'over' })
    const late = await link('late@example.invalid', 'viewer')
    await db().execute("update staff_invites set expires_at = now() - interval '1 second'")
    expect(await joinWithCode(late)).toEqual({ kind: 'over' })
  })

  it('back ends what was signed in with before and keeps the roles', async () => {
    const token = await link('lost@example.invalid', 'lead')
    const first = await joinWithCode(token)
    if (first.kind !== 'joined') throw new Error(first.kind)
    const staff = await readStaffSession(first.token)
    const back = tokenOf(await inviteBack(OPERATOR, staff?.id ?? ''))
    expect(await readInvite(back)).toMatchObject({ isWayBack: true, name: 'Meera', roles: ['lead'] })
    expect(await joinWithPasskey(back)).toMatchObject({ kind: 'joined' })
    expect(await readStaffSession(first.token)).toBeNull()
    const { members } = await readTeam(OPERATOR)
    expect(members.find(({ id }) => id === staff?.id)).toMatchObject({
      roles: ['lead'],
      hasPassword: false,
      passkeys: 1,
      email: 'lost@example.invalid',
    })
  })

  it('leads nobody back in who was shut out', async () => {
    const staff = await makeStaff(['viewer'])
    const back = tokenOf(await inviteBack(OPERATOR, staff.id))
    await disable(OPERATOR, staff.id)
    expect(await readInvite(back)).toBeNull()
    await expect(inviteBack(OPERATOR, staff.id)).rejects.toThrow('disabled')
    await expect(invite(OPERATOR, staff.email, ['operator'])).rejects.toThrow('disabled')
  })

  it('is a way back under another AUTH_SECRET too, where names cannot be read any more', async () => {
    const staff = await makeStaff(['auditor'])
    const settings = env() as { authSecret: string }
    const before = settings.authSecret
    const open = await link('open@example.invalid', 'viewer')
    settings.authSecret = 'another secret of at least 32 characters'
    expect(await readInvite(open)).toBeNull()
    const back = tokenOf(await inviteBack(OPERATOR, staff.id))
    expect(await readInvite(back)).toMatchObject({ email: null, name: null, isWayBack: true })
    expect((await joinWithPasskey(back, { name: 'Nandini', email: 'new@example.invalid' })).kind).toBe(
      'joined',
    )
    const { members } = await readTeam(OPERATOR)
    expect(members.find(({ id }) => id === staff.id)).toMatchObject({ email: 'new@example.invalid' })
    settings.authSecret = before
  })

  it('does not outlive the right of whoever made it', async () => {
    for (const end of [disable, (actor: typeof OPERATOR, id: string) => changeRoles(actor, id, ['viewer'])]) {
      const leaving = await makeStaff(['operator'])
      const token = tokenOf(await invite(leaving, `friend-of-${leaving.email}`, ['operator']))
      expect(await readInvite(token)).not.toBeNull()
      await end(OPERATOR, leaving.id)
      expect(await readInvite(token)).toBeNull()
    }
  })

  it('is made by operators alone', async () => {
    const lead = { id: 'x', roles: ['lead', 'reviewer', 'auditor', 'viewer'] as StaffRole[] }
    await expect(invite(lead, 'x@example.invalid', ['viewer'])).rejects.toThrow('forbidden')
    await expect(inviteBack(lead, 'x')).rejects.toThrow('forbidden')
  })
})
