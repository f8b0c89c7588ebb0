import 'server-only'
import { z } from 'zod'
import type { DocumentType, LockerDocument } from '@/lib/documents/types'
import { type Answered, badResponse } from '../faults'
import type { HttpReply } from '../http'
import { type ListedDocument, pickListed } from '../issued-list'
import { fromBase64, PDF_LIMIT_BYTES, parseReply, sniff, XML_LIMIT_BYTES } from '../payload'
import type { FetchedDocument, LockerProfile, ProviderFields, ReadReturn, ReturnQuery } from '../types'
import type { Verdict } from '../upstream'

/** The three words that `initiate-session` documents. */
export const DOCUMENT_WORD = {
  aadhaar: 'aadhaar',
  pan: 'pan',
  driving_licence: 'dl',
} as const satisfies Record<LockerDocument, string>

const ACCESS_LIFE_MS = 50 * 60 * 1000 // ours; their hidden token says 3600 s in the sample

const Text = z.string().nullish().catch(null)
const WireSession = z.object({ authorization_url: z.string().min(1) })
const WireProfile = z
  .object({
    digilockerid: Text,
    name: Text,
    dob: Text,
    gender: Text,
    eaadhaar: Text,
    expires_in: z.unknown(),
  })
  .partial()
const WireAadhaar = z.object({
  masked_uid: Text,
  photo: Text,
  proof_of_identity: z.object({ name: Text, dob: Text, gender: Text }).nullish().catch(null),
  proof_of_address: z
    .object({ house: Text, street: Text, locality: Text, vtc: Text, district: Text, state: Text })
    .extend({ pincode: Text, country: Text })
    .nullish()
    .catch(null),
})
const WireList = z.union([
  z.array(z.unknown()),
  z.object({ items: z.array(z.unknown()) }).transform((d) => d.items),
])
const WireAccess = z.object({
  ref: z.string(),
  hasAadhaar: z.boolean(),
  profile: z.object({ subject: Text, name: Text, birthDate: Text, gender: Text }),
})

export interface Session {
  ref: string
  authorizationUrl: string
}

/** Journey key and link. The key is the envelope's own `transaction_id`, of this first call only. */
export function toSession(envelope: unknown, data: unknown, reply: Answered): Session {
  const { transaction_id: ref } = parseReply(
    z.object({ transaction_id: z.string().min(1).max(256) }),
    envelope,
    reply,
  )
  return { ref, authorizationUrl: parseReply(WireSession, data, reply).authorization_url }
}

/** What later reads need. Deepvue tells the profile only once, at the exchange, so it is kept with the key. */
export interface Access {
  ref: string
  hasAadhaar: boolean
  profile: LockerProfile
}

/** Every field of the exchange is optional; `eaadhaar` `N` is the one that changes what we do. */
export function toAccess(ref: string, data: unknown, now: Date): { access: Access; expiresAt: Date } {
  const wire = WireProfile.safeParse(data).data ?? {}
  const profile = {
    subject: wire.digilockerid || null,
    name: wire.name || null,
    birthDate: wire.dob || null,
    gender: wire.gender || null,
  }
  const lifeMs = Number(wire.expires_in ?? Number.NaN) * 1000
  const usableMs = lifeMs > 0 ? Math.min(lifeMs, ACCESS_LIFE_MS) : ACCESS_LIFE_MS
  const hasAadhaar = wire.eaadhaar?.trim().toUpperCase() !== 'N'
  return { access: { ref, hasAadhaar, profile }, expiresAt: new Date(now.getTime() + usableMs) }
}

/** Access as kept by `toAccess` and sealed by the caller, or null when it is not ours. */
export function openAccess(text: string): Access | null {
  try {
    const parsed = WireAccess.safeParse(JSON.parse(text))
    if (!parsed.success) return null
    const { subject = null, name = null, birthDate = null, gender = null } = parsed.data.profile
    return { ...parsed.data, profile: { subject, name, birthDate, gender } }
  } catch {
    return null
  }
}

