import 'server-only'
import { z } from 'zod'
import { type Answered, badResponse } from '../faults'
import { parseReply } from '../payload'
import type { CaptureAssurance, FetchedDocument, ProviderFields, ReadReturn, ReturnQuery } from '../types'

// Three generations of one answer: v1 says `kyc` and `face`, v2 `id_verification`, `liveness`, `face_match`, v3 has arrays. Any
// of them may come as an array, an object or null. Source: Didit's OpenAPI description and old pages, read 2026-11-20.

const SESSION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const WARNING = /^[A-Z_]{1,64}$/
const WARNINGS_LIMIT = 50 // ours

/** How a session stands. `open` is with the player, `review` with a person at Didit, `ended` is over without a result. */
export type Standing = 'open' | 'review' | 'approved' | 'declined' | 'ended'

/** Every documented status word, lower case. */
const STANDING: Readonly<Record<string, Standing>> = {
  'not started': 'open',
  'in progress': 'open',
  'awaiting user': 'open',
  resubmitted: 'open',
  'in review': 'review',
  approved: 'approved',
  declined: 'declined',
  expired: 'ended',
  abandoned: 'ended',
  'kyc expired': 'ended',
}

const text = (limit: number) => z.string().max(limit).nullish().catch(null)
const WireSession = z.object({
  session_id: z.string(),
  url: z.string().min(1).nullish().catch(null),
  verification_url: z.string().min(1).nullish().catch(null), // one page of theirs shows this name; assumed
  vendor_data: z.string().nullish(),
})
const WireList = z.object({ results: z.array(z.unknown()) })
const WireListed = z.object({ session_id: z.string(), status: z.string() })
const Anything = z.unknown().optional()
const WireDecision = z.object({
  session_id: z.string(),
  status: z.string(),
  workflow_id: z.string().nullish(),
  vendor_data: z.string().nullish(),
  environment: z.string().nullish(),
  warnings: Anything,
  id_verifications: Anything,
  id_verification: Anything,
  kyc: Anything,
  liveness_checks: Anything,
  liveness: Anything,
  face_matches: Anything,
  face_match: Anything,
  face: Anything,
})
/** The fields that we read, and no other: no media, no machine-readable zone, no age. */
const WireDocument = z.object({
  document_type: text(200),
  document_number: text(64),
  personal_number: text(64),
  full_name: text(200),
  first_name: text(200),
  last_name: text(200),
  date_of_birth: text(32),
  date_of_issue: text(32),
  expiration_date: text(32),
  gender: text(32),
  address: text(500),
  formatted_address: text(500),
})

export type Decision = z.output<typeof WireDecision>
type Item = Readonly<Record<string, unknown>>

export function isSessionId(lowerCased: string): boolean {
  return SESSION_ID.test(lowerCased)
}

/** A word that they invent later keeps the journey waiting; it never decides (assumed to be the careful reading). */
export function toStanding(status: string): Standing {
  const word = status.trim().toLowerCase()
  return (Object.hasOwn(STANDING, word) ? STANDING[word] : undefined) ?? 'open'
}

export interface Session {
  /** Lower case. */
  id: string
  /** Holds the session token: a secret. */
  url: string
}

/** The session that was made, or an unfinished one of the same attempt. Another attempt's is `provider_bad_response`. */
export function toSession(value: unknown, reply: Answered, verificationId: string): Session {
  const wire = parseReply(WireSession, value, reply)
  const id = wire.session_id.toLowerCase()
  const url = wire.url ?? wire.verification_url
  if (!isSessionId(id)) throw badResponse(reply, 'shape:session_id')
  if (!url) throw badResponse(reply, 'no_link')
  if ((wire.vendor_data ?? verificationId) !== verificationId) throw badResponse(reply, 'foreign_reference')
  return { id, url }
}

/** The status word of one session of a list, or null when the list does not hold it. Everything else in it is dropped. */
export function toListedStatus(value: unknown, reply: Answered, sessionId: string): string | null {
  const items = parseReply(WireList, value, reply).results.flatMap((item) => {
    const parsed = WireListed.safeParse(item)
    return parsed.success ? [parsed.data] : []
  })
  return items.find((item) => item.session_id.toLowerCase() === sessionId)?.status ?? null
}

export function toDecision(value: unknown, reply: Answered): Decision {
  return parseReply(WireDecision, value, reply)
}

