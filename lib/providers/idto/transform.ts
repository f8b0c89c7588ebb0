import 'server-only'
import { z } from 'zod'
import type { LockerDocument } from '@/lib/documents/types'
import { type Answered, badResponse } from '../faults'
import { type ListedDocument, pickListed } from '../issued-list'
import { parseReply } from '../payload'
import type { LockerProfile, ReadReturn, ReturnQuery } from '../types'

/** Document codes we send. PANCD stood in one integrator's request; every list ever seen says PANCR (read 2026-11-20). */
export const DOCUMENT_CODE = {
  aadhaar: 'ADHAR',
  pan: 'PANCR',
  driving_licence: 'DRVLC',
} as const satisfies Record<LockerDocument, string>

const ACCESS_LIFE_MS = 55 * 60 * 1000 // ours: the key seems to live one hour (derived from IDTO's own sample)

const WireLink = z.object({ url: z.string().min(1).optional(), auth_url: z.string().min(1).optional() })
const WireStart = WireLink.extend({
  result: WireLink.optional().catch(undefined),
  data: WireLink.optional().catch(undefined),
})
const WireReference = z.object({
  reference_key: z.string().min(1),
  expires_at: z.string().optional().catch(undefined),
})
const WireExchange = z.union([
  WireReference,
  z.object({ result: WireReference }).transform((wire) => wire.result),
  z.object({ data: WireReference }).transform((wire) => wire.data),
])
const Text = z.string().nullish().catch(null)
const WireUser = z.object({
  user: z.object({ digilockerid: Text, name: Text, dob: Text, gender: Text, eaadhaar: Text }),
})
const WireList = z.object({ issued_docs: z.object({ items: z.array(z.unknown()) }) })

/** The consent link: `url`, or one of the other places where integrators met it. */
export function toAuthorizationUrl(value: unknown, reply: Answered): string {
  const wire = parseReply(WireStart, value, reply)
  const places = [wire, wire.result, wire.data]
  const link = places.map((place) => place?.url ?? place?.auth_url).find((found) => found !== undefined)
  if (link === undefined) throw badResponse(reply, 'no_link')
  return link
}

export interface Reference {
  key: string
  expiresAt: Date
}

/** The key for every later read; never `user.reference_key`, which is DigiLocker's own. */
export function toReference(value: unknown, reply: Answered, now: Date): Reference {
  const wire = parseReply(WireExchange, value, reply)
  return { key: wire.reference_key, expiresAt: toExpiry(wire.expires_at, now) }
}

/** `expires_at` comes without a zone and is UTC by the arithmetic of IDTO's sample; at most 55 min from now. */
export function toExpiry(text: string | undefined, now: Date): Date {
  const capMs = now.getTime() + ACCESS_LIFE_MS
  const iso = (text ?? '').trim().replace(' ', 'T')
  const atMs = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(iso) ? iso : `${iso}Z`)
  return new Date(Number.isNaN(atMs) ? capMs : Math.min(atMs, capMs))
}

export interface Account {
  profile: LockerProfile
  /** False only when the account says so: `fetch_aadhaar` cannot succeed then. */
  hasAadhaar: boolean
}

/** Profile as written (`dob` is DDMMYYYY); mobile, picture, e-mail and DigiLocker's own key fall away. */
export function toAccount(value: unknown, reply: Answered): Account {
  const { user } = parseReply(WireUser, value, reply)
  const profile = {
    subject: user.digilockerid || null,
    name: user.name || null,
    birthDate: user.dob || null,
    gender: user.gender || null,
  }
  return { profile, hasAadhaar: user.eaadhaar?.trim().toUpperCase() !== 'N' }
}

/** The consented documents of the locker, preferred code first; everything else in it is dropped here. */
export function toListed(
  value: unknown,
  reply: Answered,
  consented: readonly LockerDocument[],
): ListedDocument[] {
  return pickListed(parseReply(WireList, value, reply).issued_docs.items, consented)
}

/** What the browser brought back. Needs code and verifier; IDTO's page knows the verifier in two spellings. */
export function toReturn(query: ReturnQuery): ReadReturn {
  const get = (name: string) => query.get(name) || null
  const state = query.get('state') ?? null // present but empty is a mismatch, not an absence
  const refusal = get('error')
  if (refusal !== null) {
    return { kind: 'refused', state, reason: refusal === 'access_denied' ? 'denied' : 'failed' }
  }
  const code = get('code')
  const verifier = get('code_verifier') ?? get('codeVerifier')
  if (code === null || verifier === null) return { kind: 'unclear', state }
  return { kind: 'shared', code, verifier: toVerifier(verifier), state }
}

/**
 * One integrator decodes the verifier twice, so double encoding has happened: decode once more when that yields the
 * RFC 7636 shape, else keep the once-decoded text and let IDTO judge it.
 */
export function toVerifier(text: string): string {
  if (!/%[0-9a-f]{2}/i.test(text)) return text
  const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return /^[A-Za-z0-9\-._~]{43,128}$/.test(decoded) ? decoded : text
}
