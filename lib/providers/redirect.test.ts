import { describe, expect, it } from 'vitest'
import { isAllowedRedirect } from './index'
import type { Connection } from './types'

const CONNECTION: Connection = {
  id: 'idto',
  vendor: 'idto',
  displayName: 'IDTO',
  baseUrl: new URL('https://prod.idto.ai'),
  authUrl: null,
  credentials: {},
  sandbox: false,
  allowedHosts: ['consent.example', 'ported.example:8443', '*.wide.example', '127.0.0.2', '', '*', '*.'],
}
const RULE = { production: false, allowedLoopbackOrigins: ['http://127.0.0.1:4010', 'http://localhost:4010'] }
const allow = (url: string, rule = RULE) => isAllowedRedirect(url, CONNECTION, rule)

describe('isAllowedRedirect (FL-12)', () => {
  it.each([
    [
      'https://digilocker.idto.ai/digilocker?client_id=x',
      'https://digilocker.idto.ai/digilocker?client_id=x',
    ],
    ['HTTPS://DigiLocker.IDTO.ai', 'https://digilocker.idto.ai/'],
    ['https://digilocker.idto.ai:443/a/../b', 'https://digilocker.idto.ai/b'],
    ['https://api.digitallocker.gov.in/x', 'https://api.digitallocker.gov.in/x'],
    ['https://consent.example/', 'https://consent.example/'],
    ['https://consent.example:8443/', 'https://consent.example:8443/'],
    ['http://127.0.0.2:4999/x', 'http://127.0.0.2:4999/x'],
    ['https://ported.example:8443/', 'https://ported.example:8443/'],
    ['https://a.b.wide.example/', 'https://a.b.wide.example/'],
    ['http://127.0.0.1:4010/x', 'http://127.0.0.1:4010/x'],
  ])('lets %s through', (url, expected) => {
    expect(allow(url)).toBe(expected)
  })

  it.each([
    'http://digilocker.idto.ai/',
    'https://evil.example/',
    'https://digilocker.idto.ai.evil.example/',
    'https://evil-digilocker.idto.ai/',
    'https://digilocker.idto.ai:8443/',
    'https://digilocker.idto.ai@evil.example/',
    'https://user:pass@digilocker.idto.ai/',
    'https://ported.example/',
    'http://consent.example/',
    'https://wide.example/',
    'https://evilwide.example/',
    'http://127.0.0.1:4011/',
    'http://127.1:4011/',
    'http://10.0.0.1:4010/',
    'javascript:alert(1)',
    'data:text/html,x',
    '//digilocker.idto.ai/',
    '/digilocker',
    'https:digilocker.idto.ai',
    'https:\\\\digilocker.idto.ai/',
    'https://digilocker.idto.ai\\@evil.example/',
    ' https://digilocker.idto.ai/',
    'https://digilocker.idto.ai/\r\nset-cookie: a=b',
    `https://digilocker.idto.ai/${'a'.repeat(5000)}`,
    '',
  ])('refuses %j', (url) => {
    expect(allow(url)).toBeNull()
  })

  it('knows no loopback in production', () => {
    const live = { ...RULE, production: true }
    expect(allow('http://127.0.0.1:4010/x', live)).toBeNull()
    expect(allow('https://127.0.0.2/x', live)).toBeNull()
  })
})