/** True when the decision is about our session; what it leaves out is not compared (v1 and v2 say less). */
export function isOurs(
  decision: Decision,
  {
    sessionId,
    verificationId,
    workflowId,
  }: Readonly<Record<'sessionId' | 'verificationId' | 'workflowId', string>>,
): boolean {
  return (
    decision.session_id.toLowerCase() === sessionId &&
    (decision.vendor_data ?? verificationId) === verificationId &&
    (decision.workflow_id ?? workflowId).toLowerCase() === workflowId.toLowerCase()
  )
}

/**
 * The document that passed, or the first one, as a statement of Didit's; null when none was read. `raw` is made of the
 * fields that we read: the decision itself holds links to photos and much more, and is not kept.
 */
export function toDocument(decision: Decision): FetchedDocument | null {
  const items = documentItems(decision)
  const item = items.find((candidate) => toFinding(candidate.status) === 'passed') ?? items[0]
  const parsed = WireDocument.safeParse(item)
  if (!parsed.success) return null
  const hasNumber = Boolean(parsed.data.document_number?.trim())
  const wire = hasNumber ? { ...parsed.data, personal_number: null } : parsed.data // a second number is not needed
  const fields = toFields(wire)
  if (fields.name === null && fields.number === null) return null
  const raw = Buffer.from(JSON.stringify(wire))
  return { type: 'photo_document', kind: 'fields', raw, mediaType: 'application/json', fields }
}

function toFields(wire: z.output<typeof WireDocument>): ProviderFields {
  const name = wire.full_name?.trim() || [wire.first_name, wire.last_name].filter(Boolean).join(' ').trim()
  return {
    kind: toKind(wire.document_type),
    issuedOn: wire.date_of_issue || null,
    expiresOn: wire.expiration_date || null,
    name: name || null,
    birthDate: wire.date_of_birth || null,
    gender: wire.gender || null,
    number: wire.document_number?.trim() || wire.personal_number?.trim() || null,
    address: wire.address || wire.formatted_address || null,
    state: null,
    photo: null,
  }
}

/** Display text such as "Driver's License" (assumed: no closed list), without anything a page could mistake. */
function toKind(documentType: string | null | undefined): string | null {
  const clean = (documentType ?? '').replace(/[^\w' -]/g, ' ').replace(/\s+/g, ' ')
  return clean.trim().slice(0, 40).trim() || null
}

/** What the checks found; several of a kind count together, and one that failed is enough. */
export function toAssurance(decision: Decision, verdict: CaptureAssurance['verdict']): CaptureAssurance {
  const liveness = toItems(decision.liveness_checks ?? decision.liveness ?? decision.face)
  const matches = toItems(decision.face_matches ?? decision.face_match ?? decision.face)
  return {
    verdict,
    // v1 has one `face` object for both; its two inner names are seen, not documented.
    liveness: toCommonFinding(liveness.map((item) => item.liveness_status ?? item.status)),
    faceMatch: toCommonFinding(matches.map((item) => item.face_match_status ?? item.status)),
    warnings: toWarnings([decision, ...documentItems(decision), ...liveness, ...matches]),
  }
}

type Finding = CaptureAssurance['liveness']

function toCommonFinding(statuses: readonly unknown[]): Finding {
  const findings = statuses.map(toFinding)
  if (findings.length === 0) return 'absent'
  if (findings.includes('failed')) return 'failed'
  return findings.every((finding) => finding === 'passed') ? 'passed' : 'unsure'
}

function toFinding(status: unknown): Finding {
  const word = typeof status === 'string' ? status.trim().toLowerCase() : ''
  if (word === 'approved') return 'passed'
  return word === 'declined' ? 'failed' : 'unsure'
}

/** Codes alone, each once; descriptions and data beside them stay behind. */
function toWarnings(items: readonly Item[]): string[] {
  const risks = items.flatMap((item) => toItems(item.warnings)).map((warning) => warning.risk)
  const codes = risks.filter((risk): risk is string => typeof risk === 'string' && WARNING.test(risk))
  return [...new Set(codes)].slice(0, WARNINGS_LIMIT)
}

function documentItems(decision: Decision): Item[] {
  return toItems(decision.id_verifications ?? decision.id_verification ?? decision.kyc)
}

/** The objects of an array, an object as one, anything else as none. */
function toItems(value: unknown): Item[] {
  const values = Array.isArray(value) ? value : [value]
  return values.filter(
    (item): item is Item => typeof item === 'object' && item !== null && !Array.isArray(item),
  )
}

/** The player is back. The status beside the id is unsigned and not read. */
export function toReturn(query: ReturnQuery): ReadReturn {
  return { kind: 'back', state: query.get('verificationSessionId')?.toLowerCase() ?? null }
}
