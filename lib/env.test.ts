import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSettings, SettingsError } from './env'
import { DEFAULT_POLICY } from './policy/current'

const folder = mkdtempSync(path.join(tmpdir(), 'ante-settings-'))
const file = (name: string, text: string) => {
  const at = path.join(folder, name)
  writeFileSync(at, text)
  return at
}
const key = () => randomBytes(32).toString('base64')
const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const publicPem = () =>
  generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()

const GOOD: Record<string, string> = {
  DATABASE_URL: 'postgres://ante:database-secret@localhost:5432/ante',
  AUTH_SECRET: randomBytes(32).toString('base64url'),
  DATA_KEYS: `k1:${key()}`,
  INDEX_KEY: `i1:${key()}`,
  CHECKPOINT_KEY: pem,
}
const PRODUCTION: Record<string, string> = {
  ...GOOD,
  APP_ENV: 'production',
  APP_URL: 'https://kyc.example.com',
  OPERATOR_NAME: 'Example Games',
  OPERATOR_ADDRESS: '1 Example Road',
  IDTO_BASE_URL: 'https://prod.idto.ai',
  IDTO_API_KEY: 'idto-secret',
  IDTO_CLIENT_ID: 'idto-client',
}

function problemsOf(settings: Record<string, string>): string[] {
  try {
    readSettings(settings)
    return []
  } catch (error) {
    if (error instanceof SettingsError) return [...error.problems]
    throw error
  }
}

