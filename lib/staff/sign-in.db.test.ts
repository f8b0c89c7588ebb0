import { TOTP } from 'otpauth'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { db } from '@/db/client'
import { findStaff, putPassword, replaceRecoveryCodes } from '@/db/queries/staff'
import { countTry } from '@/db/queries/staff-sessions'
import { openFreshDatabase } from '@/db/testing/database'
import {
  addPasskey,
  askAnotherPasskey,
  makeRecoveryCodes,
  readAccount,
  removePassword,
  setPassword,
} from './account'
import { newAuthenticator } from './authenticator.testing'
import { newKnownBrowser } from './known-browser'
import { askPasskey } from './passkeys'
import { hashPassword } from './passwords'
import { recoveryHash } from './recovery'
import { staffEmailHash } from './seals'
import { readStaffSession } from './sessions'
import { confirmByCode, signInByPasskey, signInByPassword } from './sign-in'
import { disable } from './team'
import { makeStaff } from './testing'
import { offeredSecret } from './totp'

// ID-01 to ID-04 for password, authenticator app and recovery codes.

const calls = vi.hoisted(() => [] as string[])
const hashes = vi.hoisted(() => [] as string[])

/** The same functions, with a note of each call. */
function noted<Module extends object>(module: Module, into: string[]): Module {
  const entries = Object.entries(module).map(([name, value]) => [
    name,
    typeof value !== 'function'
      ? value
      : (...args: unknown[]) => {
          into.push(name)
          return value(...args)
        },
  ])
  return Object.fromEntries(entries)
}
vi.mock('@/db/queries/staff', async (original) => noted(await original(), calls))
vi.mock('@/db/queries/staff-sessions', async (original) => noted(await original(), calls))
vi.mock('@/db/queries/audit', async (original) => noted(await original(), calls))
vi.mock('@node-rs/argon2', async (original) => noted(await original(), hashes))

await openFreshDatabase()
const PLACE = { address: '127.0.0.1', browser: 'a test' }
const PASSWORD = 'seven small boats at dawn'
// A third into a step of the authenticator app, and it stays there.
vi.useFakeTimers({ toFake: ['Date'], now: Math.floor(Date.now() / 30_000) * 30_000 + 10_000 })

/** Somebody with a password; `digits` are those of the app, `steps` half minutes from now. */
async function withPassword() {
  const staff = await makeStaff(['reviewer'])
  const secret = offeredSecret(`session ${staff.sessionId} of ${staff.id}`)
  const digits = (steps = 0) => new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 })
  expect(await setPassword(staff, { password: PASSWORD, code: digits(-1) })).toBeNull()
  const signIn = (change: object = {}) =>
    signInByPassword({ email: staff.email, password: PASSWORD, code: digits(), ...change }, PLACE)
  return { staff, digits, signIn }
}

describe('password and code', () => {
  it('sign in together; a code of the app works once, and none before it', async () => {
    const { staff, digits, signIn } = await withPassword()
    const answer = await signIn()
    if (answer.kind !== 'signed_in') throw new Error(answer.kind)
    expect(await readStaffSession(answer.token)).toMatchObject({ id: staff.id })
    expect((await signIn()).kind).toBe('not_accepted')
    expect((await signIn({ code: digits(-1) })).kind).toBe('not_accepted')
    expect((await signIn({ code: digits(1) })).kind).toBe('signed_in')
  })

  it('used at sign-in does not confirm again, and a wrong password spends no code', async () => {
    const { staff, digits, signIn } = await withPassword()
    expect((await signIn({ password: `${PASSWORD}!` })).kind).toBe('not_accepted')
    expect((await signIn()).kind).toBe('signed_in')
    expect((await confirmByCode(staff, digits())).kind).toBe('not_accepted')
    const confirmed = await confirmByCode(staff, digits(1))
    expect(confirmed.kind).toBe('signed_in')
    expect(await readStaffSession(staff.token)).toBeNull()
  })

  it('let nobody in who was disabled', async () => {
    const { staff, signIn } = await withPassword()
    await disable({ id: 'console', roles: ['operator'] }, staff.id)
    expect((await signIn()).kind).toBe('not_accepted')
  })

  it('is not shown by the account page: that offers another app for the next password', async () => {
    const { staff, digits, signIn } = await withPassword()
    const { totpSecret } = await readAccount(staff)
    const offered = new TOTP({ secret: totpSecret }).generate()
    expect((await confirmByCode(staff, offered)).kind).toBe('not_accepted')
    expect(await setPassword(staff, { password: PASSWORD, code: digits() })).toBe('code_wrong')
    expect(await setPassword(staff, { password: PASSWORD, code: offered })).toBeNull()
    expect((await signIn()).kind).toBe('not_accepted')
  })

  it('cannot be removed as the last way in', async () => {
    const { staff } = await withPassword()
    expect(await removePassword(staff)).toBe('last_way_in')
  })
})

