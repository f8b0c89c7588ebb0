import 'server-only'
import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { isSignedJson, signJson } from '@/lib/crypto/sign'
import { env } from '@/lib/env'
import { ERASED_CLASSES, KEPT_CLASSES } from './types'

// What an erased person is given, and what the ledger keeps: that all of it went, when and why, signed by us. It names
// nobody but the id.

export const ERASURE_REASONS = ['player', 'retention', 'minor'] as const
export type ErasureReason = (typeof ERASURE_REASONS)[number]

export const Certificate = z.strictObject({
  certificate: z.strictObject({
    schema: z.literal('ante-erasure-certificate/1'),
    person: z.uuid(),
    erasedAt: z.iso.datetime(),
    reason: z.enum(ERASURE_REASONS),
    controller: z.strictObject({ name: z.string(), address: z.string(), grievance: z.string() }),
    erased: z.array(z.string()),
    kept: z.array(z.string()),
  }),
  signature: z.strictObject({ algorithm: z.literal('Ed25519'), keyId: z.string(), value: z.string() }),
})
export type Certificate = z.output<typeof Certificate>

/** Makes and signs the certificate of one erasure. */
export function makeCertificate(playerId: string, reason: ErasureReason, erasedAt: Date): Certificate {
  const { operatorName, operatorAddress, grievanceContact, checkpointKey } = env()
  const certificate: Certificate['certificate'] = {
    schema: 'ante-erasure-certificate/1',
    person: playerId,
    erasedAt: erasedAt.toISOString(),
    reason,
    controller: { name: operatorName, address: operatorAddress, grievance: grievanceContact },
    erased: [...ERASED_CLASSES],
    kept: [...KEPT_CLASSES],
  }
  return { certificate, signature: signJson(checkpointKey, certificate) }
}

/** True when the certificate is ours and unchanged. */
export function isOurs({ certificate, signature }: Certificate): boolean {
  return isSignedJson(createPublicKey(env().checkpointKey), certificate, signature)
}
