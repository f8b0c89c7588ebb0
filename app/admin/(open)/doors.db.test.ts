import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { db } from '@/db/client'
import { openFreshDatabase } from '@/db/testing/database'
import { openSession, readSession } from '@/lib/auth/session'
import { addressKey, countUse } from '@/lib/rate-limit'
import { makeRecoveryCodes } from '@/lib/staff/account'
import { inviteFirst, readInvite } from '@/lib/staff/invites'
import { triesKey } from '@/lib/staff/known-browser'
import { makeStaff } from '@/lib/staff/testing'
import { makePlayer } from '@/lib/verification/testing'

// What the doors do with a request: where they lead to, which cookie they give, how often they may be tried.

const browser = vi.hoisted(() => ({
  cookies: new Map<string, string>(),
  set: [] as [string, string, Record<string, unknown>][],
  address: '203.0.113.7',
}))

class Went extends Error {}

vi.mock('next/headers', () => ({
  cookies: async () => ({
    get: (name: string) => {
      const value = browser.cookies.get(name)
      return value === undefined ? undefined : { name, value }
    },
    set: (...args: [string, string, Record<string, unknown>]) => browser.set.push(args),
  }),
  headers: async () =>
    new Headers({
      'sec-fetch-site': 'same-origin',
      'x-forwarded-for': browser.address,
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
    }),
}))
vi.mock('next/navigation', async (original) => ({
  ...(await original<object>()),
  redirect: (to: string) => {
    throw new Went(to)
  },
  notFound: () => {
    throw new Went('404')
  },
}))

await openFreshDatabase()
const { toDeskPath } = await import('@/lib/auth/desk-path')
const { toBrowserName } = await import('@/lib/auth/place')
const { findStaffMember } = await import('@/lib/auth/staff-guards')
const { askForPasskey, signInWithPasskey, signInWithPassword } = await import('./sign-in/actions')
const { askForNewPasskey } = await import('../(desk)/account/actions')
const { beatCase, claimCase } = await import('../(desk)/cases/[id]/actions')
const { joinWithPassword } = await import('./setup/[token]/actions')

beforeEach(() => {
  browser.cookies.clear()
  browser.set.length = 0
})

async function send(action: (form: FormData) => Promise<void>, fields: Record<string, string>) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return action(form).then(
    () => 'stayed',
    (error: unknown) => {
      if (error instanceof Went) return error.message
      throw error
    },
  )
}

const SIGN_IN = { email: 'x@example.invalid', password: '', code: '123456', next: '/admin', way: 'password' }

describe('where a form goes on to', () => {
  it.each([
    ['/admin', '/admin'],
    ['/admin/queue?state=new&q=%2F', '/admin/queue?state=new&q=%2F'],
    ['http://localhost:3000/admin/team#x', '/admin/team'],
    ['https://evil.example.invalid/admin', '/admin'],
    ['//evil.example.invalid/admin', '/admin'],
    ['/\\evil.example.invalid/admin', '/admin'],
    ['\t//evil.example.invalid/admin', '/admin'],
    ['/admin/../me', '/admin'],
    ['/administrators', '/admin'],
    ['/verify', '/admin'],
    ['javascript:alert(1)//admin', '/admin'],
    ['', '/admin'],
    [`/admin/${'x'.repeat(2000)}`, '/admin'],
  ])('%j is %s', (text, path) => expect(toDeskPath(text)).toBe(path))
})