describe('a recovery code', () => {
  it('replaces the app beside the password, once, however it is typed', async () => {
    const { staff, signIn } = await withPassword()
    const [first = '', second = '', ...others] = await makeRecoveryCodes(staff)
    expect(others).toHaveLength(8)
    expect(first).toMatch(/^([a-z2-7]{6}-){3}[a-z2-7]{6}$/) // 24 letters of 5 bits: 120 bits
    expect((await signIn({ password: 'another long password', code: first })).kind).toBe('not_accepted')
    expect((await signIn({ code: first.toUpperCase().replaceAll('-', ' ') })).kind).toBe('signed_in')
    expect((await signIn({ code: first })).kind).toBe('not_accepted')
    await makeRecoveryCodes(staff)
    expect((await signIn({ code: second })).kind).toBe('not_accepted')
  })

  it('alone lets in who has passkeys alone, and is of one person', async () => {
    const { staff } = await withPassword()
    const other = await makeStaff(['viewer'])
    const [code = ''] = await makeRecoveryCodes(other)
    const enter = (email: string) => signInByPassword({ email, password: '', code }, PLACE)
    expect((await enter(staff.email)).kind).toBe('not_accepted')
    expect((await enter(other.email)).kind).toBe('signed_in')
    expect((await enter(other.email)).kind).toBe('not_accepted')
  })

  it('is stored as a hash alone', async () => {
    const staff = await makeStaff(['viewer'])
    await replaceRecoveryCodes(db(), staff.id, [recoveryHash('abcdef-abcdef-abcdef-abcdef')])
    const [row] = await db().execute(
      `select code_hash, length(code_hash) as bytes from staff_recovery_codes where staff_id = '${staff.id}'`,
    )
    expect(row).toMatchObject({ bytes: 32 })
  })
})

describe('known and unknown people', () => {
  beforeEach(() => {
    calls.length = 0
    hashes.length = 0
  })

  const passwordKinds = ['123456', 'abcdef-abcdef-abcdef-abcdef']
  it.each(passwordKinds)('cost the same calls and one hash, with the code %s', async (code) => {
    const { staff } = await withPassword()
    const passkeysAlone = await makeStaff(['viewer'])
    const seen = []
    for (const email of [staff.email, passkeysAlone.email, 'nobody@example.invalid']) {
      calls.length = 0
      hashes.length = 0
      const answer = await signInByPassword({ email, password: 'another long password', code }, PLACE)
      expect(answer).toEqual({ kind: 'not_accepted' })
      seen.push({ calls: [...calls], hashes: hashes.filter((name) => name === 'verify') })
    }
    expect(seen[0]?.hashes).toEqual(['verify'])
    expect(seen[0]?.calls.length).toBeGreaterThanOrEqual(5)
    expect(seen[1]).toEqual(seen[0])
    expect(seen[2]).toEqual(seen[0])
  })

  it('have their tries counted alike, and a thousand of them do not keep the owner of a passkey out', async () => {
    const { staff, signIn } = await withPassword()
    const passkey = newAuthenticator()
    const asked = await askAnotherPasskey(staff)
    await addPasskey(staff, asked.token, passkey.make(asked.options), 'a key')
    for (const email of [staff.email, 'nobody-else@example.invalid']) {
      const key = `password ${staffEmailHash(email).toString('base64url')}`
      const tries = await Promise.all(Array.from({ length: 200 }, () => countTry(db(), key)))
      const taken = tries.filter(Boolean).length
      expect(taken, email).toBeLessThanOrEqual(5) // three are free, then the delay grows
      expect(taken, email).toBeGreaterThanOrEqual(3)
    }
    await db().execute("update staff_tries set failures = 1000, next_at = now() + interval '15 minutes'")
    expect((await signIn()).kind).toBe('too_many')
    const unknown = { email: 'nobody-else@example.invalid', password: PASSWORD, code: '123456' }
    expect((await signInByPassword(unknown, PLACE)).kind).toBe('too_many')

    const { options, token } = await askPasskey('sign_in', null)
    expect((await signInByPasskey(token, passkey.show(options), PLACE)).kind).toBe('signed_in')
    await db().execute("update staff_tries set next_at = now() - interval '1 second'")
    expect((await signIn()).kind).toBe('signed_in') // delayed, never locked
  })
})

