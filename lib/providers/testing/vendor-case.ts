import 'server-only'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DocumentType } from '@/lib/documents/types'
import type { CollectSession, Credential, ReadReturn, Vendor } from '../types'
import type { ScriptedReply, SeenRequest } from './scripted-vendor'

// Tests only: what the contract suite has to know about a vendor, all of it data. One file per vendor, `case-<vendor>.ts`,
// with samples of an invented person under `fixtures/<vendor>/`.

export const NOW = new Date('2026-11-20T06:00:00Z')
export const ALL: readonly DocumentType[] = ['aadhaar', 'pan', 'driving_licence']
export const STATE = 'fake-state-7f3a'
export const HANDLE = 'fake-handle-0001'
export const RETURN_URL = `https://app.example.test/api/kyc/x/callback/${HANDLE}`
export const CODE = 'fake-auth-code'
export const VERIFIER = 'fake-verifier-fake-verifier-fake-verifier-0001'
export const PURPOSE = 'Identity check for a player account'
export const VERIFICATION_ID = 'ver-1'

export const sample = (path: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures', path), 'utf8'))
export const document = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../documents/fixtures/valid', name))
export const PAN = document('pan.xml')
export const LICENCE = document('dl.xml')
export const AADHAAR = document('eaadhaar.xml')
export const PDF = Buffer.from('%PDF-1.7\n%invented\n')
export const HTML = '<!doctype html><html><body>Welcome ZZZPN0000Z</body></html>'

/** Answers by the name of the call; a function gets the request and how often that call came before. */
export type Script = Readonly<
  Record<string, ScriptedReply | ((request: SeenRequest, time: number) => ScriptedReply)>
>

/** How one call must look on the wire. Headers of the client itself (host, accept …) are checked by the suite. */
export interface Wire {
  method: 'GET' | 'POST'
  /** Header names spelt as documented, with their values; no other header may be sent. */
  headers: Readonly<Record<string, string | RegExp>>
  contentType: 'application/json' | 'application/x-www-form-urlencoded' | null
}

/** Trouble that every vendor is put through; see `TROUBLE` in the suite. */
export type TroubleName =
  | '401, text'
  | '401, array'
  | '403'
  | '422, array'
  | '429'
  | '500'
  | '500 without JSON'
  | '503'
  | 'HTML with 200'
  | 'truncated JSON'
  | 'an empty body'
  | 'another type of JSON'
  | 'a PDF'
  | 'a huge body'
  | 'a redirect'
  | 'a gzip bomb'
  | 'an error inside 200'
  | 'silence'
  | 'a broken connection'

/**
 * What trouble must turn into. `start` is an AppError code, with our `why` behind a space where it matters. The others
 * are what `told` makes of the outcome: a CollectFailure, `missing <reason>` or `pending <why>`.
 */
export interface Told {
  start: string
  exchange: string
  read: string
}

export interface DocumentedError {
  says: string
  /** The call that answers `reply`. At `calls.start` `gives` is read as `Told.start`, elsewhere as `Told.read`. */
  at: string
  reply: ScriptedReply
  gives: string
  /** Asked for; default: the one document of `only`. */
  documents?: readonly DocumentType[]
}

export interface VendorCase {
  vendor: Vendor
  /** Everything that the adapter needs. */
  credentials: Readonly<Record<string, string>>
  /** Those of `credentials` that may be absent. */
  optional?: readonly string[]
  /** Tokens come from a second host (`authUrl`); the scripted vendor plays both. */
  hasAuthHost?: true
  /** What a request is called in `happy`, `wire`, `calls` and `errors`. */
  nameOf(request: SeenRequest): string
  happy: Script
  /** One row per call of the happy path, and no row more. */
  wire: Readonly<Record<string, Wire>>
  calls: {
    /** Null when the address is built without asking. */
    start: string | null
    /** The single-use exchange; null when nothing is exchanged. */
    exchange: string | null
    /** The call that brings `only`. */
    read: string
    /** Asked once, however many documents there are; null without one. */
    list: string | null
  }
  /** The reference that `start` answers. */
  startedRef: string | RegExp | null
  /** What was kept of `start`, as given to `collect`. */
  session: Pick<CollectSession, 'sessionRef' | 'secret'>
  credential: Credential
  /** How often `keepAccess` is called: 1, or 0 where documents are read by reference. */
  keeps: 0 | 1
  /** Tokens, codes and numbers that must not be in a log or an error; credentials are added by the suite. */
  secrets: readonly string[]
  documents: readonly DocumentType[]
  /** What the happy path must contain, by `toMatchObject`. */
  outcome: object
  /** Bytes that must arrive unchanged. */
  raw: Partial<Record<DocumentType, Uint8Array>>
  only: DocumentType
  /** A document that comes without `calls.read`; null when there is none. */
  also: DocumentType | null
  /** Asking for fewer documents; null when the vendor has but one. */
  narrow: { documents: readonly DocumentType[]; notCalled: readonly string[]; notSent: RegExp } | null
  /** A body that says failure inside a 200. */
  errorInside: unknown
  /** Where this vendor's reading of the common trouble differs. */
  differs?: Partial<Record<TroubleName, Partial<Told>>>
  /** A start that answers `place`; null when the address is built without asking. */
  link: ((place: string) => ScriptedReply) | null
  /** An error of `calls.read` (or the exchange) that carries a word of DigiLocker; null when none can come through. */
  upstream: ((text: string, status: number) => ScriptedReply) | null
  /** A locker without PAN and licence. */
  emptyLocker: Script | null
  /** A list that calls the PAN `PANCD`. */
  otherPan: Script | null
  /** An account without Aadhaar, which must not be asked for then. */
  noAadhaar: Script | null
  /** Every error that the vendor documents and the common trouble does not hold. */
  errors: readonly DocumentedError[]
  returns: readonly (readonly [Readonly<Record<string, string>>, ReadReturn])[]
}
