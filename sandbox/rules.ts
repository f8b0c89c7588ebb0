import { z } from 'zod'
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
  vendor: z.enum(['idto', 'deepvue']),
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

/** Chooses the persona in the player's place. */
export const PersonaRule = z.strictObject({
  persona: z.enum(PERSONA_IDS),
  vendor: z.enum(['idto', 'deepvue']).optional(),
  handle: z.string().min(1).optional(),
  /** True: no consent page, the answer is given at once. */
  auto: z.boolean().default(false),
  decision: z.enum(['allow', 'deny']).default('allow'),
})

export type FaultRule = z.output<typeof FaultRule>
export type PersonaRule = z.output<typeof PersonaRule>
export type Rule = { used: number } & (
  | { kind: 'fault'; rule: FaultRule }
  | { kind: 'persona'; rule: PersonaRule }
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