describe('a browser that has signed in before', () => {
  it('has tries of its own for that person: a stranger elsewhere keeps nobody out', async () => {
    const { staff, digits, signIn } = await withPassword()
    const known = newKnownBrowser(staff.email)
    await db().execute("update staff_tries set failures = 1000, next_at = now() + interval '15 minutes'")
    const stranger = { password: 'another long password' }
    for (let n = 0; n < 4; n += 1) await signIn(stranger)
    expect((await signIn(stranger)).kind).toBe('too_many')
    const other = newKnownBrowser('somebody-else@example.invalid')
    const forged = `${known.split('.')[0]}.${'A'.repeat(43)}`
    for (const cookie of [
      '',
      'x',
      '.',
      forged,
      other,
      `${newKnownBrowser('').split('.')[0]}.${known.split('.')[1]}`,
    ])
      expect((await signIn({ known: cookie })).kind, cookie).toBe('too_many')
    expect((await signIn({ known })).kind).toBe('signed_in')
    // Its own tries are delayed too, and not the stranger's ones by a good one.
    for (let n = 0; n < 4; n += 1) await signIn({ ...stranger, known })
    expect((await signIn({ known, code: digits(1) })).kind).toBe('too_many')
    expect((await signIn(stranger)).kind).toBe('too_many')
  })
})

describe('delays', () => {
  it('grow to a quarter of an hour and no further', async () => {
    const waits: number[] = []
    for (let n = 0; n < 18; n += 1) {
      expect(await countTry(db(), 'somebody')).toBe(true)
      const [row] = await db().execute(
        "select extract(epoch from next_at - now())::float as wait from staff_tries where key = 'somebody'",
      )
      waits.push(Math.max(0, Math.round(Number(row?.wait))))
      await db().execute(
        "update staff_tries set next_at = now() - interval '1 second' where key = 'somebody'",
      )
    }
    expect(waits.slice(0, 7)).toEqual([0, 0, 0, 2, 4, 8, 16])
    expect(waits.slice(-2)).toEqual([900, 900])
  })
})

describe('a stored password', () => {
  it('is hashed again at sign-in when it was made with other costs', async () => {
    const { staff, signIn } = await withPassword()
    const { hash } = await import('@node-rs/argon2')
    const cheap = await hash(PASSWORD, { memoryCost: 8192, timeCost: 2 })
    await db().execute(`update staff_passwords set hash = '${cheap}' where staff_id = '${staff.id}'`)
    expect((await signIn()).kind).toBe('signed_in')
    const [row] = await db().execute(`select hash from staff_passwords where staff_id = '${staff.id}'`)
    expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/)
    expect((await findStaff(db(), staff.id))?.state).toBe('active')
  })

  it('is never the word itself', async () => {
    const staff = await makeStaff(['viewer'])
    const hash = await hashPassword(PASSWORD)
    await putPassword(db(), { staffId: staff.id, hash, totpSealed: Buffer.alloc(1), totpLastStep: 0 })
    expect(hash).not.toContain('boats')
  })
})
