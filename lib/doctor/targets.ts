import 'server-only'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { isLoopback } from '@/lib/env'
import {
  SANDBOX_ACCOUNTS,
  settingsOf,
  VENDOR_SETTINGS,
  VENDORS,
  type Vendor,
  type VendorSetting,
} from '@/lib/vendor-settings'
import type { GivenSetting, Target } from './types'

// Which connections there are, read from the raw environment: also when they are incomplete, since that is a diagnosis.

type Environment = Readonly<Record<string, string | undefined>>

/** Why nothing can be examined; the command ends with 2. */
export class CannotExamine extends Error {}

const DEFAULT_SANDBOX_PORT = 4010

/**
 * Every configured connection: variables first, in the order of the vendor table, then CONNECTIONS_FILE; when there is
 * none, each vendor on the built-in sandbox. Throws CannotExamine when the connections file cannot be read.
 */
export function readTargets(environment: Environment): Target[] {
  const configured = [
    ...VENDORS.flatMap((vendor) => fromVariables(environment, vendor) ?? []),
    ...fromConnectionsFile(environment),
  ]
  if (configured.length > 0) return configured
  if (environment.APP_ENV === 'production')
    throw new CannotExamine('No vendor is configured, and production has no sandbox.')
  return VENDORS.map((vendor) => toSandboxTarget(environment, vendor))
}

/**
 * The targets that `name` stands for; all of them without one. A vendor without any setting is examined too, so that
 * what is missing gets its names. Throws CannotExamine for a name that nothing has.
 */
export function chooseTargets(environment: Environment, name: string | null): Target[] {
  const all = readTargets(environment)
  if (name === null) return all
  const found = all.filter(({ connectionId }) => connectionId === name)
  if (found.length > 0) return found
  const vendor = VENDORS.find((known) => known === name)
  if (vendor !== undefined) return [variablesOf(environment, vendor)]
  const known = all.map(({ connectionId }) => connectionId).join(', ')
  throw new CannotExamine(`There is no connection "${name.slice(0, 40)}". There are: ${known}.`)
}

/**
 * What the settings themselves hold for a connection or a vendor of this name, be it nothing: the built-in sandbox never takes
 * its place. Null when it is no name of either. Throws CannotExamine when the connections file cannot be read.
 */
export function findOwnTarget(environment: Environment, name: string): Target | null {
  const vendor = VENDORS.find((known) => known === name)
  if (vendor !== undefined) return variablesOf(environment, vendor)
  return fromConnectionsFile(environment).find(({ connectionId }) => connectionId === name) ?? null
}

/** True when `target` is on the built-in sandbox of this machine. */
export function isBuiltInSandbox({ source }: Target): boolean {
  return source === 'sandbox'
}

/** One vendor's variables, or null when none is set. */
function fromVariables(environment: Environment, vendor: Vendor): Target | null {
  const target = variablesOf(environment, vendor)
  const isUntouched = Object.values(target.settings).every(
    ({ value, trouble }) => trouble === null && (value ?? '').trim() === '',
  )
  return isUntouched ? null : target
}

function variablesOf(environment: Environment, vendor: Vendor): Target {
  const { prefix, displayName } = VENDOR_SETTINGS[vendor]
  const settings = namesOf(vendor).map(({ name, secret }) =>
    fromVariable(environment, `${prefix}_${name}`, name, secret),
  )
  const hosts = environment[`${prefix}_ALLOWED_HOSTS`] ?? ''
  return toTarget({ id: vendor, vendor, displayName, settings, allowedHosts: hosts.split(',') })
}

function namesOf(vendor: Vendor): Pick<VendorSetting, 'name' | 'secret'>[] {
  return [{ name: 'BASE_URL', secret: false }, ...settingsOf(vendor)]
}

/** A variable as it stands, or the file that `…_FILE` names; the file's last line end is nobody's mistake. */
function fromVariable(environment: Environment, label: string, name: string, secret: boolean): GivenSetting {
  const path = environment[`${label}_FILE`]
  if (path === undefined || path === '')
    return { name, label, shell: `$${label}`, secret, value: environment[label], trouble: null }
  return { ...fromFile(path, name, secret), label, shell: `$(cat "$${label}_FILE")` }
}

function fromFile(path: string, name: string, secret: boolean): GivenSetting {
  const given = { name, label: name, shell: `$${name}`, secret }
  try {
    return { ...given, value: readFileSync(path, 'utf8').replace(/\r?\n$/, ''), trouble: null }
  } catch {
    return { ...given, value: undefined, trouble: 'file_unreadable' }
  }
}

