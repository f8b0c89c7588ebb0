import 'server-only'
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { type ConnectionSettings, readConnectionSettings } from './connection-settings'
import { type Anchor, readTrustAnchors } from './documents/anchors'
import { LIMITS_DEFAULTS, Limits } from './limits'
import { Policy } from './policy/types'
import { isTestHost, VENDORS } from './vendor-settings'

// Settings, read once from the environment and validated as a whole (.env.example). Every name may also be given
// as NAME_FILE, a path to a file that holds the value. A problem names the variable and what is expected; it shows
// what was found only for settings that are not secret.

export type AppEnv = 'development' | 'test' | 'production'

/** A ring of symmetric keys by id; the first one writes, all of them read. */
export interface KeyRing {
  writeId: string
  keys: ReadonlyMap<string, Buffer>
}

export interface Settings {
  appEnv: AppEnv
  appUrl: URL
  host: string
  port: number
  databaseUrl: string
  databaseAdminUrl: string
  authSecret: string
  dataKeys: KeyRing
  indexKeys: KeyRing
  checkpointKey: KeyObject
  /** Public halves of earlier checkpoint keys: what they signed stays verifiable. */
  previousCheckpointKeys: KeyObject[]
  /** Where signed checkpoints are copied to; null for nowhere. */
  checkpointDir: string | null
  operatorName: string
  operatorAddress: string
  brandName: string
  brandColor: string | null
  brandLogo: string | null
  supportEmail: string | null
  grievanceContact: string
  smtpUrl: string | null
  mailFrom: string
  sandboxPort: number
  /** Order of use; null when not set. */
  connectionOrder: string[] | null
  /** Configured accounts in order of use; empty when the sandbox is used. */
  connections: ConnectionSettings[]
  /** True when no vendor is configured: every vendor then talks to the built-in sandbox. */
  usesSandbox: boolean
  /** Whose signatures on documents count; empty without TRUST_ANCHORS_DIR. */
  trustAnchors: Anchor[]
  limits: Limits
  /** The decision policy of `POLICY_FILE`, or null for the shipped one. */
  policy: Policy | null
  trustedProxyHops: number
  /** Where alerts go beside log and database. */
  alertEmail: string | null
  alertWebhookUrl: URL | null
  /** File that every erasure is also written to, apart from the database; relative to where the process runs. */
  erasureLedger: string
}

const DEMO_OPERATOR = { name: 'Namoona Games Pvt Ltd', address: '1 Udaharan Road, Bengaluru 560000, India' }
const DEMO_GRIEVANCE = 'Grievance officer, grievance@namoona.invalid'
const SECRETS = new Set([
  'AUTH_SECRET',
  'DATA_KEYS',
  'INDEX_KEY',
  'CHECKPOINT_KEY',
  'CHECKPOINT_KEYS_PREVIOUS',
  'DATABASE_URL',
  'DATABASE_ADMIN_URL',
  'SMTP_URL',
  'ALERT_WEBHOOK_URL',
])

type Environment = Readonly<Record<string, string | undefined>>

export class SettingsError extends Error {
  /** One line per problem, ready to print. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`settings: ${problems.length} problem(s)`)
    this.name = 'SettingsError'
    this.problems = problems
  }
}

let cached: Settings | null = null

/** The settings of this process, validated at first use. Throws SettingsError. */
export function env(): Settings {
  cached ??= readSettings(process.env)
  return cached
}

/** Reads and validates `source`. Throws SettingsError with every problem at once, none of them showing a secret. */
export function readSettings(source: Environment): Settings {
  const reader = new Reader(source)
  const settings = build(reader)
  checkRules(reader, settings)
  if (reader.problems.length > 0) throw new SettingsError(reader.problems)
  return settings
}

/** Collects problems while values are taken out one by one, so that all of them are told at once. */
class Reader {
  readonly problems: string[] = []

  constructor(private readonly source: Environment) {}

  text(name: string): string | undefined {
    const file = this.source[`${name}_FILE`]
    const direct = this.source[name]
    if (file !== undefined && file !== '') {
      try {
        return readFileSync(file, 'utf8').trim()
      } catch {
        this.problems.push(`${name}_FILE: found a path that cannot be read, expected a readable file`)
        return undefined
      }
    }
    return direct === undefined || direct.trim() === '' ? undefined : direct.trim()
  }

