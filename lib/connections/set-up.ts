import 'server-only'
import ipaddr from 'ipaddr.js'
import type { StaffActor } from '@/lib/actor'
import { toReturnUrl } from '@/lib/doctor/return-probe'
import { toWebhookAddress } from '@/lib/doctor/start-probe'
import { findOwnTarget } from '@/lib/doctor/targets'
import type { GivenSetting, Target } from '@/lib/doctor/types'
import { env, isLoopback } from '@/lib/env'
import { CAPABILITIES } from '@/lib/providers'
import { isPublicAddress } from '@/lib/providers/addresses'
import { requirePermission } from '@/lib/staff/permissions'
import { VENDOR_SETTINGS, VENDORS, type Vendor, type VendorSetting } from '@/lib/vendor-settings'
import { connections, findConnection } from './index'

// What is left to do until a vendor can be used, derived from the table of its settings.

/** One setting by the name that its owner gives it; its value is told to nobody. */
export interface SetUpSetting {
  label: string
  expected: string
  secret: boolean
  state: 'set' | 'missing' | 'unreadable'
}

export interface SetUp {
  id: string
  vendor: Vendor
  displayName: string
  /** Where it talks to now: its own settings, the built-in sandbox, or nothing yet. */
  use: 'own' | 'sandbox' | 'none'
  required: SetUpSetting[]
  /** One of these sets has to be complete, where there are any. */
  oneOf: SetUpSetting[][]
  optional: SetUpSetting[]
  /** Names without which it cannot be used. */
  missing: string[]
  /** Base URLs that the vendor documents; empty when each account has its own. */
  baseUrls: readonly string[]
  /** To register; null when APP_URL is no address. `exact`: this address alone, else each journey has its own below it. */
  returnAddress: { url: string; exact: boolean; isPublic: boolean } | null
  /** To register; null for a vendor without webhooks. `inPath`: the value of `setting` stands in the address, where its name is. */
  webhook: { url: string; setting: string; inPath: boolean } | null
}

/** What is left to do for a connection, or for a vendor that has none; null for any other name. Throws `forbidden`. */
export function findSetUp(staff: StaffActor, id: string): SetUp | null {
  requirePermission(staff, 'connection.view')
  const target = findOwnTarget(process.env, id)
  if (target === null) return null
  const { vendor, displayName, connectionId } = target
  const table = VENDOR_SETTINGS[vendor]
  const toSetting = (setting: Pick<VendorSetting, 'name' | 'expected' | 'secret'>) =>
    describe(target, setting)
  const base = {
    name: 'BASE_URL',
    secret: false,
    expected: table.baseUrls.join(' or ') || 'given per account',
  }
  const required = [base, ...table.required].map(toSetting)
  const oneOf = table.oneOf.map((set) => set.map(toSetting))
  const missing = toMissing(required, oneOf)
  return {
    ...{ id: connectionId, vendor, displayName, required, oneOf, missing },
    use: toUse(connectionId),
    optional: table.optional.map(toSetting),
    baseUrls: table.baseUrls,
    ...toAddresses(target),
  }
}

/** Vendors that no connection belongs to. Throws `forbidden`. */
export function unusedVendors(staff: StaffActor): { vendor: Vendor; displayName: string }[] {
  requirePermission(staff, 'connection.view')
  const used = new Set(connections().map(({ vendor }) => vendor))
  return VENDORS.filter((vendor) => !used.has(vendor)).map((vendor) => ({
    vendor,
    displayName: VENDOR_SETTINGS[vendor].displayName,
  }))
}

function describe(
  { settings, vendor }: Target,
  { name, expected, secret }: Pick<VendorSetting, 'name' | 'expected' | 'secret'>,
): SetUpSetting {
  const given = settings[name]
  return {
    label: given?.label ?? `${VENDOR_SETTINGS[vendor].prefix}_${name}`,
    expected,
    secret,
    state: stateOf(given),
  }
}

function stateOf(given: GivenSetting | undefined): SetUpSetting['state'] {
  if (given?.trouble === 'file_unreadable') return 'unreadable'
  return (given?.value ?? '').trim() === '' ? 'missing' : 'set'
}

/** The names still to be set; of several ways to sign in those of the way that was begun, else of the first. */
function toMissing(required: readonly SetUpSetting[], oneOf: readonly SetUpSetting[][]): string[] {
  const begun = oneOf.find((set) => set.some(({ state }) => state !== 'missing')) ?? oneOf[0] ?? []
  return [...required, ...begun].filter(({ state }) => state !== 'set').map(({ label }) => label)
}

function toUse(id: string): SetUp['use'] {
  if (findConnection(id) === null) return 'none'
  return env().usesSandbox ? 'sandbox' : 'own'
}

function toAddresses(target: Target): Pick<SetUp, 'returnAddress' | 'webhook'> {
  const exact = CAPABILITIES[target.vendor].exactRedirectUrl
  const url = toReturnUrl(target, { environment: process.env }, true)
  const webhook = toWebhookAddress(target, url)
  return {
    returnAddress:
      url === null ? null : { url: exact ? url.href : `${url.href}/`, exact, isPublic: isPublic(url) },
    webhook:
      webhook === null
        ? null
        : { url: webhook.address, setting: webhook.setting, inPath: webhook.address.includes('<') },
  }
}

/** Whether a vendor could send anybody there, as far as the address itself tells. */
function isPublic({ protocol, hostname }: URL): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (ipaddr.isValid(bare)) return protocol === 'https:' && isPublicAddress(bare)
  return protocol === 'https:' && bare.includes('.') && !isLoopback(bare)
}