const Value = z.union([z.string(), z.looseObject({ env: z.string() }), z.looseObject({ file: z.string() })])
const ConnectionsFile = z.looseObject({
  connections: z.array(
    z.looseObject({
      id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
      vendor: z.enum(VENDORS),
      display_name: z.string().optional(),
      base_url: z.string().optional(),
      settings: z.record(z.string(), Value).default({}),
      allowed_hosts: z.array(z.string()).default([]),
      sandbox: z.boolean().default(false),
    }),
  ),
})
type Entry = z.output<typeof ConnectionsFile>['connections'][number]

/** Accounts of CONNECTIONS_FILE (docs/providers.md): `{"connections": [{"id", "vendor", "base_url", "settings": …}]}`. */
function fromConnectionsFile(environment: Environment): Target[] {
  const given = fromVariable(environment, 'CONNECTIONS_FILE', 'CONNECTIONS_FILE', false)
  const path = given.value?.trim() ?? ''
  if (path === '') return []
  const parsed = ConnectionsFile.safeParse(readJson(path))
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'the file').join(', ')
    throw new CannotExamine(`CONNECTIONS_FILE has another shape than docs/providers.md at: ${where}.`)
  }
  return parsed.data.connections.map((entry) => fromEntry(environment, entry))
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const why = error instanceof SyntaxError ? 'does not hold JSON' : 'cannot be read'
    throw new CannotExamine(`CONNECTIONS_FILE names a file that ${why}.`)
  }
}

function fromEntry(environment: Environment, entry: Entry): Target {
  const { id, vendor, display_name: displayName, allowed_hosts: allowedHosts, sandbox } = entry
  const settings = namesOf(vendor).map(({ name, secret }): GivenSetting => {
    const label = `${name} of ${id}`
    const shell = `$${`${id}_${name}`.toUpperCase().replaceAll('-', '_')}`
    if (name === 'BASE_URL') return { name, label, shell, secret, value: entry.base_url, trouble: null }
    return { ...fromValue(environment, entry.settings[name], { name, secret, shell }), label }
  })
  return {
    ...toTarget({
      id,
      vendor,
      displayName: displayName ?? VENDOR_SETTINGS[vendor].displayName,
      settings,
      allowedHosts,
    }),
    ...(sandbox && { sandbox }),
  }
}

type Place = Pick<GivenSetting, 'name' | 'secret' | 'shell'>

/** A secret never stands in the connections file itself; the app refuses it there. */
function fromValue(
  environment: Environment,
  value: z.output<typeof Value> | undefined,
  { name, secret, shell }: Place,
): GivenSetting {
  const place = { name, label: name, shell, secret }
  if (typeof value === 'string')
    return { ...place, value, trouble: secret ? 'secret_in_connections_file' : null }
  if (value === undefined) return { ...place, value: undefined, trouble: null }
  if ('env' in value) return fromVariable(environment, String(value.env), name, secret)
  return fromFile(String(value.file), name, secret)
}

function toSandboxTarget(environment: Environment, vendor: Vendor): Target {
  const { prefix, displayName } = VENDOR_SETTINGS[vendor]
  const port = Number(environment.SANDBOX_PORT) || DEFAULT_SANDBOX_PORT
  const values: Readonly<Record<string, string>> = {
    BASE_URL: `http://localhost:${port}`,
    ...SANDBOX_ACCOUNTS[vendor],
  }
  const settings = namesOf(vendor).map(({ name, secret }): GivenSetting => {
    const label = `${prefix}_${name}`
    return { name, label, shell: `$${label}`, secret, value: values[name], trouble: null }
  })
  const target = toTarget({ id: vendor, vendor, displayName, settings, allowedHosts: [] })
  return { ...target, source: 'sandbox' }
}

interface Parts {
  id: string
  vendor: Vendor
  displayName: string
  settings: GivenSetting[]
  allowedHosts: readonly string[]
}

function toTarget({ id, vendor, displayName, settings, allowedHosts }: Parts): Target {
  const byName = Object.fromEntries(settings.map((setting) => [setting.name, setting]))
  const base = URL.parse(byName.BASE_URL?.value?.trim() ?? '')
  return {
    connectionId: id,
    vendor,
    displayName,
    source: 'environment',
    settings: byName,
    allowedHosts: allowedHosts.map((host) => host.trim().toLowerCase()).filter((host) => host !== ''),
    sandbox: base !== null && isLoopback(base.hostname),
  }
}
