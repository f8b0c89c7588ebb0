import 'server-only'
import { isLoopback } from '@/lib/env'
import type { AddressRule } from '@/lib/providers/addresses'
import { VENDOR_SETTINGS } from '@/lib/vendor-settings'
import type { CallEvidence, DoctorLimits, FindingCode, Surroundings, Target, VendorDoctor } from './types'

// What the probes of one run share.

export const DOCTOR_LIMITS: DoctorLimits = { connectMs: 3_000, totalMs: 10_000 }

/** One run over one connection. Probes add to `calls`; everything else stays as it was made. */
export interface Examination {
  target: Target
  surroundings: Surroundings
  doctor: VendorDoctor
  limits: DoctorLimits
  rule: AddressRule
  /** `https://…/api/kyc/<connection>/callback…`, or null when APP_URL is no address. */
  returnUrl: URL | null
  /** Whether the probe of the return address found nothing. */
  returnIsFine: boolean
  calls: CallEvidence[]
}

/** What one probe found. `words` fill in the finding's texts. */
export interface Outcome {
  /** `hint`: ok, with something to improve. */
  state: 'ok' | 'hint' | 'problem' | 'skipped'
  finding: FindingCode | null
  evidence: string[]
  words?: Record<string, string>
  also?: readonly FindingCode[]
  explanation?: string
  rulesOut?: string[]
}

export const ok = (...evidence: string[]): Outcome => ({ state: 'ok', finding: null, evidence })
export const skipped = (why: string): Outcome => ({ state: 'skipped', finding: null, evidence: [why] })

/** A problem with what fills its texts in. */
export function problem(
  finding: FindingCode,
  evidence: string[],
  words: Record<string, string> = {},
  more: Pick<Outcome, 'also' | 'explanation' | 'rulesOut'> = {},
): Outcome {
  return { state: 'problem', finding, evidence, words, ...more }
}

/** The trimmed value of a setting, as the app reads it; empty when it is not set. */
export function readValue(target: Target, name: string): string {
  return target.settings[name]?.value?.trim() ?? ''
}

/** The settings of `target` for a vendor's file: empty text when not set. */
export function valuesIn(target: Target): (name: string) => string {
  return (name) => readValue(target, name)
}

export function isSetIn(target: Target): (name: string) => boolean {
  return (name) => readValue(target, name) !== ''
}

/** How its owner calls a setting; the vendor's prefix before the name when nobody gave one. */
export function labelOf(target: Target, name: string): string {
  return target.settings[name]?.label ?? `${VENDOR_SETTINGS[target.vendor].prefix}_${name}`
}

/** `A`, `A and B`, `A, B and C`. */
export function listWords(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words[0] ?? ''
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}

/** Which addresses this run may call (OU-01): public ones, and outside production the exact loopback origins of the target. */
export function toRule(target: Target, { environment }: Surroundings): AddressRule {
  const bases = ['BASE_URL', 'AUTH_URL'].map((name) => URL.parse(readValue(target, name)))
  return {
    production: environment.APP_ENV?.trim() === 'production',
    allowedLoopbackOrigins: bases.flatMap((url) =>
      url !== null && isLoopback(url.hostname) ? [url.origin] : [],
    ),
  }
}
