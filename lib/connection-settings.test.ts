import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConnectionSettings } from './connection-settings'

const folder = mkdtempSync(path.join(tmpdir(), 'ante-connections-'))

function read(variables: Record<string, string>) {
  const problems: string[] = []
  const connections = readConnectionSettings({
    text: (name) => variables[name],
    problem: (name, found, expected, secret = false) =>
      problems.push(`${name}: ${secret ? 'hidden' : found}, expected ${expected}`),
  })
  return { connections, problems }
}

function fromFile(connections: unknown, variables: Record<string, string> = {}) {
  const file = path.join(folder, `${Math.random()}.json`)
  writeFileSync(file, typeof connections === 'string' ? connections : JSON.stringify({ connections }))
  return read({ ...variables, CONNECTIONS_FILE: file })
}

const DIDIT = {
  DIDIT_BASE_URL: 'https://verification.didit.me',
  DIDIT_WORKFLOW_ID: '00000000-0000-4000-8000-00000000000f',
}
const TOKEN_MODE = {
  DIDIT_AUTH_URL: 'https://apx.didit.me',
  DIDIT_CLIENT_ID: 'client',
  DIDIT_CLIENT_SECRET: 'secret',
}

describe('variables', () => {
  test('each vendor is complete with what interface and sheet name', () => {
    const { connections, problems } = read({
      IDTO_BASE_URL: 'https://prod.idto.ai',
      IDTO_API_KEY: 'a',
      IDTO_CLIENT_ID: 'b',
      IDTO_ALLOWED_HOSTS: 'kyc.example.com,*.example.org:8443',
      KWIKID_BASE_URL: 'https://verify.app.getkwikid.com',
      KWIKID_TOKEN: 'c',
      KWIKID_RETURN_TOKEN_PARAM: 'access_token',
      HYPERVERGE_BASE_URL: 'https://ind-verify.hyperverge.co',
      HYPERVERGE_APP_ID: 'd',
      HYPERVERGE_APP_KEY: 'e',
      DIGILOCKER_BASE_URL: 'https://digilocker.meripehchaan.gov.in',
      DIGILOCKER_CLIENT_ID: 'f',
      DIGILOCKER_CLIENT_SECRET: 'g',
      ...DIDIT,
      ...TOKEN_MODE,
    })
    expect(problems).toEqual([])
    expect(connections.map(({ id }) => id)).toEqual(['idto', 'kwikid', 'hyperverge', 'didit', 'digilocker'])
    expect(connections[0]?.allowedHosts).toEqual(['kyc.example.com', '*.example.org:8443'])
    expect(connections[3]).toMatchObject({ credentials: { clientId: 'client', webhookScheme: 'v2' } })
    expect(connections[3]?.authUrl?.href).toBe('https://apx.didit.me/')
    expect(connections[2]?.credentials).toEqual({ appId: 'd', appKey: 'e' })
  })

  test('KwikID stays off until somebody says in which parameter the token comes back', () => {
    const { problems } = read({ KWIKID_BASE_URL: 'https://verify.app.getkwikid.com', KWIKID_TOKEN: 'c' })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^KWIKID_RETURN_TOKEN_PARAM: /)
  })

  test.each([
    ['no way to sign in', DIDIT],
    ['both ways to sign in', { ...DIDIT, ...TOKEN_MODE, DIDIT_API_KEY: 'key' }],
    ['half a way', { ...DIDIT, DIDIT_AUTH_URL: 'https://apx.didit.me' }],
    ['a workflow that is no uuid', { ...DIDIT, DIDIT_API_KEY: 'key', DIDIT_WORKFLOW_ID: 'mine' }],
    ['an unknown scheme', { ...DIDIT, DIDIT_API_KEY: 'key', DIDIT_WEBHOOK_SCHEME: 'simple' }],
    ['a short path token', { HYPERVERGE_WEBHOOK_PATH_TOKEN: 'short' }],
    ['hosts with a scheme', { IDTO_ALLOWED_HOSTS: 'https://example.com', IDTO_API_KEY: 'x' }],
  ])('%s is a problem', (_, variables) => {
    expect(read(variables).problems.length).toBeGreaterThan(0)
  })

  test.each([
    ['https://dev.idto.ai', true],
    ['https://dev.idto.ai:8443', true],
    ['https://prod.idto.ai', false],
    ['https://dev.idto.ai.example.com', false],
  ])('%s: is it a test host? %s', (base, expected) => {
    const { connections } = read({ IDTO_BASE_URL: base, IDTO_API_KEY: 'a', IDTO_CLIENT_ID: 'b' })
    expect(connections[0]?.sandbox).toBe(expected)
  })

  test('a test host needs no word in CONNECTIONS_FILE either', () => {
    const kwikid = (base_url: string) => ({
      id: 'two',
      vendor: 'kwikid',
      base_url,
      settings: { TOKEN: { env: 'KEY' }, RETURN_TOKEN_PARAM: 'token' },
    })
    const flags = ['https://verify.test.getkwikid.com', 'https://verify.app.getkwikid.com'].map(
      (base) => fromFile([kwikid(base)], { KEY: 's' }).connections[0]?.sandbox,
    )
    expect(flags).toEqual([true, false])
  })

  test('no secret is shown in a problem', () => {
    const { problems } = read({ HYPERVERGE_WEBHOOK_PATH_TOKEN: 'leaked', DIDIT_API_KEY: 'leaked too' })
    expect(problems.join('\n')).not.toContain('leaked')
  })

  test.each([
    ['DIDIT_WORKFLOW_ID', { ...DIDIT, DIDIT_API_KEY: '00000000-0000-4000-8000-00000000000e' }],
    ['DIDIT_API_VERSION', { ...DIDIT, DIDIT_API_KEY: 'key' }],
    ['DIDIT_WEBHOOK_SCHEME', { ...DIDIT, DIDIT_API_KEY: 'key' }],
    ['DIDIT_BASE_URL', { ...DIDIT, DIDIT_API_KEY: 'key' }],
    ['DIDIT_AUTH_URL', { ...DIDIT, ...TOKEN_MODE }],
    ['DIDIT_ALLOWED_HOSTS', { ...DIDIT, DIDIT_API_KEY: 'key' }],
    ['KWIKID_RETURN_TOKEN_PARAM', { KWIKID_BASE_URL: 'https://kyc.example.com', KWIKID_TOKEN: 'c' }],
    ['DIGILOCKER_SERVICE_NAME', { DIGILOCKER_CLIENT_ID: 'f', DIGILOCKER_CLIENT_SECRET: 'g' }],
  ])('a key that was put in %s is not shown', (name, variables) => {
    const { problems } = read({ ...variables, [name]: 'live.leaked+key' })
    expect(problems.some((problem) => problem.startsWith(`${name}: `))).toBe(true)
    expect(problems.join('\n')).not.toContain('leaked')
  })
})

