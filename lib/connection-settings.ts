import 'server-only'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import {
  isTestHost,
  settingsOf,
  VENDOR_SETTINGS,
  VENDORS,
  type Vendor,
  type VendorSetting,
} from './vendor-settings'

// Which accounts are configured: one per vendor by environment variables, more of them by CONNECTIONS_FILE.

export interface ConnectionSettings {
  id: string
  vendor: Vendor
  displayName: string
  baseUrl: URL
  authUrl: URL | null
  credentials: Readonly<Record<string, string>>
  allowedHosts: string[]
  /** Declared as a test account, or on a test host of the vendor; loopback addresses are one without saying so. */
  sandbox: boolean
}

/** Where settings are looked up and problems are told; `env.ts` has the real one. */
export interface SettingsSource {
  text(name: string): string | undefined
  /** `found` is shown unless `secret`. No value of a vendor setting is: it may be a key that was put in the wrong place. */
  problem(name: string, found: string | undefined, expected: string, secret?: boolean): void
}

const PLACEHOLDER = new URL('https://invalid.invalid')
const Origin = z.url({ protocol: /^https?$/ }).transform((text) => new URL(text))
const HostList = z.array(z.string().regex(/^(localhost|(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+)(:\d+)?$/))
const Value = z.union([
  z.string().min(1).max(4096),
  z.strictObject({ env: z.string().min(1) }),
  z.strictObject({ file: z.string().min(1) }),
])
const ConnectionsFile = z.strictObject({
  connections: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
      vendor: z.enum(VENDORS),
      display_name: z.string().min(1).max(40).optional(),
      base_url: z.string(),
      settings: z.record(z.string(), Value),
      allowed_hosts: HostList.default([]),
      sandbox: z.boolean().default(false),
    }),
  ),
})
type FileConnection = z.output<typeof ConnectionsFile>['connections'][number]

/** Every configured account: the environment's in the order of the vendor table, then the file's. Problems are told. */
export function readConnectionSettings(source: SettingsSource): ConnectionSettings[] {
  const fromEnvironment = VENDORS.flatMap((vendor) => fromVariables(source, vendor) ?? [])
  const fromFile = readFile(source)
  const all = [...fromEnvironment, ...fromFile]
  const doubled = all.find((one, place) => all.findIndex(({ id }) => id === one.id) !== place)
  if (doubled !== undefined)
    source.problem('CONNECTIONS_FILE', doubled.id, 'an id that no other connection has')
  return all
}

/** One vendor's account from its variables, or null when none of them is set. */
function fromVariables(source: SettingsSource, vendor: Vendor): ConnectionSettings | null {
  const { prefix } = VENDOR_SETTINGS[vendor]
  const names = ['BASE_URL', ...settingsOf(vendor).map(({ name }) => name)]
  if (names.every((name) => source.text(`${prefix}_${name}`) === undefined)) return null
  return build(source, vendor, {
    id: vendor,
    displayName: VENDOR_SETTINGS[vendor].displayName,
    where: (name) => `${prefix}_${name}`,
    value: (name) => source.text(`${prefix}_${name}`),
    allowedHosts: toHosts(source, `${prefix}_ALLOWED_HOSTS`),
    sandbox: false,
  })
}

function readFile(source: SettingsSource): ConnectionSettings[] {
  const path = source.text('CONNECTIONS_FILE')
  if (path === undefined) return []
  const expected = 'a readable JSON file in the shape of docs/providers.md'
  try {
    const parsed = ConnectionsFile.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    if (parsed.success) return parsed.data.connections.map((one) => fromEntry(source, one))
    const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'the file').join(', ')
    source.problem('CONNECTIONS_FILE', `wrong values at ${where}`, expected)
  } catch {
    source.problem('CONNECTIONS_FILE', 'a file that is not readable JSON', expected)
  }
  return []
}

function fromEntry(source: SettingsSource, entry: FileConnection): ConnectionSettings {
  const where = (name: string) => `CONNECTIONS_FILE ${entry.id} ${name}`
  const known = new Set(settingsOf(entry.vendor).map(({ name }) => name))
  for (const name of Object.keys(entry.settings))
    if (!known.has(name))
      source.problem(where(name), name, `a setting of ${VENDOR_SETTINGS[entry.vendor].displayName}`)
  return build(source, entry.vendor, {
    id: entry.id,
    displayName: entry.display_name ?? VENDOR_SETTINGS[entry.vendor].displayName,
    where,
    value: (name) =>
      name === 'BASE_URL' ? entry.base_url : toValue(source, entry.vendor, name, entry, where(name)),
    allowedHosts: entry.allowed_hosts,
    sandbox: entry.sandbox,
  })
}

