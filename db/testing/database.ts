import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, inject } from 'vitest'

export interface TestDatabase {
  /** As the app connects: no rights on the audit tables. */
  appUrl: string
  /** As migrations connect. */
  ownerUrl: string
}

/**
 * Clones the template for this test file, points the settings of this process at it and drops it afterwards. Call it
 * before anything reads `env()`. `settings` are added to the environment.
 */
export async function openFreshDatabase(settings: Record<string, string> = {}): Promise<TestDatabase> {
  const name = `ante_test_${process.pid}_${randomUUID().slice(0, 8)}`
  const server = postgres(inject('ownerUrl'), { max: 1, onnotice: () => {} })
  await server.unsafe(`create database ${name} template ${inject('template')}`)
  const owner = new URL(inject('ownerUrl'))
  owner.pathname = `/${name}`
  const app = new URL(owner)
  app.username = inject('appRole').name
  app.password = inject('appRole').password
  Object.assign(
    process.env,
    testSettings(),
    { DATABASE_URL: app.href, DATABASE_ADMIN_URL: owner.href },
    settings,
  )
  afterAll(async () => {
    const { closePool } = await import('@/db/client')
    await closePool()
    await server.unsafe(`drop database if exists ${name} with (force)`)
    await server.end()
  })
  return { appUrl: app.href, ownerUrl: owner.href }
}

function testSettings(): Record<string, string> {
  const key = () => randomBytes(32).toString('base64')
  const { privateKey } = generateKeyPairSync('ed25519')
  return {
    APP_ENV: 'test',
    APP_URL: 'http://localhost:3000',
    AUTH_SECRET: key(),
    DATA_KEYS: `k1:${key()}`,
    INDEX_KEY: `i1:${key()}`,
    CHECKPOINT_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
  }
}