describe('settings', () => {
  test('have the documented defaults', () => {
    const settings = readSettings(GOOD)
    expect(settings).toMatchObject({
      appEnv: 'development',
      port: 3000,
      host: 'localhost',
      sandboxPort: 4010,
      usesSandbox: true,
    })
    expect(settings.appUrl.origin).toBe('http://localhost:3000')
    expect(settings.limits.journey.playerMinutes).toBe(30)
    expect(settings.trustedProxyHops).toBe(0)
  })

  test('may each come from a file', () => {
    const { AUTH_SECRET: _, ...rest } = GOOD
    const settings = readSettings({
      ...rest,
      AUTH_SECRET_FILE: file('auth', `${'s'.repeat(40)}\n`),
      PORT_FILE: file('port', '4000'),
    })
    expect(settings.authSecret).toBe('s'.repeat(40))
    expect(settings.port).toBe(4000)
    expect(problemsOf({ ...rest, AUTH_SECRET_FILE: path.join(folder, 'absent') })[0]).toMatch(
      /^AUTH_SECRET_FILE: .*expected a readable file/,
    )
  })

  test('earlier checkpoint keys are read one after the other', () => {
    const read = (text: string) => readSettings({ ...GOOD, CHECKPOINT_KEYS_PREVIOUS: text })
    expect(read('').previousCheckpointKeys).toEqual([])
    expect(read(`${publicPem()}\n${publicPem()}`).previousCheckpointKeys).toHaveLength(2)
    expect(read(publicPem().replaceAll('\n', '\\n')).previousCheckpointKeys).toHaveLength(1)
  })

  test('checkpoints are copied beside the other data in development, elsewhere where it is told', () => {
    expect(readSettings(GOOD).checkpointDir).toBe('.data/checkpoints')
    expect(readSettings(PRODUCTION).checkpointDir).toBeNull()
    expect(readSettings({ ...PRODUCTION, CHECKPOINT_DIR: '/mnt/other' }).checkpointDir).toBe('/mnt/other')
  })

  test('good ones of production pass', () => {
    expect(problemsOf(PRODUCTION)).toEqual([])
    expect(readSettings(PRODUCTION).usesSandbox).toBe(false)
  })

  test.each([
    ['PORT', '99999'],
    ['PORT', 'three thousand'],
    ['APP_URL', 'kyc.example.com'],
    ['APP_URL', 'http://localhost:3000/path'],
    ['APP_URL', 'https://kyc.example.com'], // APP_ENV forgotten: opens nothing
    ['APP_ENV', 'prod'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['AUTH_SECRET', 'short'],
    ['DATA_KEYS', 'k1:dG9vIHNob3J0'],
    ['DATA_KEYS', `k1:${key()},k1:${key()}`],
    ['INDEX_KEY', key()],
    ['CHECKPOINT_KEY', 'not a key'],
    ['CHECKPOINT_KEYS_PREVIOUS', 'not a key'],
    ['CHECKPOINT_KEYS_PREVIOUS', pem], // a private key does not belong there
    ['CHECKPOINT_KEYS_PREVIOUS', `${publicPem()}${pem}`],
    ['BRAND_COLOR', 'blue'],
    ['SMTP_URL', 'mail.example.com'],
    ['KYC_CONNECTIONS', 'idto,nobody'],
    ['TRUSTED_PROXY_HOPS', '-1'],
    ['IDTO_API_KEY', 'alone-without-the-others'],
    ['TRUSTED_PROXY_HOPS', 'many'],
    ['LIMITS_FILE', file('limits.json', '{"journey":{"playerMinutes":5}}')],
    ['LIMITS_FILE', file('broken.json', '{')],
    ['TRUST_ANCHORS_DIR', folder],
    ['POLICY_FILE', file('policy-broken.json', '{')],
    ['POLICY_FILE', '/nowhere/policy.json'],
    ['POLICY_FILE', file('policy-empty.json', '{}')],
    ['POLICY_FILE', file('policy-young.json', JSON.stringify({ ...DEFAULT_POLICY, ageYears: 16 }))],
  ])('%s=%s is refused in one line that names it', (name, value) => {
    const problems = problemsOf({ ...GOOD, [name]: value })
    expect(problems.length).toBeGreaterThan(0)
    const vendor = name.split('_')[0]
    for (const problem of problems) {
      expect(problem).toMatch(new RegExp(`^(${name}|${vendor}_\\w+): found .*, expected .+`))
      expect(problem).not.toContain('\n')
    }
  })

  test.each([
    ['APP_URL', 'http://kyc.example.com', 'APP_URL'],
    ['OPERATOR_NAME', '', 'OPERATOR_NAME'],
    ['OPERATOR_ADDRESS', '', 'OPERATOR_ADDRESS'],
    ['IDTO_BASE_URL', 'http://localhost:4010', 'IDTO_BASE_URL'],
    ['IDTO_BASE_URL', 'http://prod.idto.ai', 'IDTO_BASE_URL'],
    ['ANTE_DATABASE', 'embedded', 'DATABASE_URL'],
    ['DATA_KEYS', '', 'DATA_KEYS'],
  ])('production refuses %s=%s', (name, value, named) => {
    expect(
      problemsOf({ ...PRODUCTION, [name]: value }).some((problem) => problem.startsWith(`${named}:`)),
    ).toBe(true)
  })

  test("production refuses a vendor's test host in one line that names it", () => {
    expect(problemsOf({ ...PRODUCTION, IDTO_BASE_URL: 'https://dev.idto.ai' })).toEqual([
      "idto: found the vendor's test host dev.idto.ai, expected its live one in production",
    ])
    const elsewhere = {
      ...GOOD,
      IDTO_API_KEY: 'k',
      IDTO_CLIENT_ID: 'c',
      IDTO_BASE_URL: 'https://dev.idto.ai',
    }
    expect(readSettings(elsewhere).connections).toMatchObject([{ id: 'idto', sandbox: true }])
  })

  test('production refuses the sandbox, and takes the embedded database only when told', () => {
    const { IDTO_BASE_URL: _a, IDTO_API_KEY: _b, IDTO_CLIENT_ID: _c, ...without } = PRODUCTION
    expect(problemsOf(without)).toHaveLength(1)
    expect(problemsOf({ ...PRODUCTION, ANTE_DATABASE: 'embedded', ALLOW_EMBEDDED_DATABASE: '1' })).toEqual([])
  })

  test('all problems are told at once, and no secret is ever shown', () => {
    const bad = {
      PORT: '0',
      DATABASE_URL: 'leaked-database-password',
      AUTH_SECRET: 'leaked-auth',
      DATA_KEYS: 'leaked-data-keys',
      INDEX_KEY: 'leaked-index',
      CHECKPOINT_KEY: 'leaked-checkpoint',
      SMTP_URL: 'leaked-smtp',
      ALERT_WEBHOOK_URL: 'hooks.example.com/leaked-path',
      DIDIT_WORKFLOW_ID: 'leaked-didit-key',
      IDTO_API_KEY: 'leaked-idto',
    }
    const problems = problemsOf(bad)
    expect(problems.length).toBeGreaterThanOrEqual(8)
    expect(problems.join('\n')).not.toContain('leaked')
  })
})

describe('a decision policy from a file', () => {
  test('is read and checked as a whole: one line per problem', () => {
    const bad = { ...DEFAULT_POLICY, ageYears: 16, blockedStates: ['ZZ'], rules: [] }
    const problems = problemsOf({ ...GOOD, POLICY_FILE: file('policy-bad.json', JSON.stringify(bad)) })
    expect(problems.map((problem) => /at ([\w.]+)/.exec(problem)?.[1])).toEqual([
      'ageYears',
      'blockedStates.0',
      'rules',
    ])
  })

  test('is null without one, so that the shipped policy decides', () => {
    expect(readSettings(GOOD).policy).toBeNull()
    const policy = { ...DEFAULT_POLICY, version: '2026-12', blockedStates: ['TN'] }
    const settings = readSettings({ ...GOOD, POLICY_FILE: file('policy-good.json', JSON.stringify(policy)) })
    expect(settings.policy).toEqual(policy)
  })
})
