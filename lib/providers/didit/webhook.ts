import 'server-only'
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Connection, WebhookDelivery, WebhookReading } from '../types'
import { toCanonicalJson } from './canonical'
import { isSessionId, toStanding } from './transform'

// Deliveries of Didit carry three signatures. Exactly one of the two strong ones is believed, as the settings say; the simple
// one covers four fields only and is never looked at. Source: didit-protocol/plugin-wordpress (code and fixtures of the
// sender; their pages contradict each other), docs.didit.me/integration/webhooks; read 2026-11-20.

const SIGNATURE_HEADER = { v2: 'x-signature-v2', raw: 'x-signature' } as const
const FRESH_MS = 300_000 // documented in their samples; measured on the signed time, never on the unsigned header
const LIMIT_BYTES = 1024 * 1024 // ours
/** The two events that we subscribe to; a payload of their v1 names none. */
const SESSION_EVENTS: readonly (string | undefined)[] = ['status.updated', 'data.updated', undefined]

export interface WebhookRule {
  scheme: keyof typeof SIGNATURE_HEADER
  /** The secret in use, and the one before the last rotation where it is set. */
  secrets: readonly string[]
  /** Deliveries about sandbox sessions are genuine here. */
  takesSandbox: boolean
}

const Text = z.string().optional().catch(undefined)
const WireDelivery = z.object({
  timestamp: z.int().positive(),
  event_id: Text,
  webhook_type: Text,
  environment: Text,
  session_id: Text,
  status: Text,
})

/** What the settings of this connection believe; null without a secret. */
export function toWebhookRule({ credentials, sandbox }: Connection): WebhookRule | null {
  const { webhookSecret, webhookSecretPrevious, webhookScheme } = credentials
  if (!webhookSecret) return null
  return {
    scheme: webhookScheme === 'raw' ? 'raw' : 'v2',
    secrets: [webhookSecret, ...(webhookSecretPrevious ? [webhookSecretPrevious] : [])],
    takesSandbox: sandbox,
  }
}

/**
 * Signature first, its time next, content last. The event is a hint for the page; what is true comes from the decision.
 * A stranger costs little: without something like a signature the body is not looked at, and scheme `raw` proves the bytes
 * before anything reads them.
 */
export function readDelivery({ headers, body, now }: WebhookDelivery, rule: WebhookRule): WebhookReading {
  if (body.byteLength > LIMIT_BYTES) return { kind: 'refused', why: 'shape' }
  const signature = toSignature(headers.get(SIGNATURE_HEADER[rule.scheme]))
  if (signature === null) return { kind: 'refused', why: 'signature' }
  const signed = rule.scheme === 'raw' ? body : toCanonicalJson(body)
  if (signed === null) return { kind: 'refused', why: 'shape' }
  if (!isSigned(signature, signed, rule.secrets)) return { kind: 'refused', why: 'signature' }
  const canonical = typeof signed === 'string' ? signed : toCanonicalJson(signed)
  const wire = WireDelivery.safeParse(canonical === null ? null : JSON.parse(canonical))
  if (!wire.success) return { kind: 'refused', why: 'shape' }
  const { timestamp, environment, event_id: eventId } = wire.data
  if (Math.abs(now.getTime() - timestamp * 1000) > FRESH_MS) return { kind: 'refused', why: 'stale' }
  if (environment?.trim().toLowerCase() === 'sandbox' && !rule.takesSandbox)
    return { kind: 'refused', why: 'environment' }
  return toReading(wire.data, isToken(eventId) ? eventId : sha256(body))
}

function toReading(wire: z.output<typeof WireDelivery>, deliveryId: string): WebhookReading {
  const reference = (wire.session_id ?? '').toLowerCase()
  if (!SESSION_EVENTS.includes(wire.webhook_type) || !isSessionId(reference))
    return { kind: 'ignored', deliveryId }
  const isOver = ['approved', 'declined', 'review'].includes(toStanding(wire.status ?? ''))
  return { kind: 'event', deliveryId, reference, event: isOver ? 'finished' : 'progress' }
}

/** The bytes of a header that is a hex HMAC-SHA256 by its looks, else null. */
function toSignature(header: string | undefined): Buffer | null {
  const hex = header?.trim().toLowerCase() ?? ''
  return /^[0-9a-f]{64}$/.test(hex) ? Buffer.from(hex, 'hex') : null
}

/** True when `given` is the HMAC-SHA256 of `signed` under one of the secrets, whose text itself is the key. */
function isSigned(given: Buffer, signed: string | Uint8Array, secrets: readonly string[]): boolean {
  return secrets.some((secret) =>
    timingSafeEqual(createHmac('sha256', secret).update(signed).digest(), given),
  )
}

function isToken(text: string | undefined): text is string {
  return text !== undefined && /^[\w.:-]{1,128}$/.test(text)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
