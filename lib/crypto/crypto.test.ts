import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { blindIndex, blindIndexes } from './blind-index'
import { newDataKey, unwrapDataKey, wrapDataKey } from './data-key'
import { newNonce } from './primitives'
import { open, seal } from './seal'
import { isSignedJson, keyIdOf, signJson } from './sign'

const ring = {
  writeId: 'k2',
  keys: new Map([
    ['k2', randomBytes(32)],
    ['k1', randomBytes(32)],
  ]),
}
const place = { table: 'facts', column: 'value_sealed', rowId: 'row-1', playerId: 'player-1' }

describe('a sealed value', () => {
  const key = newDataKey()
  const sealed = seal(key, 3, place, Buffer.from('Sanika Kalpanik Rao'))

  test('opens in its place and shows nothing of what it holds', () => {
    expect(open(key, place, sealed).toString()).toBe('Sanika Kalpanik Rao')
    expect(sealed.toString('latin1')).not.toContain('Sanika')
    expect(sealed.readUInt8(0)).toBe(1)
    expect(sealed.readUInt16BE(1)).toBe(3)
  })

  test('is another one each time', () => {
    expect(seal(key, 3, place, Buffer.from('x')).equals(seal(key, 3, place, Buffer.from('x')))).toBe(false)
  })

  test.each([
    ['table', { ...place, table: 'documents' }],
    ['column', { ...place, column: 'raw_sealed' }],
    ['row', { ...place, rowId: 'row-2' }],
    ['person', { ...place, playerId: 'player-2' }],
  ])('does not open in another %s', (_what, elsewhere) => {
    expect(() => open(key, elsewhere, sealed)).toThrow(/seal_failed/)
  })

  test('does not open when any single byte is changed, or cut, or under another version', () => {
    for (let position = 0; position < sealed.length; position += 1) {
      const changed = Buffer.from(sealed)
      changed.writeUInt8(changed.readUInt8(position) ^ 1, position)
      expect(() => open(key, place, changed), `byte ${position}`).toThrow(/seal_failed/)
    }
    expect(() => open(key, place, sealed.subarray(0, -1))).toThrow(/seal_failed/)
    expect(() => open(key, place, Buffer.alloc(0))).toThrow(/seal_failed/)
  })
})

describe('a wrapped data key', () => {
  const dataKey = newDataKey()
  const wrapped = wrapDataKey(ring, 'player-1', 1, dataKey)

  test('opens for its person and version alone', () => {
    expect(unwrapDataKey(ring, 'player-1', 1, wrapped).equals(dataKey)).toBe(true)
    expect(() => unwrapDataKey(ring, 'player-2', 1, wrapped)).toThrow(/seal_failed/)
    expect(() => unwrapDataKey(ring, 'player-1', 2, wrapped)).toThrow(/seal_failed/)
  })

  test('fails closed without its wrapping key, or with a check value of another key', () => {
    const without = { writeId: 'k1', keys: new Map([['k1', randomBytes(32)]]) }
    expect(() => unwrapDataKey(without, 'player-1', 1, wrapped)).toThrow(/no wrapping key/)
    const other = wrapDataKey(ring, 'player-1', 1, newDataKey())
    expect(() => unwrapDataKey(ring, 'player-1', 1, { ...wrapped, checkValue: other.checkValue })).toThrow(
      /check value/,
    )
    expect(() => wrapDataKey({ writeId: '', keys: new Map() }, 'player-1', 1, dataKey)).toThrow(/seal_failed/)
  })
})

describe('a blind index', () => {
  test('is equal for equal values and different in another field', () => {
    expect(blindIndex(ring, 'pan', 'ABCPN0000Z')).toBe(blindIndex(ring, 'pan', 'ABCPN0000Z'))
    expect(blindIndex(ring, 'pan', 'ABCPN0000Z')).not.toBe(blindIndex(ring, 'driving_licence', 'ABCPN0000Z'))
  })

  test('is looked up under every key of the ring while one is being rotated out', () => {
    const old = blindIndex({ ...ring, writeId: 'k1' }, 'email', 'a@example.invalid')
    expect(blindIndexes(ring, 'email', 'a@example.invalid')).toContain(old)
  })
})

test('a signature covers canonical JSON: key order is free, a changed value is found', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const signature = signJson(privateKey, { b: 1, a: ['x'] })
  expect(isSignedJson(publicKey, { a: ['x'], b: 1 }, signature)).toBe(true)
  expect(isSignedJson(publicKey, { a: ['y'], b: 1 }, signature)).toBe(false)
  expect(signature.keyId).toBe(keyIdOf(publicKey))
})

test('no two nonces are the same, across the blocks that they are drawn in', () => {
  const nonces = Array.from({ length: 3000 }, () => newNonce())
  expect(nonces.every(({ length }) => length === 12)).toBe(true)
  expect(new Set(nonces.map((nonce) => nonce.toString('hex'))).size).toBe(3000)
})