  problem(name: string, found: string | undefined, expected: string, secret = SECRETS.has(name)) {
    const shown = found === undefined ? 'nothing' : secret ? 'a value of another shape' : `"${found}"`
    this.problems.push(`${name}: found ${shown}, expected ${expected}`)
  }

  parse<T>(name: string, schema: z.ZodType<T>, fallback: T, expected: string): T {
    const text = this.text(name)
    if (text === undefined) return fallback
    const parsed = schema.safeParse(text)
    if (parsed.success) return parsed.data
    this.problem(name, text, expected)
    return fallback
  }

  required<T>(name: string, schema: z.ZodType<T>, placeholder: T, expected: string): T {
    if (this.text(name) === undefined) {
      this.problem(name, undefined, expected)
      return placeholder
    }
    return this.parse(name, schema, placeholder, expected)
  }
}

const Port = z.coerce.number().int().min(1).max(65535)
const Origin = z.url({ protocol: /^https?$/ }).transform((text) => new URL(text))
const PostgresUrl = z.url({ protocol: /^postgres(ql)?$/ })
const SmtpUrl = z.url({ protocol: /^smtps?$/ })
const Count = z.coerce.number().int().min(0).max(10)
const Ring = z.string().transform((text, context) => toKeyRing(text, context))
const Checkpoint = z.string().transform((text, context) => toPrivateKey(text, context))
const PublicKeys = z.string().transform((text, context) => toPublicKeys(text, context))
const NO_RING: KeyRing = { writeId: '', keys: new Map() }

function build(reader: Reader): Settings {
  const appEnv = reader.parse<AppEnv>(
    'APP_ENV',
    z.enum(['development', 'test', 'production']),
    'development',
    'development, test or production',
  )
  const port = reader.parse('PORT', Port, 3000, 'a port between 1 and 65535')
  const appUrl = reader.parse(
    'APP_URL',
    Origin,
    new URL(`http://localhost:${port}`),
    'an origin such as https://kyc.example.com',
  )
  const databaseUrl = reader.required(
    'DATABASE_URL',
    PostgresUrl,
    '',
    'postgres://user:password@host:5432/database (npm start sets it for the embedded database)',
  )
  const configured = readConnectionSettings(reader)
  const connectionOrder =
    reader
      .text('KYC_CONNECTIONS')
      ?.split(',')
      .map((id) => id.trim()) ?? null
  return {
    appEnv,
    appUrl,
    port,
    host: reader.text('HOST') ?? 'localhost',
    databaseUrl,
    databaseAdminUrl: reader.parse('DATABASE_ADMIN_URL', PostgresUrl, databaseUrl, 'a postgres:// address'),
    authSecret: reader.required('AUTH_SECRET', z.string().min(32), '', 'at least 32 random characters'),
    dataKeys: reader.required('DATA_KEYS', Ring, NO_RING, 'id:base64 of 32 bytes, several with commas'),
    indexKeys: reader.required('INDEX_KEY', Ring, NO_RING, 'id:base64 of 32 bytes, several with commas'),
    checkpointKey: reader.required<KeyObject>(
      'CHECKPOINT_KEY',
      Checkpoint,
      undefined as unknown as KeyObject,
      'an Ed25519 private key (PKCS #8 PEM)',
    ),
    previousCheckpointKeys: reader.parse<KeyObject[]>(
      'CHECKPOINT_KEYS_PREVIOUS',
      PublicKeys,
      [],
      'Ed25519 public keys (SPKI PEM), one after the other',
    ),
    checkpointDir: reader.text('CHECKPOINT_DIR') ?? (appEnv === 'development' ? '.data/checkpoints' : null),
    operatorName: reader.text('OPERATOR_NAME') ?? DEMO_OPERATOR.name,
    operatorAddress: reader.text('OPERATOR_ADDRESS') ?? DEMO_OPERATOR.address,
    brandName: reader.text('BRAND_NAME') ?? 'Ante',
    brandColor: reader.parse<string | null>(
      'BRAND_COLOR',
      z.string().regex(/^#[0-9a-f]{6}$/i),
      null,
      '#rrggbb',
    ),
    brandLogo: reader.text('BRAND_LOGO') ?? null,
    supportEmail: reader.parse<string | null>('SUPPORT_EMAIL', z.email(), null, 'an e-mail address'),
    grievanceContact:
      reader.text('GRIEVANCE_CONTACT') ?? reader.text('SUPPORT_EMAIL') ?? defaultGrievance(reader, appEnv),
    smtpUrl: reader.parse<string | null>('SMTP_URL', SmtpUrl, null, 'smtp://user:password@host:587'),
    mailFrom: reader.text('MAIL_FROM') ?? `no-reply@${appUrl.hostname}`,
    sandboxPort: reader.parse('SANDBOX_PORT', Port, 4010, 'a port between 1 and 65535'),
    connectionOrder,
    connections: inOrder(configured, connectionOrder),
    usesSandbox: configured.length === 0,
    alertEmail: reader.parse<string | null>('ALERT_EMAIL', z.email(), null, 'an e-mail address'),
    alertWebhookUrl: reader.parse<URL | null>('ALERT_WEBHOOK_URL', Origin, null, 'an https address'),
    trustAnchors: readTrustAnchors(reader, appEnv === 'production'),
    limits: readLimits(reader),
    policy: readPolicy(reader),
    erasureLedger: reader.text('ERASURE_LEDGER') ?? '.data/erasures.jsonl',
    trustedProxyHops: reader.parse('TRUSTED_PROXY_HOPS', Count, 0, 'a number from 0 to 10'),
  }
}

/** In production the operator itself answers complaints unless somebody is named. */
function defaultGrievance(reader: Reader, appEnv: AppEnv): string {
  if (appEnv !== 'production') return DEMO_GRIEVANCE
  return [reader.text('OPERATOR_NAME'), reader.text('OPERATOR_ADDRESS')]
    .filter((part) => part !== undefined)
    .join(', ')
}

function readLimits(reader: Reader): Limits {
  const file = reader.text('LIMITS_FILE')
  if (file === undefined) return LIMITS_DEFAULTS
  try {
    const parsed = Limits.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (parsed.success) return parsed.data
    const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'the file').join(', ')
    reader.problems.push(
      `LIMITS_FILE: found wrong values at ${where}, expected the shape of docs/settings.md`,
    )
  } catch {
    reader.problems.push('LIMITS_FILE: found a file that is not readable JSON, expected a JSON object')
  }
  return LIMITS_DEFAULTS
}

function readPolicy(reader: Reader): Policy | null {
  const file = reader.text('POLICY_FILE')
  if (file === undefined) return null
  try {
    const parsed = Policy.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (parsed.success) return parsed.data
    for (const { path, message } of parsed.error.issues)
      reader.problems.push(
        `POLICY_FILE: found a wrong value at ${path.join('.') || 'the top'} (${message}), expected the shape of docs/policy.md`,
      )
  } catch {
    reader.problems.push('POLICY_FILE: found a file that is not readable JSON, expected a decision policy')
  }
  return null
}

/** Rules between settings. APP_ENV decides, never NODE_ENV: every build has `production` there. */
function checkRules(reader: Reader, settings: Settings) {
  const { appEnv, appUrl } = settings
  if (appUrl.pathname !== '/' || appUrl.search !== '')
    reader.problem('APP_URL', appUrl.href, 'an origin without a path')
  checkOrder(reader, settings)
  if (appEnv !== 'production' && !isLocal(appUrl.hostname))
    reader.problem('APP_URL', appUrl.origin, `a loopback or private address while APP_ENV is ${appEnv}`)
  for (const { id, baseUrl, authUrl } of settings.connections)
    for (const url of [baseUrl, authUrl])
      if (url?.protocol === 'http:' && (appEnv === 'production' || !isLoopback(url.hostname)))
        reader.problem(
          `${id.toUpperCase()}_BASE_URL`,
          url.origin,
          'https (plain http only for loopback outside production)',
        )
  if (appEnv === 'production') checkProduction(reader, settings)
}

function checkProduction(reader: Reader, settings: Settings) {
  if (settings.appUrl.protocol !== 'https:')
    reader.problem('APP_URL', settings.appUrl.origin, 'https in production')
  if (settings.usesSandbox)
    reader.problems.push(
      'KYC_CONNECTIONS: found no configured vendor, expected one: production has no sandbox',
    )
  if (reader.text('OPERATOR_NAME') === undefined)
    reader.problem('OPERATOR_NAME', undefined, 'the responsible company, printed in the notice')
  if (reader.text('OPERATOR_ADDRESS') === undefined)
    reader.problem('OPERATOR_ADDRESS', undefined, 'its postal address')
  if (reader.text('ANTE_DATABASE') === 'embedded' && reader.text('ALLOW_EMBEDDED_DATABASE') !== '1')
    reader.problem('DATABASE_URL', undefined, 'a PostgreSQL server, or ALLOW_EMBEDDED_DATABASE=1')
  for (const { id, vendor, baseUrl, sandbox, credentials } of settings.connections) {
    if (isTestHost(vendor, baseUrl.hostname))
      reader.problems.push(
        `${id}: found the vendor's test host ${baseUrl.hostname}, expected its live one in production`,
      )
    else if (sandbox || isLocal(baseUrl.hostname))
      reader.problems.push(
        `${id}: found a test account or a local address, expected the vendor itself in production`,
      )
    if (Object.values(credentials).some((value) => /^sandbox/i.test(value)))
      reader.problems.push(`${id}: found the sandbox's key, expected the vendor's own in production`)
  }
}

/** KYC_CONNECTIONS names configured accounts; on the sandbox, vendors. */
function checkOrder(reader: Reader, { connectionOrder, connections, usesSandbox }: Settings) {
  const known: readonly string[] = usesSandbox ? VENDORS : connections.map(({ id }) => id)
  for (const id of connectionOrder ?? [])
    if (!known.includes(id))
      reader.problem('KYC_CONNECTIONS', id, `names among ${known.join(', ')}: those with complete settings`)
}

/** The accounts that KYC_CONNECTIONS names, in its order; all of them without it. */
function inOrder(configured: ConnectionSettings[], order: readonly string[] | null): ConnectionSettings[] {
  if (order === null || configured.length === 0) return configured
  const named = order.flatMap((id) => configured.filter((one) => one.id === id))
  return named.length === 0 ? configured : named
}

/** True for localhost and addresses of 127.0.0.0/8 and ::1. */
export function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (bare === 'localhost') return true
  return ipaddr.isValid(bare) && ipaddr.parse(bare).range() === 'loopback'
}