describe('CONNECTIONS_FILE', () => {
  const second = {
    id: 'deepvue-two',
    vendor: 'deepvue',
    base_url: 'https://production.deepvue.tech',
    settings: { API_KEY: { env: 'SECOND_KEY' }, CLIENT_ID: 'plain-id' },
    allowed_hosts: ['a.example.com'],
  }

  test('adds accounts of a vendor beside the one of the variables', () => {
    const { connections, problems } = fromFile([second], {
      SECOND_KEY: 's',
      DEEPVUE_BASE_URL: 'https://production.deepvue.tech',
      DEEPVUE_API_KEY: 'a',
      DEEPVUE_CLIENT_ID: 'b',
    })
    expect(problems).toEqual([])
    expect(connections.map(({ id }) => id)).toEqual(['deepvue', 'deepvue-two'])
    expect(connections[1]).toMatchObject({
      displayName: 'Deepvue',
      credentials: { apiKey: 's', clientId: 'plain-id' },
    })
  })

  test('takes a secret from a file of its own', () => {
    const key = path.join(folder, 'key')
    writeFileSync(key, 'from-file\n')
    const { connections } = fromFile([
      { ...second, settings: { ...second.settings, API_KEY: { file: key } } },
    ])
    expect(connections[0]?.credentials.apiKey).toBe('from-file')
  })

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['an unknown vendor', [{ ...second, vendor: 'nobody' }]],
    ['an id with spaces', [{ ...second, id: 'two words' }]],
    ['an unknown key', [{ ...second, secret: 'x' }]],
    ['a secret in the file itself', [{ ...second, settings: { ...second.settings, API_KEY: 'leaked' } }]],
    ['a missing variable', [second]],
    ['a setting of another vendor', [{ ...second, settings: { ...second.settings, APP_ID: 'x' } }]],
    ['the same id twice', [second, second]],
    [
      'an unreadable secret file',
      [{ ...second, settings: { API_KEY: { file: '/absent' }, CLIENT_ID: 'x' } }],
    ],
  ])('%s is a problem that shows no secret', (_, content) => {
    const { problems } = fromFile(content)
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.join('\n')).not.toContain('leaked')
  })
})
