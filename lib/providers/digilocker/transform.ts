import 'server-only'
import { z } from 'zod'
import type { LockerDocument } from '@/lib/documents/types'
import { toLockerDocuments } from '../collect'
import type { Answered } from '../faults'
import { parseReply } from '../payload'
import type { Connection, LockerProfile, ReadReturn, ReturnQuery, StartRequest } from '../types'
import { toChallenge } from './pkce'

/** Codes of the partner portal; each seen at several aggregators. PANCD is found nowhere and not used. */
export const DOCUMENT_CODE = {
  aadhaar: 'ADHAR',
  pan: 'PANCR',
  driving_licence: 'DRVLC',
} as const satisfies Record<LockerDocument, string>

const AUTHORIZE_PATH = '/public/oauth2/1/authorize'
const SHOWN_LIMIT = 50 // characters; one public client says so for `purpose`
const SCOPE = 'files.issueddocs'
const ACCESS_LIFE_MS = 55 * 60 * 1000 // ours: the official example says 3600 s

/** The words of RFC 6749 that say trouble; whatever else comes back as an error is the player's stop (assumed). */
const TROUBLE_WORDS =
  /^(user_loggedout|server_error|temporarily_unavailable|invalid_\w+|unauthorized_client|unsupported_response_type|unexpected_error)$/

const Text = z.string().max(256).nullish().catch(null)
const Seconds = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,16}$/)
      .transform(Number),
  ])
  .nullish()
  .catch(null)
// The 2021 file spells two names otherwise; both are read.
const WireAccount = z.object({
  digilockerid: Text,
  digilocker_id: Text,
  name: Text,
  dob: Text,
  gender: Text,
  eaadhaar: Text,
  eaadhar: Text,
})
const WireToken = WireAccount.extend({
  access_token: z.string().regex(/^[\x21-\x7e]{1,8192}$/),
  expires_in: Seconds,
  consent_valid_till: Seconds,
  scope: z.string().max(4096).nullish().catch(null),
})
const WireList = z.object({ items: z.array(z.unknown()) })
const WireItem = z.object({
  uri: z
    .string()
    .regex(/^[^-]+-./)
    .max(512)
    .refine((uri) => uri.isWellFormed()),
  doctype: z.string(),
  mime: z
    .union([z.string(), z.array(z.string())])
    .nullish()
    .catch(null),
})
const Kept = z.string().nullable()
const WireAccess = z.object({
  token: z.string().min(1),
  scope: Kept,
  hasAadhaar: z.boolean().nullable(),
  profile: z.object({ subject: Kept, name: Kept, birthDate: Kept, gender: Kept }),
})

/** Everything that the address of the sign-in needs; the browser sees it, so nothing in it is a secret but `state`. */
export function toAuthorizeUrl(connection: Connection, request: StartRequest, verifier: string): string {
  const { returnUrl, state, purpose, documents } = request
  const params = {
    response_type: 'code',
    client_id: connection.credentials.clientId ?? '',
    redirect_uri: returnUrl.href,
    state,
    code_challenge: toChallenge(verifier),
    code_challenge_method: 'S256',
    purpose: toShown(purpose) || 'kyc',
    service_name: toShown(connection.credentials.serviceName ?? '') || toShown(returnUrl.hostname),
    scope: SCOPE,
    req_doctype: toLockerDocuments(documents)
      .map((type) => DOCUMENT_CODE[type])
      .join(','),
    prompt: 'login', // on a shared phone an old sign-in would verify somebody else
  }
  const query = new URLSearchParams(params).toString().replaceAll('+', '%20')
  return `${new URL(AUTHORIZE_PATH, connection.baseUrl).href}?${query}`
}

/** Letters, digits, space and underscore, which is all that DigiLocker shows to a player. */
export function toShown(text: string): string {
  const clean = text.replace(/[^A-Za-z0-9_]+/g, ' ').trim()
  return clean.slice(0, SHOWN_LIMIT).trim()
}

/** What later reads need. The token answer alone tells the profile, so it is kept with the token. */
export interface Access {
  token: string
  /** As granted; null when the answer does not say. */
  scope: string | null
  /** Null when nobody has said. */
  hasAadhaar: boolean | null
  profile: LockerProfile
}

export interface Exchanged {
  access: Access
  /** The earliest of the token's end, the consent's end and 55 minutes. */
  expiresAt: Date
}

export function toExchanged(value: unknown, reply: Answered, now: Date): Exchanged {
  const wire = parseReply(WireToken, value, reply)
  const access = { token: wire.access_token, scope: wire.scope ?? null, ...toAccount(wire) }
  return { access, expiresAt: toExpiry(wire.expires_in, wire.consent_valid_till, now) }
}

