import 'server-only'
import { z } from 'zod'
import type { LockerDocument } from '@/lib/documents/types'
import type { Answered } from '../faults'
import { type ListedDocument, pickListed } from '../issued-list'
import { parseReply, sniff, XML_LIMIT_BYTES } from '../payload'
import type { FetchedDocument, ReadReturn, ReturnQuery, StartRequest } from '../types'
import type { Picked } from './replies'

const WireInit = z.object({ redirection_url: z.string().min(1) })
const WireList = z.object({
  issued_files: z.object({ items: z.array(z.unknown()).nullish() }),
})
const WireXml = z.object({ aadhaar_xml: z.unknown(), document_xml: z.unknown() }).partial()

/** Both fields are optional for KwikID and always sent: the handle that ends the return address, and that address. */
export function toInitBody({ returnUrl }: Pick<StartRequest, 'returnUrl'>): Readonly<Record<string, string>> {
  return { handshake_id: toHandshakeId(returnUrl), callback_url: returnUrl.origin + returnUrl.pathname }
}

/** The random handle of the journey: it is in the return address anyway, and says nothing about a player. */
export function toHandshakeId(returnUrl: URL): string {
  return returnUrl.pathname.split('/').filter(Boolean).at(-1) ?? ''
}

/** The link as it came. KwikID asks integrators not to take it apart, and it holds an API token. */
export function toRedirection(value: unknown, reply: Answered): string {
  return parseReply(WireInit, value, reply).redirection_url
}

/** The consented documents of the list; everything else in the locker is dropped here. */
export function toListed(
  value: unknown,
  reply: Answered,
  consented: readonly LockerDocument[],
): ListedDocument[] {
  return pickListed(parseReply(WireList, value, reply).issued_files.items ?? [], consented)
}

/** 200 is not success: an Aadhaar that has to be renewed comes as a 200 that explains the next step instead (documented). */
export function toAadhaarXml(value: unknown): Picked<FetchedDocument> {
  const raw = toXml(WireXml.safeParse(value).data?.aadhaar_xml)
  const holdsPerson = raw !== null && /<(?:\w+:)?UidData[\s/>]/.test(Buffer.from(raw).toString('latin1'))
  if (raw === null || !holdsPerson) return { verdict: { about: 'document', reason: 'renewal_needed' } }
  return { type: 'aadhaar', kind: 'xml', raw, mediaType: 'application/xml' }
}

export function toDocumentXml(type: LockerDocument, value: unknown): Picked<FetchedDocument> {
  const raw = toXml(WireXml.safeParse(value).data?.document_xml)
  if (raw === null) return { verdict: { about: 'document', reason: 'unreadable' } }
  return { type, kind: 'xml', raw, mediaType: 'application/xml' }
}

function toXml(text: unknown): Uint8Array | null {
  if (typeof text !== 'string') return null
  const raw = Buffer.from(text.trim(), 'utf8')
  return sniff(raw) === 'xml' && raw.byteLength <= XML_LIMIT_BYTES ? raw : null
}

/** True for text that may travel in a request header: printable ASCII, no line breaks, no space at the ends. */
export function isSendable(text: string): boolean {
  return text.length <= 4096 && /^[\x20-\x7e]+$/.test(text) && text.trim() === text
}

// ---- The hand-over of AccessToken -------------------------------------------------------------------------------------
// KwikID does not publish how the player's token reaches us, nor what any return parameter is called. Everything that is
// assumed about it is in the next two functions, and only there.

const TOKEN_NAMES = ['access_token', 'accessToken', 'AccessToken', 'token']
const FAILED =
  /^(false|no|0|[45]\d\d|.*(fail|error|invalid|expired|timeout|den(y|ied)|cancel|declin|reject|refus).*)$/i
const DENIED = /den(y|ied)|cancel|declin|reject|refus/i
const NO_ERROR = /^(false|no|none|null|0|undefined)$/i

/** The player's token: under the name of the settings first, then under those that come to mind. Null without a usable one. */
function findAccessToken(query: ReturnQuery, configuredName: string): string | null {
  const found = [configuredName, ...TOKEN_NAMES].map((name) => query.get(name)).find(Boolean)
  return found !== undefined && isSendable(found) ? found : null
}

/**
 * What the browser brought back, by GET or POST. `state` is the handshake id, which must equal the one of `start` when
 * present. A return with neither token nor refusal stays unclear: nothing is called, nothing is guessed.
 */
export function toReturn(query: ReturnQuery, configuredName: string): ReadReturn {
  const get = (name: string) => query.get(name)?.trim() || null
  const state = query.get('handshake_id') ?? null // present but empty is a mismatch, not an absence
  const error = get('error')
  const flags = [get('status'), get('success')].filter((flag) => flag !== null && FAILED.test(flag))
  if ((error !== null && !NO_ERROR.test(error)) || flags.length > 0) {
    const words = [error, ...flags, get('error_description'), get('message')].join(' ')
    return { kind: 'refused', state, reason: DENIED.test(words) ? 'denied' : 'failed' }
  }
  const code = findAccessToken(query, configuredName)
  return code === null ? { kind: 'unclear', state } : { kind: 'shared', code, verifier: null, state }
}
