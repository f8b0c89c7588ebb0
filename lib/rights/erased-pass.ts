import 'server-only'
import { db } from '@/db/client'
import { findErasure } from '@/db/queries/rights'
import { equalDigests, keyedHash } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import { Certificate } from './certificate'

// After an erasure there is no session any more. What the browser keeps for a day instead opens one thing, the certificate;
// nothing is stored for it here.

export const PASS_LIFE_SECONDS = 86_400
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What the browser of somebody who was just erased is given. */
export function makePass({ certificate }: Certificate): string {
  const endsAt = Date.now() + PASS_LIFE_SECONDS * 1000
  return `${certificate.person}.${endsAt}.${macOf(certificate.person, endsAt).toString('base64url')}`
}

/** The certificate that this pass opens, or null when it is not ours or its day is over. */
export async function findByPass(pass: string): Promise<Certificate | null> {
  const [person = '', end = '', mac = ''] = pass.split('.')
  const endsAt = Number(end)
  if (!UUID.test(person) || !Number.isSafeInteger(endsAt) || endsAt <= Date.now()) return null
  if (!equalDigests(macOf(person, endsAt), Buffer.from(mac, 'base64url'))) return null
  const row = await findErasure(db(), person)
  return row === null ? null : Certificate.parse(JSON.parse(row.certificate))
}

function macOf(person: string, endsAt: number): Buffer {
  return keyedHash(env().authSecret, `erasure certificate ${person} ${endsAt}`)
}
