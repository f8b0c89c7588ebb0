import 'server-only'
import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { toJson } from '../payload'
import type { WebhookDelivery, WebhookReading } from '../types'
import { isReference, sha256 } from './transform'

// Deliveries of HyperVerge's DigiLocker family carry no signature, secret or time, as far as their pages can be read
// (2026-11-20). What makes one genuine is a long random part of the address, given to them by hand. Field names are assumed.

const LIMIT_BYTES = 64 * 1024 // ours
const REFERENCE_NAMES = ['referenceId', 'reference_id', 'transactionId', 'transactionID'] as const
const REFUSED = /den(y|ied)|cancel|fail|declin|reject|refus/i

const WireDelivery = z.record(z.string(), z.unknown())

/** Address first, body after. The event is a hint for the page; what is true comes from the reads. */
export function readDelivery(delivery: WebhookDelivery, expectedToken: string): WebhookReading {
  if (!isSameToken(delivery.pathToken ?? '', expectedToken)) return { kind: 'refused', why: 'signature' }
  if (delivery.body.byteLength > LIMIT_BYTES) return { kind: 'refused', why: 'shape' }
  const wire = WireDelivery.safeParse(toJson(delivery.body))
  if (!wire.success) return { kind: 'refused', why: 'shape' }
  const deliveryId = sha256(delivery.body)
  const reference = REFERENCE_NAMES.map((name) => wire.data[name]).find(
    (value) => typeof value === 'string' && isReference(value),
  )
  if (typeof reference !== 'string') return { kind: 'ignored', deliveryId }
  const words = [wire.data.status, wire.data.event].filter((word) => typeof word === 'string').join(' ')
  return { kind: 'event', deliveryId, reference, event: REFUSED.test(words) ? 'refused' : 'finished' }
}

/** Compares digests, so that neither length nor a common beginning shows. */
function isSameToken(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(expected)))
}
