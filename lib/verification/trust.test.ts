import { generateKeyPairSync, randomBytes } from 'node:crypto'
import path from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Connection } from '@/lib/providers/types'

const ANCHORS_DIR = path.resolve('lib/documents/fixtures/certs')
const SANDBOX_SHA256 = 'b9b87ca93523e08b73c490741bc5be166b8241843823fa24e7a34a6255921573'
const key = () => randomBytes(32).toString('base64')
const { privateKey } = generateKeyPairSync('ed25519')
const SETTINGS = {
  APP_ENV: 'test',
  APP_URL: 'http://localhost:3000',
  DATABASE_URL: 'postgres://ante@localhost:5432/ante',
  AUTH_SECRET: key(),
  DATA_KEYS: `k1:${key()}`,
  INDEX_KEY: `i1:${key()}`,
  CHECKPOINT_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  SANDBOX_PORT: '4010',
}
const PRODUCTION = {
  APP_ENV: 'production',
  APP_URL: 'https://kyc.example.com',
  OPERATOR_NAME: 'Example Games',
  OPERATOR_ADDRESS: '1 Example Road',
  IDTO_BASE_URL: 'https://prod.idto.ai',
  IDTO_API_KEY: 'key',
  IDTO_CLIENT_ID: 'client',
}

const connection = (address: string, sandbox: boolean): Connection => ({
  id: 'idto',
  vendor: 'idto',
  displayName: 'IDTO',
  baseUrl: new URL(address),
  authUrl: null,
  credentials: {},
  sandbox,
  allowedHosts: [],
})

/** How many anchors are configured, and whether the sandbox's issuer counts beside them. */
async function trustFor(one: Connection | null, settings: Record<string, string> = {}) {
  vi.resetModules()
  for (const [name, value] of Object.entries({ ...SETTINGS, ...settings })) vi.stubEnv(name, value)
  const { anchorsFor } = await import('./trust')
  const anchors = anchorsFor(one).map(({ sha256 }) => sha256)
  const configured = anchors.filter((sha256) => sha256 !== SANDBOX_SHA256)
  return { configured: configured.length, sandbox: anchors.includes(SANDBOX_SHA256) }
}

beforeEach(() => {
  vi.unstubAllEnvs()
})

const BUILT_IN = connection('http://localhost:4010', true)

test('the sandbox’s TEST issuer counts for what came from the sandbox', async () => {
  expect(await trustFor(BUILT_IN)).toEqual({ configured: 0, sandbox: true })
  expect(await trustFor(BUILT_IN, { TRUST_ANCHORS_DIR: ANCHORS_DIR })).toEqual({
    configured: 3,
    sandbox: true,
  })
})

test.each([
  ['a live connection', connection('https://dev.idto.ai', false)],
  ['a test account of a vendor', connection('https://dev.idto.ai', true)],
  ['another server on this machine', connection('http://localhost:4020', true)],
  ['a connection that is gone', null],
])('and never for %s', async (_, one) => {
  const settings = { TRUST_ANCHORS_DIR: ANCHORS_DIR }
  expect(await trustFor(one, settings)).toEqual({ configured: 3, sandbox: false })
})

test('nor in production, whatever a connection says of itself (FL-17)', async () => {
  expect(await trustFor(BUILT_IN, PRODUCTION)).toEqual({ configured: 0, sandbox: false })
})
