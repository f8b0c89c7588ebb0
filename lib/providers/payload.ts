import 'server-only'
import type { z } from 'zod'
import { type Answered, badResponse } from './faults'

/** What bytes look like, whatever the content type says. `html` is never data. */
export type Shape = 'json' | 'xml' | 'html' | 'pdf' | 'empty' | 'other'

export const XML_LIMIT_BYTES = 5 * 1024 * 1024 // ours, OU-02
export const PDF_LIMIT_BYTES = 10 * 1024 * 1024 // ours, OU-02

const HTML = /^<(!doctype\s+html|html|head|body|script|title)\b/i

/** Judges by the first characters: `<` is XML (or an HTML page), `{` and `[` are JSON, `%PDF-` is PDF. */
export function sniff(bytes: Uint8Array): Shape {
  const head = Buffer.from(bytes.subarray(0, 256))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
  if (head === '') return 'empty'
  if (head.startsWith('%PDF-')) return 'pdf'
  if (HTML.test(head)) return 'html'
  if (head.startsWith('<')) return 'xml'
  return head.startsWith('{') || head.startsWith('[') ? 'json' : 'other'
}

/** The reply as a JSON value, or undefined when it is none (also: not UTF-8). Never throws. */
export function toJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/**
 * Checks a parsed reply against `schema` (OU-05). Throws `provider_bad_response` naming the first path that does not
 * fit, in the words of our own schema; the value and the validator's text stay behind.
 */
export function parseReply<S extends z.ZodType>(schema: S, value: unknown, reply: Answered): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const path = parsed.error.issues[0]?.path.filter((step) => typeof step === 'string').join('.') ?? ''
  throw badResponse(reply, path === '' ? 'shape' : `shape:${path.replace(/[^\w.]/g, '_').slice(0, 60)}`)
}

/** Bytes of strict base64 text (spaces and line ends allowed), or null. */
export function fromBase64(text: string): Uint8Array | null {
  const compact = text.replace(/\s+/g, '')
  if (compact === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return null
  return Buffer.from(compact, 'base64')
}
