import type { Call } from '../http'
import { getPersona } from '../personas'
import { findJourney, type Journey, type Sandbox } from '../state'
import { type Sent, vendorNow } from '../vendor'
import { detail, htmlPage } from './answers'
import { toVerdict } from './verdict'

// A session of Didit is a journey. Its facts, all text: `number`, `token`, `vendor_data`, `callback`, `metadata`,
// `expected_details`, `contact_details`, `language` (as asked; absent means not given, JSON where it is no text),
// `created_at`, `counts_from`, `settles_at` (milliseconds), `opened`, `ended` (status of a refusal), `status` (a
// reviewer's), `deleted`.

const FIRST_NUMBER = 100
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** In these a session is given back for the same `vendor_data` (documented). */
export const UNFINISHED = ['Not Started', 'In Progress', 'Resubmitted', 'Awaiting User']

/** The session with this id or token; deleted ones are gone. */
export function findSession(sandbox: Sandbox, key: string): Journey | null {
  const journey = findJourney(sandbox, 'didit', key)
  return journey && !journey.facts.deleted ? journey : null
}

/**
 * The session that a path names, else what answers: an HTML page for what is no uuid, JSON for an unknown one. The
 * owner is looked up before the key is judged, so this comes first (all documented).
 */
export function sessionOf(sandbox: Sandbox, call: Call): { session: Journey } | { refused: Sent } {
  const id = call.params.id ?? ''
  if (!UUID.test(id)) return { refused: htmlPage(404, 'Not Found') }
  const session = findSession(sandbox, id.toLowerCase())
  return session ? { session } : { refused: detail(404, 'Not found.') }
}

/** Every session that is not deleted, newest first. */
export function listSessions(sandbox: Sandbox): Journey[] {
  return everySession(sandbox).filter((session) => !session.facts.deleted)
}

/** Sessions of an application are counted. */
export function nextNumber(sandbox: Sandbox): number {
  return Number(everySession(sandbox)[0]?.facts.number ?? FIRST_NUMBER) + 1
}

function everySession(sandbox: Sandbox): Journey[] {
  const known = [...sandbox.journeys.values()].filter((journey) => journey.vendor === 'didit')
  return [...new Set(known)].reverse()
}

/** The status word of this moment. */
export function statusOf(sandbox: Sandbox, session: Journey): string {
  const { facts } = session
  if (facts.status) return facts.status
  if (session.outcome === 'denied') return facts.ended ?? 'Abandoned'
  if (session.outcome === 'allowed') {
    return isSettled(session) ? toVerdict(sandbox, session).status : 'In Progress'
  }
  if (isOver(sandbox, session)) return facts.opened ? 'Abandoned' : 'Expired'
  return facts.opened ? 'In Progress' : 'Not Started'
}

/** False while the vendor still works on what the player gave. */
export function isSettled(session: Journey): boolean {
  return Date.now() >= Number(session.facts.settles_at ?? 0)
}

/** How long the vendor works: only on a slow day. */
export function settlesAfterMs(sandbox: Sandbox, session: Journey): number {
  const slow = session.personaId !== null && getPersona(session.personaId).reads === 'slow'
  return slow ? sandbox.modes.didit.slowMs : 0
}

/** True when the time for this session ran out before it was finished. */
export function isOver(sandbox: Sandbox, session: Journey): boolean {
  return Date.now() >= expiresAtMs(sandbox, session)
}

/** The end of the session on the vendor's clock. */
export function expiresAt(sandbox: Sandbox, session: Journey): string {
  return onVendorClock(sandbox, expiresAtMs(sandbox, session))
}

/** The making of the session on the vendor's clock. */
export function createdAt(sandbox: Sandbox, session: Journey): string {
  return onVendorClock(sandbox, Number(session.facts.created_at))
}

/** The page that the player is sent to. */
export function sessionUrl(sandbox: Sandbox, { facts }: Journey): string {
  return new URL(`/${facts.language ?? 'en'}/session/${facts.token}`, sandbox.origin).href
}

/** A fact that was given as JSON; null when it was not given. */
export function jsonFact(
  session: Journey,
  name: 'metadata' | 'expected_details' | 'contact_details',
): unknown {
  const text = session.facts[name]
  return text === undefined ? null : (JSON.parse(text) as unknown)
}

function expiresAtMs(sandbox: Sandbox, { facts }: Journey): number {
  return Number(facts.counts_from) + sandbox.modes.didit.sessionLifeSeconds * 1000
}

function onVendorClock(sandbox: Sandbox, ms: number): string {
  const skewMs = vendorNow(sandbox, 'didit').getTime() - Date.now()
  return new Date(ms + Math.round(skewMs / 1000) * 1000).toISOString()
}