/**
 * `consent_valid_till` is in Unix seconds, whatever the specification says of Indian time: clients that add 5:30 h name a
 * later end, which the token's own end still cuts. Zero and less count as unsaid.
 */
export function toExpiry(
  lifeS: number | null | undefined,
  consentTillS: number | null | undefined,
  now: Date,
): Date {
  const ends = [now.getTime() + ACCESS_LIFE_MS]
  if (lifeS && lifeS > 0) ends.push(now.getTime() + lifeS * 1000)
  if (consentTillS && consentTillS > 0) ends.push(consentTillS * 1000)
  return new Date(Math.min(...ends))
}

export type Account = Pick<Access, 'hasAadhaar' | 'profile'>

/** What the account says of itself: to bind and to compare, never as the verified person. `dob` is DDMMYYYY. */
export function toAccountDetails(value: unknown, reply: Answered): Account {
  return toAccount(parseReply(WireAccount, value, reply))
}

function toAccount(wire: z.output<typeof WireAccount>): Account {
  const flag = (wire.eaadhaar || wire.eaadhar)?.trim().toUpperCase()
  const profile = {
    subject: (wire.digilockerid || wire.digilocker_id)?.trim().replace(/^DL-/i, '') || null, // some samples have the prefix
    name: wire.name || null,
    birthDate: wire.dob || null,
    gender: wire.gender || null,
  }
  return { hasAadhaar: flag ? flag === 'Y' : null, profile }
}

/** `access` with what was unknown filled in from `account`. */
export function withAccount(access: Access, { profile, hasAadhaar }: Account): Access {
  return {
    ...access,
    hasAadhaar: access.hasAadhaar ?? hasAadhaar,
    profile: {
      subject: access.profile.subject ?? profile.subject,
      name: access.profile.name ?? profile.name,
      birthDate: access.profile.birthDate ?? profile.birthDate,
      gender: access.profile.gender ?? profile.gender,
    },
  }
}

/** The access that was kept, or null when it is none of ours. */
export function openAccess(text: string): Access | null {
  try {
    return WireAccess.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/**
 * Whether the granted scope lets this document be read; without a stated scope it is what we asked for (RFC 6749, 5.1).
 * `files.issueddocs` opens the list, `partners.<code>` one document; no word for e-Aadhaar is known, so any grant may try.
 */
export function isGranted({ scope }: Access, type: LockerDocument): boolean {
  if (scope === null) return true
  const words = scope.toLowerCase().split(/\s+/).filter(Boolean)
  if (type === 'aadhaar') return words.length > 0
  return words.includes(SCOPE) || words.includes(`partners.${DOCUMENT_CODE[type].toLowerCase()}`)
}

export interface ListedDocument {
  type: LockerDocument
  /** Holds the document number: personal data, for the next call only. */
  uri: string
  hasXml: boolean
}

/** The consented documents of the locker, those with XML first; everything else in it is dropped here. */
export function toListed(
  value: unknown,
  reply: Answered,
  consented: readonly LockerDocument[],
): ListedDocument[] {
  const items = parseReply(WireList, value, reply).items.flatMap((item) => {
    const parsed = WireItem.safeParse(item)
    return parsed.success ? [parsed.data] : []
  })
  const listed = consented.flatMap((type) =>
    items
      .filter((item) => item.doctype.trim().toUpperCase() === DOCUMENT_CODE[type])
      .map((item) => ({ type, uri: item.uri, hasXml: offersXml(item.mime) })),
  )
  return [...listed.filter(({ hasXml }) => hasXml), ...listed.filter(({ hasXml }) => !hasXml)]
}

/** XML is there only when it is listed (documented). */
function offersXml(mime: string | string[] | null | undefined): boolean {
  const types = Array.isArray(mime) ? mime : (mime ?? '').split(/[,;\s]+/)
  return types.some((type) => type.trim().toLowerCase() === 'application/xml')
}

/** What the browser brought back; the verifier stayed with us. */
export function toReturn(query: ReturnQuery): ReadReturn {
  const state = query.get('state') ?? null // present but empty is a mismatch, not an absence
  const error = query.get('error') || null
  if (error !== null)
    return { kind: 'refused', state, reason: TROUBLE_WORDS.test(error) ? 'failed' : 'denied' }
  const code = query.get('code') || null
  return code === null ? { kind: 'unclear', state } : { kind: 'shared', code, verifier: null, state }
}
