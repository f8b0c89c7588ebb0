import postgres from 'postgres'
import { afterAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'

const database = await openFreshDatabase()
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(() => owner.end())

const { issueCode, redeemCode } = await import('./codes')
const { endSession, openSession, readSession } = await import('./session')
const { sha256 } = await import('@/lib/crypto/tokens')

async function ask(email: string): Promise<{ token: string; code: string }> {
  let code = ''
  const token = await issueCode(email, async (sent) => {
    code = sent
  })
  return { token, code }
}

const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

describe('a sign-in code', () => {
  test('signs in once, and the same address is the same player, whatever its letters', async () => {
    const first = await ask('Sanika@Example.invalid')
    expect(first.code).toMatch(/^\d{6}$/)
    const player = await redeemCode(first.token, first.code, 'en')
    expect(player.kind).toBe('player')
    expect((await redeemCode(first.token, first.code, 'en')).kind).toBe('ended')
    const second = await ask(' sanika@example.INVALID ')
    expect(await redeemCode(second.token, second.code, 'en')).toEqual(player)
  })

  test('works only in the browser that asked', async () => {
    const { code } = await ask('one@example.invalid')
    const other = await ask('two@example.invalid')
    expect((await redeemCode(other.token, code, 'en')).kind).toBe(code === other.code ? 'player' : 'wrong')
    expect((await redeemCode('unknown-token', code, 'en')).kind).toBe('ended')
  })

  test('ends with the fifth wrong try, also when all come at once', async () => {
    const one = await ask('tries@example.invalid')
    const answers = []
    for (let n = 0; n < 5; n += 1) answers.push((await redeemCode(one.token, wrong(one.code), 'en')).kind)
    expect(answers).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'ended'])
    expect((await redeemCode(one.token, one.code, 'en')).kind).toBe('ended')
    const two = await ask('storm@example.invalid')
    await Promise.all(Array.from({ length: 30 }, () => redeemCode(two.token, wrong(two.code), 'en')))
    const [row] = await owner`select tries from sign_in_codes where browser_hash = ${sha256(two.token)}`
    expect(row?.tries).toBe(5)
    expect((await redeemCode(two.token, two.code, 'en')).kind).toBe('ended')
  })

  test('lives ten minutes and not a second longer', async () => {
    const { token, code } = await ask('late@example.invalid')
    const [row] =
      await owner`select extract(epoch from expires_at - created_at)::int as life from sign_in_codes
                              where browser_hash = ${sha256(token)}`
    expect(row?.life).toBeGreaterThan(595)
    expect(row?.life).toBeLessThanOrEqual(600)
    await owner`update sign_in_codes set expires_at = now() where browser_hash = ${sha256(token)}`
    expect((await redeemCode(token, code, 'en')).kind).toBe('ended')
  })

  test('asked for by somebody else leaves the one before as it is: nobody can be kept out', async () => {
    const owners = await ask('again@example.invalid')
    const strangers = await ask('again@example.invalid')
    expect((await redeemCode(strangers.token, owners.code, 'en')).kind).toBe(
      owners.code === strangers.code ? 'player' : 'wrong',
    )
    expect((await redeemCode(owners.token, owners.code, 'en')).kind).toBe('player')
  })

  test('leaves neither address nor code in the database, for known and unknown addresses alike', async () => {
    const { token, code } = await ask('nobody-yet@example.invalid')
    await redeemCode(token, code, 'en')
    const rows =
      await owner`select s::text as row from sign_in_codes s union all select p::text from players p
                             union all select a::text from audit_events a`
    const dump = rows.map((row) => String(row.row)).join('\n')
    const encodings = (text: string) => [
      text,
      Buffer.from(text).toString('hex'),
      Buffer.from(text).toString('base64').replace(/=+$/, ''),
    ]
    for (const text of [...encodings('nobody-yet'), token]) expect(dump).not.toContain(text)
  })
})

describe('a session', () => {
  test('is stored as a hash, ends at once when revoked, idles out and has an absolute end', async () => {
    const { token: codeToken, code } = await ask('session@example.invalid')
    const answer = await redeemCode(codeToken, code, 'en')
    if (answer.kind !== 'player') throw new Error('not signed in')
    const { token } = await openSession(answer.playerId)
    expect((await readSession(token))?.playerId).toBe(answer.playerId)
    const rows = await owner`select s::text as row from sessions s`
    expect(JSON.stringify(rows)).not.toContain(token)
    await endSession(token)
    expect(await readSession(token)).toBeNull()

    const idle = await openSession(answer.playerId)
    await owner`update sessions set last_seen_at = now() - interval '61 minutes' where token_hash = ${sha256(idle.token)}`
    expect(await readSession(idle.token)).toBeNull()

    const old = await openSession(answer.playerId)
    await owner`update sessions set expires_at = now() where token_hash = ${sha256(old.token)}`
    expect(await readSession(old.token)).toBeNull()
  })

  test('is marked as seen at most once a minute', async () => {
    const { token: codeToken, code } = await ask('seen@example.invalid')
    const answer = await redeemCode(codeToken, code, 'en')
    if (answer.kind !== 'player') throw new Error('not signed in')
    const { token } = await openSession(answer.playerId)
    const seen = async () =>
      (await owner`select last_seen_at from sessions where token_hash = ${sha256(token)}`)[0]?.last_seen_at
    await owner`update sessions set last_seen_at = now() - interval '30 seconds' where token_hash = ${sha256(token)}`
    const before = await seen()
    await readSession(token)
    expect(await seen()).toEqual(before)
    await owner`update sessions set last_seen_at = now() - interval '2 minutes' where token_hash = ${sha256(token)}`
    await readSession(token)
    expect(Date.now() - new Date(await seen()).getTime()).toBeLessThan(10_000)
  })
})