/** Parsed Aadhaar. No XML field exists in this answer, hence no signature; the whole reply is kept as its raw form. */
export function toAadhaar(data: unknown, reply: HttpReply): FetchedDocument | { verdict: Verdict } {
  if (isEmpty(data)) return { verdict: { about: 'document', reason: 'not_in_locker' } }
  const wire = parseReply(WireAadhaar, data, reply)
  const identity = wire.proof_of_identity
  // Another product of theirs answers `full_name`, `aadhaar_number` and so on: readable JSON, but not this document.
  if (!identity?.name && !wire.masked_uid) return { verdict: { about: 'document', reason: 'unreadable' } }
  const place = wire.proof_of_address
  const lines = [
    place?.house,
    place?.street,
    place?.locality,
    place?.vtc,
    place?.district,
    place?.state,
    place?.pincode,
  ]
  const fields: ProviderFields = {
    kind: null,
    issuedOn: null,
    expiresOn: null,
    name: identity?.name || null,
    birthDate: identity?.dob || null,
    gender: identity?.gender || null,
    number: wire.masked_uid || null,
    address: lines.filter(Boolean).join(', ') || null,
    state: place?.state || null,
    photo: wire.photo || null,
  }
  return { type: 'aadhaar', kind: 'fields', raw: reply.bytes, mediaType: 'application/json', fields }
}

function isEmpty(data: unknown): boolean {
  if (data === null || data === undefined || data === '') return true
  return typeof data === 'object' && Object.keys(data).length === 0
}

/** The consented documents of the list (an array, or upstream's `items`); everything else in the locker is dropped. */
export function toIssued(
  data: unknown,
  reply: Answered,
  consented: readonly LockerDocument[],
): ListedDocument[] {
  return pickListed(parseReply(WireList, data ?? [], reply), consented)
}

/**
 * `data` is one string with no stated encoding: XML text, base64 of PDF or XML, or a link, which is not followed.
 * Throws `provider_bad_response` for the last and for anything else.
 */
export function toFile(type: DocumentType, data: unknown, reply: Answered): FetchedDocument {
  const text = parseReply(z.string(), data, reply).trim()
  if (/^https?:\/\//i.test(text)) throw badResponse(reply, 'file_is_link')
  const plain = Buffer.from(text, 'utf8')
  const raw = sniff(plain) === 'xml' ? plain : (fromBase64(text) ?? plain)
  const shape = sniff(raw)
  if (shape === 'xml' && raw.byteLength <= XML_LIMIT_BYTES) {
    return { type, kind: 'xml', raw, mediaType: 'application/xml' }
  }
  if (shape === 'pdf' && raw.byteLength <= PDF_LIMIT_BYTES) {
    return { type, kind: 'pdf', raw, mediaType: 'application/pdf' }
  }
  throw badResponse(reply, shape === 'xml' || shape === 'pdf' ? 'too_large' : `file_unknown:${shape}`)
}

// Return parameters are not documented. The first names are OAuth's, the others those of Deepvue's own requests; assumed.
const CODE = ['code', 'digilocker_code', 'authorization_code']
const STATE = ['state', 'transaction_id', 'initial_deepvue_transaction_id', 'txn_id']
const SUCCESS_WORDS = /^(success|successful|ok|true|completed|200)$/i

/** What the browser brought back; `state` should equal the reference of `start`, which the caller compares. */
export function toReturn(query: ReturnQuery): ReadReturn {
  const first = (names: readonly string[]) => names.map((name) => query.get(name)).find(Boolean) ?? null
  const state = STATE.map((name) => query.get(name)).find((value) => value !== undefined) ?? null // empty counts as present
  const code = first(CODE)
  const status = query.get('status') || 'success'
  const refusal = first(['error', 'error_code']) ?? (SUCCESS_WORDS.test(status) ? null : status)
  if (refusal !== null)
    return { kind: 'refused', state, reason: /den(y|ied)|cancel/i.test(refusal) ? 'denied' : 'failed' }
  return code === null ? { kind: 'unclear', state } : { kind: 'shared', code, verifier: null, state }
}
