import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decryptGcm, encryptGcm, hmacSha256, KEY_BYTES, NONCE_BYTES } from './primitives'
import { isSignedBytes } from './sign'
import { equalDigests } from './tokens'

// Wycheproof vectors (fixtures/README.md) against the functions that our wrappers call (KE-06).

interface Vectors<Group, Case> {
  numberOfTests: number
  testGroups: (Group & { tests: (Case & { tcId: number; comment: string; result: 'valid' | 'invalid' })[] })[]
}

function read<Group, Case>(name: string): Vectors<Group, Case> {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'))
}

const hex = (text: string) => Buffer.from(text, 'hex')

/** What a refusal looks like: our error, or false. A crash of another kind passes through and fails the test. */
function isRefused(run: () => boolean): boolean {
  try {
    return !run()
  } catch (error) {
    if ((error as { code?: string }).code === 'seal_failed') return true
    throw error
  }
}

type Gcm = { key: string; iv: string; aad: string; msg: string; ct: string; tag: string }

describe('AES-256-GCM', () => {
  const { numberOfTests, testGroups } = read<{ keySize: number; ivSize: number }, Gcm>('aes_gcm_test')
  const cases = testGroups.flatMap(({ tests, ...group }) => tests.map((one) => ({ ...group, ...one })))
  const isOurSize = (one: { keySize: number; ivSize: number }) =>
    one.keySize === KEY_BYTES * 8 && one.ivSize === NONCE_BYTES * 8

  test('has all 316 vectors, 66 of them in our sizes', () => {
    expect(cases).toHaveLength(316)
    expect(numberOfTests).toBe(316)
    expect(cases.filter(isOurSize)).toHaveLength(66)
  })

  test.each(cases)('$tcId, key $keySize, nonce $ivSize: $comment $result', (one) => {
    const [key, iv, aad, message] = [hex(one.key), hex(one.iv), hex(one.aad), hex(one.msg)]
    const decrypted = () => decryptGcm(key, iv, aad, hex(one.ct), hex(one.tag))
    if (!isOurSize(one)) {
      expect(() => encryptGcm(key, iv, aad, message)).toThrow(/seal_failed/)
      expect(decrypted).toThrow(/seal_failed/)
      return
    }
    if (one.result === 'invalid') return expect(decrypted).toThrow(/seal_failed/)
    expect(decrypted().toString('hex')).toBe(one.msg)
    const made = encryptGcm(key, iv, aad, message)
    expect([made.body.toString('hex'), made.tag.toString('hex')]).toEqual([one.ct, one.tag])
  })

  test('refuses a tag that was cut', () => {
    const [first] = cases.filter((one) => isOurSize(one) && one.result === 'valid')
    if (first === undefined) throw new Error('no vector')
    const tag = hex(first.tag).subarray(0, 12)
    expect(() => decryptGcm(hex(first.key), hex(first.iv), hex(first.aad), hex(first.ct), tag)).toThrow(
      /seal_failed/,
    )
  })
})

describe('HMAC-SHA-256', () => {
  type Mac = { key: string; msg: string; tag: string }
  const { numberOfTests, testGroups } = read<{ keySize: number; tagSize: number }, Mac>('hmac_sha256_test')
  const cases = testGroups.flatMap(({ tests, ...group }) => tests.map((one) => ({ ...group, ...one })))

  test('has all 174 vectors', () => {
    expect(cases).toHaveLength(174)
    expect(numberOfTests).toBe(174)
  })

  test.each(cases)('$tcId, key $keySize, tag $tagSize: $comment $result', (one) => {
    const tagBytes = one.tagSize === 256 ? 32 : 16
    const verify = () => equalDigests(hmacSha256(hex(one.key), hex(one.msg), tagBytes), hex(one.tag))
    expect(isRefused(verify)).toBe(one.result === 'invalid' || one.keySize < KEY_BYTES * 8)
  })
})

describe('Ed25519', () => {
  type Signed = { msg: string; sig: string }
  const { numberOfTests, testGroups } = read<{ publicKeyDer: string }, Signed>('ed25519_test')
  const cases = testGroups.flatMap(({ tests, ...group }) => tests.map((one) => ({ ...group, ...one })))

  test('has all 151 vectors', () => {
    expect(cases).toHaveLength(151)
    expect(numberOfTests).toBe(151)
  })

  test.each(cases)('$tcId: $comment $result', (one) => {
    const publicKey = createPublicKey({ key: hex(one.publicKeyDer), format: 'der', type: 'spki' })
    expect(isSignedBytes(publicKey, hex(one.msg), hex(one.sig))).toBe(one.result === 'valid')
  })
})
