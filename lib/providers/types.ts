// The whole vocabulary between Ante and a vendor. A vendor is one file (or folder) that satisfies `Provider`.
// Adapters hold no retry loops, no database and no Next: breaker, rate and persistence are handed in.

import type { DocumentType } from '@/lib/documents/types'
import type { HttpClient } from './http'

export const VENDORS = ['idto', 'deepvue'] as const
export type Vendor = (typeof VENDORS)[number]

/** One configured account with a vendor. `id` appears in the callback path; secrets never leave the server. */
export interface Connection {
  id: string
  vendor: Vendor
  /** Name a player may read in the notice. */
  displayName: string
  baseUrl: URL
  credentials: Readonly<Record<string, string>>
  /** True for the built-in sandbox and any loopback address: the flag travels to the verdict (FL-17). */
  sandbox: boolean
  /** Hosts that a player may be sent to, beside the vendor's own defaults. */
  allowedHosts: readonly string[]
}

export interface Capabilities {
  documents: readonly DocumentType[]
  choosesDocuments: boolean
  /** Whether the vendor returns the state we sent. */
  echoesState: 'always' | 'when_present' | 'never'
  /** What a returned state must equal: the state we sent, or the vendor's own reference from `start`. */
  stateIs: 'ours' | 'session_ref'
  /** One exact return address per connection instead of a path per journey. */
  exactRedirectUrl: boolean
  /** Which documents may arrive as XML signed by their issuer. */
  signedXml: readonly DocumentType[]
  polls: boolean
  webhooks: boolean
  /** How long the vendor's link is usable, milliseconds. Shown to the player, not enforced by us. */
  linkLifeMs: number
  /** How long documents can be read after the exchange, milliseconds. */
  accessLifeMs: number
  /** Calls per second that the account allows; null when the vendor names none. */
  callsPerSecond: number | null
  /** Host patterns (`*.` for subdomains) that the browser passes on its way; for the form-action policy and FL-12. */
  browserHosts: readonly string[]
}

export interface StartRequest {
  verificationId: string
  /** 256-bit random handle of this journey; it is the last segment of `returnUrl`. */
  returnUrl: URL
  /** Random state, sent where the vendor takes one. */
  state: string
  documents: readonly DocumentType[]
  /** Purpose in plain English, as the notice words it. */
  purpose: string
}

export interface StartedSession {
  /** Where the player goes. The caller checks it against the host list; it is never logged or rendered. */
  authorizationUrl: string
  /** The vendor's own reference, or null where it gives none (IDTO). */
  sessionRef: string | null
  /** What must be kept sealed until the exchange, as a JSON-able value; null when nothing. */
  secret: string | null
  expiresAt: Date
}

/** Query of the return, decoded once by the route; a doubled or array-shaped parameter is refused before this. */
export type ReturnQuery = ReadonlyMap<string, string>

export type ReadReturn =
  | { kind: 'shared'; code: string; verifier: string | null; state: string | null }
  | {
      kind: 'refused'
      state: string | null /** Our word for the refusal, never the vendor's text. */
      reason: 'denied' | 'failed'
    }
  | { kind: 'unclear'; state: string | null }

/** What collect starts from: the code that came back, or the access kept from an exchange that already happened. */
export type Credential =
  | { stage: 'returned'; code: string; verifier: string | null }
  | { stage: 'exchanged'; access: string }

export interface CollectSession {
  verificationId: string
  sessionRef: string | null
  secret: string | null
  documents: readonly DocumentType[]
  purpose: string
  /** Told after each document that came, so that the player sees it; nothing depends on it. */
  arrived?: (type: DocumentType) => Promise<void>
}

/** One document as it arrived: raw bytes of XML or PDF, or the vendor's own JSON fields. */
export type FetchedDocument =
  | { type: DocumentType; kind: 'xml'; raw: Uint8Array; mediaType: 'application/xml' }
  | { type: DocumentType; kind: 'pdf'; raw: Uint8Array; mediaType: 'application/pdf' }
  | {
      type: DocumentType
      kind: 'fields'
      raw: Uint8Array
      mediaType: 'application/json'
      fields: ProviderFields
    }

/** A vendor's parsed statement in our words (Deepvue's eAadhaar). Dates as written; the reader normalises them. */
export interface ProviderFields {
  name: string | null
  birthDate: string | null
  gender: string | null
  number: string | null
  address: string | null
  state: string | null
  photo: string | null
}

/** Why one consented document did not come, in our words. */
export type MissingReason =
  | 'not_in_locker'
  | 'not_shared'
  | 'not_linked'
  | 'renewal_needed'
  | 'issuer_unavailable'
  | 'unreadable'

/** Account facts of the DigiLocker user that shared; used for the blind index and to compare, never as a verdict. */
export interface LockerProfile {
  subject: string | null
  name: string | null
  birthDate: string | null
  gender: string | null
}

export type CollectOutcome =
  | {
      kind: 'documents'
      profile: LockerProfile | null
      documents: FetchedDocument[]
      missing: { type: DocumentType; reason: MissingReason }[]
    }
  | { kind: 'pending'; retryAfterMs: number }
  /** Nothing can be read; a new attempt is offered. `code` is ours. */
  | { kind: 'failed'; reason: CollectFailure }

export type CollectFailure =
  | 'exchange_refused' // the vendor did not accept the code
  | 'exchange_interrupted' // timeout or 5xx on the single-use exchange: the code may be spent
  | 'session_ended'
  | 'consent_refused'
  | 'vendor_unavailable'
  | 'vendor_misconfigured' // our keys, plan or request are wrong: we are alerted, the player is offered another way
  | 'bad_response'

export interface Provider {
  readonly connection: Connection
  readonly capabilities: Capabilities
  /** Asks for an authorization URL. Throws AppError `provider_*`; safe to retry once (a second session costs, never harms). */
  start(request: StartRequest): Promise<StartedSession>
  /** Pure: what the browser brought back. Never decides anything. */
  readReturn(query: ReturnQuery): ReadReturn
  /**
   * Exchanges (once, never retried) and fetches the consented documents, one call after the other.
   * `keepAccess` is awaited right after the exchange with what later reads need, so that a crash does not exchange again.
   * Vendor trouble is answered as a `failed` outcome; throws only on a bug or when `keepAccess` throws.
   */
  collect(
    session: CollectSession,
    credential: Credential,
    keepAccess: (access: string, expiresAt: Date) => Promise<void>,
  ): Promise<CollectOutcome>
}

export type ProviderFactory = (connection: Connection, http: HttpClient) => Provider
