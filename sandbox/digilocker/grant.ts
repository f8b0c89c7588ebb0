import type { DocumentType } from '../documents/layouts'
import type { IssuedItem, Locker } from '../documents/locker'
import type { Call } from '../http'
import { findJourney, grantAccess, type Journey, nameJourney, newToken, type Sandbox } from '../state'
import { vendorNow } from '../vendor'

/** A journey whose player said yes. */
export type Granted = Journey & { locker: Locker }

/** Begins, or begins again, the life of an access token; the one before is dead. */
export function openAccess(sandbox: Sandbox, journey: Journey): void {
  const access = newToken(32)
  grantAccess(journey, access)
  nameJourney(sandbox, access, journey)
  const tokenEndsAt = Date.now() + sandbox.modes.digilocker.tokenLifeSeconds * 1000
  journey.facts.consent_till ??= String(defaultConsentEnd(sandbox))
  const skewMs = vendorNow(sandbox, 'digilocker').getTime() - Date.now()
  journey.accessEndsAt = Math.min(tokenEndsAt, Number(journey.facts.consent_till) * 1000 - skewMs)
}

function defaultConsentEnd(sandbox: Sandbox): number {
  const now = Math.floor(vendorNow(sandbox, 'digilocker').getTime() / 1000)
  return now + sandbox.modes.digilocker.consentLifeSeconds
}

/** The journey whose access token this call carries; null when it ended, was revoked, or never was. */
export function journeyOf(sandbox: Sandbox, call: Call): Granted | null {
  const token = /^Bearer (\S+)$/i.exec(call.headers.authorization ?? '')?.[1] ?? ''
  const journey = findJourney(sandbox, 'digilocker', token)
  if (!journey?.locker || journey.accessKey !== token) return null
  return journey.accessEndsAt > Date.now() ? (journey as Granted) : null
}

/** The document types that the player ticked, of those asked for. */
export function grantedTypes(sandbox: Sandbox, { locker, asked }: Granted): string[] {
  const { ticked } = sandbox.modes.digilocker
  return asked.filter((code) => locker.shared.has(code) && (ticked === null || ticked.includes(code)))
}

/** True when the player ticked it, or has pulled it into the locker since. */
export function isGranted(sandbox: Sandbox, journey: Granted, type: DocumentType): boolean {
  return grantedTypes(sandbox, journey).includes(type) || journey.facts[`pulled ${type}`] !== undefined
}

/**
 * `scope` of the token answer: the words asked for and a `partners` word per document but Aadhaar, as in the digest's
 * sample; empty when nothing was ticked (seen at an aggregator).
 */
export function scopeOf(sandbox: Sandbox, journey: Granted): string {
  const types = grantedTypes(sandbox, journey)
  if (types.length === 0) return ''
  const partners = types.filter((code) => code !== 'ADHAR').map((code) => `partners.${code}`)
  return [journey.facts.scope, ...partners].join(' ')
}

/** True when the list and the documents may be read at all. */
export function mayReadDocuments(sandbox: Sandbox, journey: Granted): boolean {
  return scopeOf(sandbox, journey).split(' ').includes('files.issueddocs')
}

/** `Y` when the e-Aadhaar can be fetched. */
export function aadhaarFlag(sandbox: Sandbox, journey: Granted): 'Y' | 'N' {
  return grantedTypes(sandbox, journey).includes('ADHAR') ? 'Y' : 'N'
}

/** The listed document with this handle. */
export function findItem({ locker }: Granted, uri: string): IssuedItem | undefined {
  return locker.items.find((item) => item.uri === uri)
}
