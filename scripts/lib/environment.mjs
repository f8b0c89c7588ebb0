/** What the app needs around it, so that a bare checkout starts: settings, secrets and a database. */
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { projectRoot } from './bootstrap.mjs'
import { startPostgres } from './postgres.mjs'

const base64Key = () => randomBytes(32).toString('base64')

/** How each secret is made, in the form the app reads. */
const SECRETS = {
  AUTH_SECRET: () => randomBytes(32).toString('base64url'),
  DATA_KEYS: () => `k1:${base64Key()}`,
  INDEX_KEY: () => `i1:${base64Key()}`,
  CHECKPOINT_KEY: () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
}

/** Settings, secrets and database at once, for commands that need nothing in between. Returns how to `stop()`. */
export async function prepareEnvironment({ dataDir = '.data', databaseName = 'ante' } = {}) {
  loadSettings({ dataDir })
  return provideDatabase({ dataDir, databaseName })
}

/**
 * Puts settings into `process.env`: `.env` (what is set already wins), outside production the secrets that
 * are missing, made once under `keys/` of the data folder, and ANTE_DATABASE (embedded or external).
 */
export function loadSettings({ dataDir = '.data' } = {}) {
  const file = path.join(projectRoot, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
  if (process.env.APP_ENV !== 'production')
    Object.assign(process.env, missingSecrets(path.join(dataDir, 'keys')))
  process.env.ANTE_DATABASE = usesEmbeddedDatabase() ? 'embedded' : 'external'
}

/** After `loadSettings`: starts the embedded PostgreSQL if it is used and sets its addresses. Returns how to `stop()`. */
export async function provideDatabase({ dataDir = '.data', databaseName = 'ante' } = {}) {
  if (process.env.ANTE_DATABASE !== 'embedded') return { stop: async () => {} }
  const server = await startPostgres({ dir: path.join(dataDir, 'postgres'), database: databaseName })
  process.env.DATABASE_URL = server.appUrl
  process.env.DATABASE_ADMIN_URL = server.ownerUrl
  return { stop: server.stop }
}

/** Makes secrets in a folder where it has none yet. Returns `{ NAME_FILE: path }` for the names. */
export function secretFiles(folder, names = Object.keys(SECRETS)) {
  const dir = path.resolve(folder)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  return Object.fromEntries(
    names.map((name) => {
      const file = path.join(dir, name.toLowerCase().replaceAll('_', '-'))
      if (!existsSync(file)) createOnce(file, SECRETS[name]())
      return [`${name}_FILE`, file]
    }),
  )
}

function missingSecrets(folder) {
  const missing = Object.keys(SECRETS).filter((name) => !isSet(name) && !isSet(`${name}_FILE`))
  return secretFiles(folder, missing)
}

function usesEmbeddedDatabase() {
  if (isSet('DATABASE_URL') || isSet('DATABASE_URL_FILE')) return false
  return process.env.APP_ENV !== 'production' || process.env.ALLOW_EMBEDDED_DATABASE === '1'
}

function isSet(name) {
  return Boolean(process.env[name])
}

/** Writes a file whole or not at all; when several processes make the same one, the first wins. */
function createOnce(file, text) {
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, `${text.trim()}\n`, { mode: 0o600 })
  try {
    linkSync(draft, file)
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
}
