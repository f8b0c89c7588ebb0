import { describe, expect, it } from 'vitest'
import { db } from '@/db/client'
import { openFreshDatabase } from '@/db/testing/database'
import { addPasskey, askAnotherPasskey, askConfirm, removePasskey } from './account'
import { newAuthenticator, type Pose } from './authenticator.testing'
import { askPasskey } from './passkeys'
import { readStaffSession } from './sessions'
import { confirmByPasskey, signInByPasskey } from './sign-in'
import { makeStaff } from './testing'

// ID-01: a passkey answers one question of ours, on our origin, with its user verified.

await openFreshDatabase()
const PLACE = { address: '127.0.0.1', browser: 'a test' }

async function withPasskey(pose: Pose = {}) {
  const staff = await makeStaff(['reviewer'])
  const passkey = newAuthenticator()
  const { options, token } = await askAnotherPasskey(staff)
  const problem = await addPasskey(staff, token, passkey.make(options, pose), 'a key')
  return { staff, passkey, problem }
}

async function trySignIn(passkey: ReturnType<typeof newAuthenticator>, pose: Pose = {}) {
  const { options, token } = await askPasskey('sign_in', null)
  const answer = passkey.show(options, pose)
  return { token, answer, outcome: await signInByPasskey(token, answer, PLACE) }
}

describe('a passkey', () => {
  it('signs its owner in, and the session is theirs', async () => {
    const { staff, passkey, problem } = await withPasskey()
    expect(problem).toBeNull()
    const { outcome } = await trySignIn(passkey)
    if (outcome.kind !== 'signed_in') throw new Error(outcome.kind)
    expect(await readStaffSession(outcome.token)).toMatchObject({ id: staff.id, roles: ['reviewer'] })
  })

  it('cannot be replayed: a question is answered once', async () => {
    const { passkey } = await withPasskey()
    const { token, answer, outcome } = await trySignIn(passkey)
    expect(outcome.kind).toBe('signed_in')
    expect((await signInByPasskey(token, answer, PLACE)).kind).toBe('not_accepted')
    const other = await askPasskey('sign_in', null) // an old answer to a new question
    expect((await signInByPasskey(other.token, answer, PLACE)).kind).toBe('not_accepted')
  })

  it.each([
    ['another origin', { origin: 'https://localhost.example.invalid' }],
    ['an unverified user', { isVerified: false }],
  ])('is refused from %s', async (_, pose) => {
    const { passkey } = await withPasskey()
    expect((await trySignIn(passkey, pose)).outcome.kind).toBe('not_accepted')
    expect((await trySignIn(passkey)).outcome.kind).toBe('signed_in')
    expect((await withPasskey(pose)).problem).toBe('passkey_failed')
  })

  it('is refused when its counter does not rise', async () => {
    const { passkey } = await withPasskey({ counter: 1 })
    expect((await trySignIn(passkey, { counter: 5 })).outcome.kind).toBe('signed_in')
    expect((await trySignIn(passkey, { counter: 5 })).outcome.kind).toBe('not_accepted')
    expect((await trySignIn(passkey, { counter: 4 })).outcome.kind).toBe('not_accepted')
    expect((await trySignIn(passkey, { counter: 6 })).outcome.kind).toBe('signed_in')
  })

  it('is refused when nobody has it, and when the question is over', async () => {
    expect((await trySignIn(newAuthenticator())).outcome.kind).toBe('not_accepted')
    const { passkey } = await withPasskey()
    const { options, token } = await askPasskey('sign_in', null)
    await db().execute("update staff_challenges set expires_at = now() - interval '1 second'")
    expect((await signInByPasskey(token, passkey.show(options), PLACE)).kind).toBe('not_accepted')
  })

  it('confirms its owner alone, and an answer to one kind of question does not fit another', async () => {
    const { staff, passkey } = await withPasskey()
    const other = await withPasskey()
    const asked = await askConfirm(staff)
    const stolen = await confirmByPasskey(staff, asked.token, other.passkey.show(asked.options))
    expect(stolen.kind).toBe('not_accepted')
    const signingIn = await askPasskey('sign_in', null)
    const mixed = await confirmByPasskey(staff, signingIn.token, passkey.show(signingIn.options))
    expect(mixed.kind).toBe('not_accepted')

    const right = await askConfirm(staff)
    const confirmed = await confirmByPasskey(staff, right.token, passkey.show(right.options))
    if (confirmed.kind !== 'signed_in') throw new Error(confirmed.kind)
    expect(await readStaffSession(staff.token)).toBeNull() // the token of before
    expect(await readStaffSession(confirmed.token)).toMatchObject({ sessionId: staff.sessionId })
  })

  it('stays when it is the last way in', async () => {
    const { staff, passkey } = await withPasskey()
    expect(await removePasskey(staff, passkey.id)).toBe('last_way_in')
    const second = newAuthenticator()
    const { options, token } = await askAnotherPasskey(staff)
    expect(await addPasskey(staff, token, second.make(options), 'another')).toBeNull()
    expect(await removePasskey(staff, passkey.id)).toBeNull()
    expect(await removePasskey(staff, second.id)).toBe('last_way_in')
    expect((await trySignIn(passkey)).outcome.kind).toBe('not_accepted')
  })

  it('of somebody else cannot be removed', async () => {
    const { staff } = await withPasskey()
    const stranger = await withPasskey()
    await expect(removePasskey(staff, stranger.passkey.id)).rejects.toThrow('not_found')
    expect((await trySignIn(stranger.passkey)).outcome.kind).toBe('signed_in')
  })

  it('is not added by an answer to somebody else’s question', async () => {
    const { staff } = await withPasskey()
    const stranger = await makeStaff(['viewer'])
    const asked = await askAnotherPasskey(stranger)
    const made = newAuthenticator().make(asked.options)
    expect(await addPasskey(staff, asked.token, made, 'not mine')).toBe('passkey_failed')
  })
})