function isLocal(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (isLoopback(bare) || bare.endsWith('.localhost')) return true
  if (!ipaddr.isValid(bare)) return false
  return ['private', 'uniqueLocal', 'linkLocal'].includes(ipaddr.parse(bare).range())
}

function toKeyRing(text: string, context: z.RefinementCtx): KeyRing {
  const keys = new Map<string, Buffer>()
  for (const entry of text.split(',')) {
    const match = /^([a-z0-9_-]{1,32}):([A-Za-z0-9+/_=-]+)$/.exec(entry.trim())
    const bytes = match?.[2] === undefined ? null : Buffer.from(match[2], 'base64')
    if (match?.[1] === undefined || bytes?.length !== 32 || keys.has(match[1])) {
      context.addIssue({ code: 'custom', message: 'not a key ring' })
      return z.NEVER
    }
    keys.set(match[1], bytes)
  }
  return { writeId: keys.keys().next().value ?? '', keys }
}

function toPrivateKey(text: string, context: z.RefinementCtx): KeyObject {
  try {
    const key = createPrivateKey(text.replaceAll('\\n', '\n'))
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // told below, without the reason: it may quote the key
  }
  context.addIssue({ code: 'custom', message: 'not an Ed25519 key' })
  return z.NEVER
}

const PUBLIC_PEM = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----/g

/** Every key of the text; anything between them, such as a private key, makes it wrong. */
function toPublicKeys(text: string, context: z.RefinementCtx): KeyObject[] {
  const pem = text.replaceAll('\\n', '\n')
  const found = pem.match(PUBLIC_PEM) ?? []
  try {
    const keys = found.map((one) => createPublicKey(one))
    const isAll = pem.replaceAll(PUBLIC_PEM, '').trim() === ''
    if (isAll && keys.every((key) => key.asymmetricKeyType === 'ed25519')) return keys
  } catch {
    // told below, without the reason
  }
  context.addIssue({ code: 'custom', message: 'not Ed25519 public keys' })
  return z.NEVER
}
