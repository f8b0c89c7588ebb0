import { createHmac } from 'node:crypto'
import { SAMPLE_PHOTO } from '../documents/photo'
import { bytes, type Call, json, type Reply } from '../http'
import { addressOf, findJourney, type Journey, type Sandbox } from '../state'

const LINK_KEY = 'sandbox-didit-media'

/** A signed link to one picture of this session; null for a key without `media:read` (how it is redacted is assumed). */
export function mediaLink(sandbox: Sandbox, session: Journey, name: string): string | null {
  const { mediaRead, mediaUrl, mediaLifeMinutes } = sandbox.modes.didit
  if (!mediaRead) return null
  if (mediaUrl !== null) return mediaUrl
  const claim = `${session.id}~${name}~${Date.now() + Math.round(mediaLifeMinutes * 60_000)}`
  return new URL(`/didit-media/${claim}~${seal(claim)}`, sandbox.origin).href
}

/** `GET /didit-media/…`: a drawn portrait of nobody. No credentials, as with a signed link of a file store; 403 and 404 are assumed. */
export function media(sandbox: Sandbox, call: Call): Reply {
  const [id = '', name = '', endsAt = '', given = ''] = (call.params.token ?? '').split('~')
  const isOurs = given === seal(`${id}~${name}~${endsAt}`)
  const session = findJourney(sandbox, 'didit', id)
  if (!isOurs || !session || session.facts.deleted) return json(404, { message: 'Not Found' })
  if (Date.now() >= Number(endsAt)) return json(403, { message: 'Request has expired' })
  return bytes(200, 'image/jpeg', Buffer.from(SAMPLE_PHOTO, 'base64'))
}

/** Return address of the session that a link belongs to. */
export function mediaAddress(sandbox: Sandbox, call: Call): string | null {
  const session = findJourney(sandbox, 'didit', (call.params.token ?? '').split('~')[0] ?? '')
  return session && addressOf(session)
}

function seal(claim: string): string {
  return createHmac('sha256', LINK_KEY).update(claim).digest('base64url')
}
