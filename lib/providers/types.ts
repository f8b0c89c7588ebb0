// The whole vocabulary between Ante and a vendor. A vendor is one file (or folder) that satisfies `Provider`.
// Adapters hold no retry loops, no database and no Next: breaker, rate and persistence are handed in.

import type { DocumentType } from '@/lib/documents/types'
import type { Vendor } from '@/lib/vendor-settings'
import type { HttpClient } from './http'

export { VENDORS, type Vendor } from '@/lib/vendor-settings'

/** One configured account with a vendor. `id` appears in the callback path; secrets never leave the server. */
export interface Connection {
  id: string
  vendor: Vendor
  /** Name a player may read in the notice. */
  displayName: string
  baseUrl: URL
  /** A second host of the same vendor that gives out tokens (Didit's token mode); null for all others. */
  authUrl: URL | null
  /** Keys and small settings by the names of `lib/vendor-settings.ts`; absent when not set. */
  credentials: Readonly<Record<string, string>>
  /** True for the built-in sandbox, loopback, test hosts and test accounts: the flag travels to the verdict (FL-17). */
  sandbox: boolean
  /** Hosts that a player may be sent to, beside the vendor's own defaults. */
  allowedHosts: readonly string[]
}

/** Calls that an account allows per window; a window that the vendor does not name is absent. */
export interface CallRates {
  perSecond?: number
  perMinute?: number
  perDay?: number
}

/** How a player proves who they are: documents from DigiLocker, or a photo of one and a selfie on the vendor's page. */
export type Way = 'digilocker' | 'capture'

export interface Capabilities {
  way: Way
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
  /** `readStatus` exists: the vendor says how a session stands without handing out the person's data. */
  polls: boolean
  /** What makes a webhook of this vendor genuine; `none` when it sends none or nothing can be confirmed. */
  webhooks: 'none' | 'signature' | 'path_token'
  /** The return may arrive as a cross-site POST (form or JSON). */
  returnsByPost: boolean
  /** Nothing single-use comes back: documents are read by the reference of `start`, as often as needed. */
  readsByReference: boolean
  /** What comes back passed through the browser unproven: the person in the documents must be the one that the player named. */
  personMustMatch: boolean
  /** How long the vendor's link is usable, milliseconds. Shown to the player, not enforced by us. */
  linkLifeMs: number
  /** How long documents can be read after the exchange, milliseconds. */
  accessLifeMs: number
  /** What the smallest plan of the vendor allows; null when it names nothing. */
  rates: CallRates | null
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
  /** The player is back and nothing single-use came along; the vendor is asked by the session's reference. */
  | { kind: 'back'; state: string | null }
  | {
      kind: 'refused'
      state: string | null /** Our word for the refusal, never the vendor's text. */
      reason: 'denied' | 'failed'
    }
  | { kind: 'unclear'; state: string | null }

/** What collect starts from: the code that came back, or the access kept from an exchange that already happened. */
export type Credential =
  | { stage: 'returned'; code: string; verifier: string | null }
  /** Only where `readsByReference`. */
  | { stage: 'referenced' }
  | { stage: 'exchanged'; access: string }

export interface CollectSession {
  verificationId: string
  sessionRef: string | null
  secret: string | null
  documents: readonly DocumentType[]
  purpose: string
  /** The address that `start` was given; DigiLocker wants it again at the exchange. */
  returnUrl: URL
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
  /** What kind of document a capture vendor says it saw, as written; null for DigiLocker documents. */
  kind: string | null
  issuedOn: string | null
  expiresOn: string | null
  name: string | null
  birthDate: string | null
  gender: string | null
  number: string | null
  address: string | null
  state: string | null
  photo: string | null
  /** The vendor handed the fields over and did not pass the document itself (HyperVerge `summary.action`). */
  inDoubt?: true
}

/** Why one consented document did not come, in our words. */
export type MissingReason =
  | 'not_in_locker'
  | 'not_shared'
  | 'not_linked'
  | 'renewal_needed'
  | 'issuer_unavailable'
  | 'unreadable'
  /** The vendor withholds it because the person is under age (HyperVerge `blockMinors`). */
  | 'minor'

/** Account facts of the DigiLocker user that shared; used for the blind index and to compare, never as a verdict. */
export interface LockerProfile {
  subject: string | null
  name: string | null
  birthDate: string | null
  gender: string | null
}

/** What a capture vendor found beside the document's fields. */
export interface CaptureAssurance {
  /** The vendor's own verdict on the session. */
  verdict: 'approved' | 'declined'
  liveness: 'passed' | 'failed' | 'unsure' | 'absent'
  faceMatch: 'passed' | 'failed' | 'unsure' | 'absent'
  /** Closed codes of the vendor for staff, `[A-Z_]{1,64}` each; never text. */
  warnings: readonly string[]
}

export type CollectOutcome =
  | {
      kind: 'documents'
      /** Only from capture vendors. */
      assurance?: CaptureAssurance
      profile: LockerProfile | null
      documents: FetchedDocument[]
      missing: { type: DocumentType; reason: MissingReason }[]
    }
  /**
   * `consent_missing`: the player did not allow it, or the vendor does not know yet. `review`: a person at the vendor
   * decides, which may take hours.
   */
  | { kind: 'pending'; retryAfterMs: number; why: 'not_ready' | 'consent_missing' | 'review' }
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

/** How a session stands at the vendor, without a person's data. */
export type SessionStatus = 'waiting' | 'finished' | 'refused' | 'expired'

export interface WebhookDelivery {
  /** Names in lower case; a doubled header is absent. */
  headers: ReadonlyMap<string, string>
  /** The bytes exactly as they came. */
  body: Uint8Array
  /** The part of the address behind the connection, or null. */
  pathToken: string | null
  now: Date
}

/** What a delivery says. It only ever names a journey (HK-06); nothing else in it is believed or kept. */
export type WebhookReading =
  | {
      kind: 'event'
      /** The vendor's id of the delivery, else SHA-256 of the body, hex. */
      deliveryId: string
      /** Equals a `sessionRef` of ours, if it is ours at all. */
      reference: string
      /** What happened, in our words; a hint. */
      event: 'progress' | 'finished' | 'refused'
    }
  /** Genuine, but about nothing that matters here. */
  | { kind: 'ignored'; deliveryId: string }
  /** Not genuine, too old or not readable; `why` is ours and goes to the log. */
  | { kind: 'refused'; why: 'signature' | 'stale' | 'shape' | 'environment' }

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
  /** Ends what `keepAccess` was given, in one call, where the vendor offers it. Throws CallFault. */
  revoke?(access: string): Promise<void>
  /** Status alone, where `capabilities.polls`. Throws CallFault. */
  readStatus?(session: Pick<CollectSession, 'verificationId' | 'sessionRef'>): Promise<SessionStatus>
  /** Verifies the one configured scheme; absent while none is configured, and then the address does not exist (HK-02). Pure. */
  readWebhook?(delivery: WebhookDelivery): WebhookReading
}

/** `authHttp` speaks to `connection.authUrl`; null without one. */
export type ProviderFactory = (
  connection: Connection,
  http: HttpClient,
  authHttp: HttpClient | null,
) => Provider