describe('signing in', () => {
  it('gives a strict cookie for eight hours, and the session knows browser and address', async () => {
    const staff = await makeStaff(['viewer'])
    const [code = ''] = await makeRecoveryCodes(staff)
    const to = await send(signInWithPassword, {
      ...SIGN_IN,
      email: ` ${staff.email.toUpperCase()} `,
      code,
      next: 'https://evil.example.invalid/admin',
      way: 'recovery',
    })
    expect(to).toBe('/admin')
    const [[name, token, options] = [], [known, mark] = []] = browser.set
    expect(known).toBe('__Host-ante-staff-known')
    expect(triesKey(staff.email, mark ?? '')).not.toBe(triesKey(staff.email, ''))
    expect(name).toBe('__Host-ante-staff')
    expect(options).toEqual({
      httpOnly: true,
      secure: true,
      sameSite: 'strict',
      path: '/',
      maxAge: 8 * 3600,
    })
    browser.cookies.set('__Host-ante-staff', token ?? '')
    expect(await findStaffMember()).toMatchObject({ id: staff.id })
    expect(toBrowserName('Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0')).toBe('Firefox on Linux')
  })

  it('is kept alive by what people do, not by the heartbeat of a page', async () => {
    const staff = await makeStaff(['reviewer'])
    browser.cookies.set('__Host-ante-staff', staff.token)
    const seenAgo = async () => {
      const rows = await db().execute<{ minutes: number }>(
        sql`select extract(epoch from now() - last_seen_at)::int / 60 as minutes from staff_sessions where id = ${staff.sessionId}::uuid`,
      )
      return rows[0]?.minutes
    }
    await db().execute(
      sql`update staff_sessions set last_seen_at = now() - interval '10 minutes' where id = ${staff.sessionId}::uuid`,
    )
    const id = randomUUID()
    expect(await beatCase({ id })).toEqual({ ok: false, code: 'not_found' })
    expect(await seenAgo()).toBe(10)
    expect(await claimCase({ id })).toEqual({ ok: false, code: 'not_found' })
    expect(await seenAgo()).toBe(0)
  })

  it('is not opened by the session of a player', async () => {
    const { token } = await openSession((await makePlayer()).id)
    expect(await readSession(token)).not.toBeNull()
    browser.cookies.set('__Host-ante-staff', token)
    expect(await findStaffMember()).toBeNull()
  })

  it('is refused after 20 tries in an hour from one address, whoever is meant, and not from another', async () => {
    browser.address = '2001:db8:1:2::1'
    for (let n = 0; n < 19; n += 1) await countUse('staff_password_address', addressKey(browser.address))
    expect(await send(signInWithPassword, SIGN_IN)).toContain('not_accepted')
    browser.address = '2001:db8:1:2:ffff::9' // the same /64
    expect(await send(signInWithPassword, { ...SIGN_IN, email: 'y@example.invalid' })).toBe(
      '/admin/sign-in?way=password&problem=too_many&next=%2Fadmin',
    )
    browser.address = '2001:db8:1:3::1'
    expect(await send(signInWithPassword, SIGN_IN)).toContain('not_accepted')
  })
})

describe('a character that the database does not take', () => {
  it('is a bad request wherever it stands, signed in or not', async () => {
    const key = { rawId: '', response: { clientDataJSON: '', authenticatorData: '', signature: '' } }
    const answer = { ...key, id: 'a\0b', clientExtensionResults: {}, type: 'public-key' }
    const asked = await askForPasskey({})
    expect(asked.ok).toBe(true)
    browser.cookies.set('__Host-ante-staff-asked', browser.set.at(-1)?.[1] ?? '')
    expect(await signInWithPasskey({ answer, next: '' })).toEqual({ ok: false, code: 'bad_request' })
    expect(await send(signInWithPassword, { ...SIGN_IN, code: '12\0' })).toBe('404')
    const staff = await makeStaff(['viewer'])
    browser.cookies.set('__Host-ante-staff', staff.token)
    expect(await askForNewPasskey({ label: 'a\0b' })).toEqual({ ok: false, code: 'bad_request' })
  })
})

describe('setting up', () => {
  it('keeps the link when something is wrong, and is not there for any other link', async () => {
    const token = (await inviteFirst())?.pathname.split('/').at(-1) ?? ''
    const fields = { token, name: 'Nandini', email: 'n@example.invalid', password: 'short', code: '123456' }
    const back = (problem: string) => `/admin/setup/${token}?problem=${problem}`
    expect(await send(joinWithPassword, { ...fields, email: 'nobody' })).toBe(back('bad_details'))
    expect(await send(joinWithPassword, fields)).toBe(back('weak_password'))
    expect(await readInvite(token)).not.toBeNull()
    expect(await send(joinWithPassword, { ...fields, token: 'another' })).toBe('404')
    expect(await send(joinWithPassword, { ...fields, role: 'operator' })).toBe('404') // no such field
  })
})