/** A value of the file; a secret stands in a variable or a file of its own, never in this one. */
function toValue(
  source: SettingsSource,
  vendor: Vendor,
  name: string,
  entry: FileConnection,
  where: string,
): string | undefined {
  const value = entry.settings[name]
  if (value === undefined) return undefined
  if (typeof value === 'string') {
    if (!settingsOf(vendor).some((setting) => setting.name === name && setting.secret)) return value
    source.problem(where, undefined, '{"env": …} or {"file": …}: a secret does not stand in this file', true)
    return undefined
  }
  if ('env' in value) return source.text(value.env)
  try {
    return readFileSync(value.file, 'utf8').trim() || undefined
  } catch {
    source.problem(where, undefined, 'a readable file', true)
    return undefined
  }
}

interface Origins {
  id: string
  displayName: string
  /** How a setting is called where it stands. */
  where(name: string): string
  value(name: string): string | undefined
  allowedHosts: string[]
  sandbox: boolean
}

function build(source: SettingsSource, vendor: Vendor, from: Origins): ConnectionSettings {
  const { required, oneOf, optional } = VENDOR_SETTINGS[vendor]
  const present = oneOf.filter((set) => set.some(({ name }) => from.value(name) !== undefined))
  if (oneOf.length > 0 && present.length !== 1) tellOneOf(source, vendor, from, present.length)
  const needed = [...required, ...(present[0] ?? [])]
  const credentials: Record<string, string> = {}
  for (const setting of [...needed, ...optional]) {
    const value = readOne(source, from, setting, needed.includes(setting), vendor)
    if (value !== undefined) credentials[setting.key] = value
  }
  const { authUrl, ...others } = credentials
  const baseUrl = toOrigin(source, from, 'BASE_URL', from.value('BASE_URL')) ?? PLACEHOLDER
  return {
    id: from.id,
    vendor,
    displayName: from.displayName,
    baseUrl,
    authUrl: authUrl === undefined ? null : toOrigin(source, from, 'AUTH_URL', authUrl),
    credentials: others,
    allowedHosts: from.allowedHosts,
    sandbox: from.sandbox || isTestHost(vendor, baseUrl.hostname),
  }
}

function tellOneOf(source: SettingsSource, vendor: Vendor, from: Origins, found: number) {
  const { oneOf, prefix } = VENDOR_SETTINGS[vendor]
  const sets = oneOf.map((set) => set.map(({ name }) => `${prefix}_${name}`).join(' + ')).join(', or ')
  const first = oneOf[0]?.[0]?.name ?? ''
  source.problem(from.where(first), found === 0 ? undefined : 'both', `exactly one of: ${sets}`, true)
}

function readOne(
  source: SettingsSource,
  from: Origins,
  setting: VendorSetting,
  isNeeded: boolean,
  vendor: Vendor,
): string | undefined {
  const { name, shape, expected, fallback } = setting
  const value = from.value(name)
  if (value === undefined) {
    const { displayName } = VENDOR_SETTINGS[vendor]
    if (isNeeded)
      source.problem(
        from.where(name),
        undefined,
        `${expected}, as other ${displayName} settings are set`,
        true,
      )
    return fallback
  }
  if (shape === undefined || shape.test(value)) return value
  source.problem(from.where(name), value, expected, true)
  return undefined
}

function toOrigin(source: SettingsSource, from: Origins, name: string, text: string | undefined): URL | null {
  const parsed = Origin.safeParse(text)
  if (parsed.success) return parsed.data
  source.problem(from.where(name), text, 'the vendor address, https', true)
  return null
}

function toHosts(source: SettingsSource, name: string): string[] {
  const text = source.text(name)
  if (text === undefined) return []
  const parsed = HostList.safeParse(text.split(',').map((host) => host.trim().toLowerCase()))
  if (parsed.success) return parsed.data
  source.problem(name, text, 'host names with commas', true)
  return []
}
