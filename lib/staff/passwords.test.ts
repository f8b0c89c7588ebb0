import { describe, expect, it } from 'vitest'
import { hashesRunning, hashPassword, isAcceptable, isOldHash, isPassword } from './passwords'

// ID-02.

const WORDS = ['Nandini Kalpanik', 'nandini', 'kalpanik', 'Example Games']

describe('a new password', () => {
  it.each([
    ['14 characters', 'grove tin lamp', false],
    ['15 characters', 'grove tin lamps', true],
    ['128 characters', `${'grove tin lamp owl '.repeat(7).slice(0, 127)}!`, true],
    ['129 characters', `${'grove tin lamp owl '.repeat(7).slice(0, 128)}!`, false],
    ['128 characters outside the first plane', [...'🌊🚣🌅🪵'.repeat(32)].join(''), false], // one piece repeated
    ['digits and signs alone', '73 0194 8826 5519', true],
    ['a common one', 'CorrectHorseBatteryStaple', false],
    ['one short piece repeated', 'abcabcabcabcabcabc', false],
    ['rows of the keyboard', 'qwertyuiopasdfghjkl', false],
    ['words of the product', 'ante kyc verification 2026', false],
    ['words of the person', 'Nandini.Kalpanik.1998', false],
    ['words of the person among others', 'Nandini rows seven boats', true],
  ])('of %s: %s is acceptable: %s', (_, password, isGood) => {
    expect(isAcceptable(password, WORDS)).toBe(isGood)
  })
})

describe('a stored password', () => {
  it('is argon2id with 64 MiB, three passes, one lane, 16 bytes of salt and 32 of tag', async () => {
    const stored = await hashPassword('grove tin lamps')
    const [, kind, version, cost, salt = '', tag = ''] = stored.split('$')
    expect([kind, version, cost]).toEqual(['argon2id', 'v=19', 'm=65536,t=3,p=1'])
    expect(Buffer.from(salt, 'base64')).toHaveLength(16)
    expect(Buffer.from(tag, 'base64')).toHaveLength(32)
    expect(isOldHash(stored)).toBe(false)
    expect(isOldHash(stored.replace('t=3', 't=2'))).toBe(true)
  })

  it('is compared byte by byte, to the last character', async () => {
    const long = `${'grove tin lamp owl '.repeat(7).slice(0, 127)}!`
    const stored = await hashPassword(long)
    expect(await isPassword(stored, long)).toBe(true)
    expect(await isPassword(stored, long.slice(0, -1))).toBe(false)
    expect(await isPassword(stored, ` ${long}`)).toBe(false)
    const composed = await hashPassword('caf\u00e9 grove tin lamp')
    expect(await isPassword(composed, 'cafe\u0301 grove tin lamp')).toBe(false)
    expect(await isPassword(null, 'grove tin lamps')).toBe(false)
  })

  it('is computed at most four at once', async () => {
    let most = 0
    const look = setInterval(() => {
      most = Math.max(most, hashesRunning())
    }, 1)
    await Promise.all(Array.from({ length: 6 }, () => hashPassword('grove tin lamps')))
    clearInterval(look)
    expect(most).toBe(4)
    expect(hashesRunning()).toBe(0)
  })
})
