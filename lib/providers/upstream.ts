import 'server-only'
import type { CollectFailure, MissingReason } from './types'

/** A refusal that is an answer and not trouble: about one document, about the session, its address, or the route. */
export type Verdict =
  | { about: 'document'; reason: MissingReason }
  | { about: 'session'; reason: CollectFailure }
  | { about: 'uri' }
  | { about: 'route' }
  /** The issuer behind DigiLocker does not answer; the only verdict that may be asked again. */
  | { about: 'issuer' }

/** What a call came back with: its value, or a verdict. Trouble is thrown as CallFault. */
export type Answer<T> = { kind: 'value'; value: T } | { kind: 'verdict'; verdict: Verdict }

// DigiLocker's own error words leak through every aggregator. Source: authorized-partner specification in the
// APIs-guru directory, and seen by integrators; read 2026-11-20.
const WORDS: readonly (readonly [RegExp, Verdict])[] = [
  [/aadhaar_not_linked/, { about: 'document', reason: 'not_linked' }],
  [/aadhaar_not_available/, { about: 'document', reason: 'renewal_needed' }],
  [/invalid_token/, { about: 'session', reason: 'session_ended' }],
  [/invalid_uri/, { about: 'uri' }],
  [/repository_service_|partner_service_unresponsive/, { about: 'issuer' }],
]

/** The verdict that an upstream word in `text` stands for, or null. */
export function toUpstreamVerdict(text: string): Verdict | null {
  const lower = text.toLowerCase()
  return WORDS.find(([word]) => word.test(lower))?.[1] ?? null
}
