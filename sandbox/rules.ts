import { z } from 'zod'
import { VENDOR_IDS } from './modes'
import { PERSONA_IDS } from './personas'

const FAULTS = [
  'unauthorized',
  'forbidden',
  'rate_limited',
  'server_error',
  'unavailable',
  'html',
  'truncated_json',
  'redirect',
  'foreign_url',
  'javascript_url',
  'huge_body',
  'hang',
  'disconnect',
  'body',
  'delay',
] as const

const HOLD_LIMIT_MS = 10 * 60 * 1000

/** Spoils calls of one vendor. */
export const FaultRule = z.strictObject({
  vendor: z.enum(VENDOR_IDS),
  /** Last part of the call's path, `_` and `-` alike (`fetch_pan`), `return` for the way back, or `*`. */
  call: z.string().min(1).default('*'),
  fault: z.enum(FAULTS),
  /** Only journeys whose return address contains this. */
  handle: z.string().min(1).optional(),
  /** How often, then the rule is used up. Without it: until reset. */
  times: z.int().min(1).optional(),
  /** Calls to let through first. */
  after: z.int().min(0).optional(),
  status: z.int().min(200).max(599).optional(),
  /** For `body`: text as it is, anything else as JSON. */
  body: z.unknown().optional(),
  contentType: z.string().optional(),
  /** For `redirect`, `foreign_url`: where to. */
  location: z.string().optional(),
  /** For `huge_body`. */
  sizeBytes: z.int().min(1).max(200_000_000).optional(),
  delayMs: z.int().min(0).max(HOLD_LIMIT_MS).optional(),
  /** `after`: the call takes effect (a code is spent) and only its answer is spoilt. */
  phase: z.enum(['before', 'after']).default('before'),
  /** For call `return`: parameters to set, or to leave out (null). */
  params: z.record(z.string(), z.string().nullable()).optional(),
})

/** Name of a person in any script, as documents print it. */
export const PersonName = z
  .string()
  .trim()
  .max(99)
  .regex(/^\p{L}[\p{L}\p{M} .'’-]*$/u, 'letters, spaces, dots, apostrophes and hyphens only')

/** A day that a living person may be born on, `YYYY-MM-DD`. */
export const BirthDate = z.iso.date().refine((text) => text >= '1900-01-01', 'before 1900')

/** Chooses the persona in the player's place. */
export const PersonaRule = z.strictObject({
  persona: z.enum(PERSONA_IDS),
  vendor: z.enum(VENDOR_IDS).optional(),
  handle: z.string().min(1).optional(),
  /** True: no consent page, the answer is given at once. */
  auto: z.boolean().default(false),
  decision: z.enum(['allow', 'deny']).default('allow'),
  /** Name and birth date on the invented documents, in place of the persona's own. */
  name: PersonName.optional(),
  birthDate: BirthDate.optional(),
})

/** What is wrong with the webhooks of a journey; by default nothing. */
export const Mischief = z.strictObject({
  /** From the decision to the delivery, instead of the vendor's mode. */
  delayMs: z.int().min(0).max(HOLD_LIMIT_MS).optional(),
  /** The same bytes so often. */
  copies: z.int().min(1).max(20).default(1),
  /** After the final event, an older one that says the journey is in progress. */
  outOfOrder: z.boolean().default(false),
  /** A wrong signature, or a wrong path token where the vendor has no signature. */
  forged: z.boolean().default(false),
  /** Correctly signed 301 seconds ago. */
  stale: z.boolean().default(false),
  /** 300 kB. */
  oversized: z.boolean().default(false),
  /** About a journey nobody has. */
  unknownReference: z.boolean().default(false),
  /** One space more than was signed. */
  altered: z.boolean().default(false),
  /** Which signatures Didit sends along. */
  scheme: z.enum(['all', 'simple_only']).default('all'),
  /** Nothing is sent. */
  none: z.boolean().default(false),
})

/** Spoils the webhooks of one vendor's journeys. */
export const WebhookRule = z.strictObject({
  vendor: z.enum(VENDOR_IDS),
  webhook: Mischief,
  handle: z.string().min(1).optional(),
  times: z.int().min(1).optional(),
})

export type FaultRule = z.output<typeof FaultRule>
export type PersonaRule = z.output<typeof PersonaRule>
export type Mischief = z.output<typeof Mischief>
export type WebhookRule = z.output<typeof WebhookRule>
export type Rule = { used: number } & (
  | { kind: 'fault'; rule: FaultRule }
  | { kind: 'persona'; rule: PersonaRule }
  | { kind: 'webhook'; rule: WebhookRule }
)

/** The oldest fault that fits this call and is not used up; counts it as used. */
export function takeFault(
  rules: Rule[],
  vendor: string,
  call: string,
  returnUrl: string | null,
): FaultRule | null {
  for (const entry of rules) {
    if (entry.kind !== 'fault' || !fitsCall(entry.rule, vendor, call, returnUrl)) continue
    const turn = entry.used - (entry.rule.after ?? 0)
    if (entry.rule.times !== undefined && turn >= entry.rule.times) continue
    entry.used++
    if (turn >= 0) return entry.rule
  }
  return null
}

/** Mischief of the oldest webhook rule that fits this journey and is not used up; counts it as used. */
export function takeMischief(rules: Rule[], vendor: string, returnUrl: string): Mischief | null {
  const entry = findWebhookEntry(rules, vendor, returnUrl)
  if (!entry) return null
  entry.used++
  return entry.rule.webhook
}

/** True when a webhook rule waits for this journey; uses nothing up. */
export function hasMischief(rules: Rule[], vendor: string, returnUrl: string): boolean {
  return findWebhookEntry(rules, vendor, returnUrl) !== null
}

type WebhookEntry = Extract<Rule, { kind: 'webhook' }>

function findWebhookEntry(rules: Rule[], vendor: string, returnUrl: string): WebhookEntry | null {
  for (const entry of rules) {
    if (entry.kind !== 'webhook' || entry.rule.vendor !== vendor) continue
    if (entry.rule.handle && !returnUrl.includes(entry.rule.handle)) continue
    if (entry.rule.times !== undefined && entry.used >= entry.rule.times) continue
    return entry
  }
  return null
}

/** The newest persona rule that fits this journey. */
export function findPersonaRule(rules: Rule[], vendor: string, returnUrl: string): PersonaRule | null {
  for (const entry of [...rules].reverse()) {
    if (entry.kind !== 'persona') continue
    const { rule } = entry
    if (rule.vendor && rule.vendor !== vendor) continue
    if (rule.handle && !returnUrl.includes(rule.handle)) continue
    return rule
  }
  return null
}

function fitsCall(rule: FaultRule, vendor: string, call: string, returnUrl: string | null): boolean {
  if (rule.vendor !== vendor) return false
  if (rule.handle && !returnUrl?.includes(rule.handle)) return false
  const asked = rule.call.replaceAll('-', '_')
  if (asked === '*') return call !== 'return'
  return asked === call.replaceAll('-', '_')
}
