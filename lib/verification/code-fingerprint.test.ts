import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { codeFingerprints } from './code-fingerprint'

const ring = { writeId: 'i1', keys: new Map([['i1', randomBytes(32)]]) }
const of = (code: string, connectionId = 'kwikid') => codeFingerprints(ring, connectionId, code)[0]
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const HEADER = part({ alg: 'HS256', typ: 'JWT' })
const PAYLOAD = part({ jti: 'token-1' })

describe('the fingerprint of a code', () => {
  test.each([
    ['padding', 'b3BhcXVl', 'b3BhcXVl=='],
    ['padding on a JWT', `${HEADER}.${PAYLOAD}.c2ln`, `${HEADER}.${PAYLOAD}.c2ln=`],
    ['padding inside a JWT', `${HEADER}.${PAYLOAD}.c2ln`, `${HEADER}=.${PAYLOAD}==.c2ln`],
    ['spare bits of a signature', `${HEADER}.${PAYLOAD}.c2lnbg`, `${HEADER}.${PAYLOAD}.c2lnbh`],
    ['a signature cut off', `${HEADER}.${PAYLOAD}.c2ln`, `${HEADER}.${PAYLOAD}.`],
  ])('is the same with other %s', (_, one, other) => {
    expect(of(other)).toBe(of(one))
  })

  test.each([
    ['code', 'code-1', 'code-2'],
    ['payload', `${HEADER}.${PAYLOAD}.c2ln`, `${HEADER}.${part({ jti: 'token-2' })}.c2ln`],
    ['third part of what is no JWT', '4f1d.9c7e.2ab8', '4f1d.9c7e.2ab9'],
    ['sign in front', 'code-1', '=code-1'],
  ])('differs with another %s', (_, one, other) => {
    expect(of(other)).not.toBe(of(one))
  })

  test('belongs to one connection', () => {
    expect(of('code-1', 'idto')).not.toBe(of('code-1', 'kwikid'))
  })
})
