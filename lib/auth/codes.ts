import 'server-only'
import { randomUUID } from 'node:crypto'
import { db, transact } from '@/db/client'
import { lockIndexes } from '@/db/queries/index-locks'
import { findPlayerByEmail, insertPlayer } from '@/db/queries/players'
import { insertSignInCode, spendSignInCode, takeTry } from '@/db/queries/sessions'
import { type AuditEvent, appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'
import { blindIndex, blindIndexes } from '@/lib/crypto/blind-index'
import { openWithToken, sealWithToken } from '@/lib/crypto/token-seal'
import { equalDigests, keyedHash, newSixDigits, newToken, sha256 } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import { createVault } from '@/lib/vault'

const CODE_LIFE_MS = 10 * 60_000
const MAX_TRIES = 5
const EMAIL_PLACE = { purpose: 'ante pending sign-in address', column: 'ante 1 sign_in_codes.email_sealed' }

/** Trimmed and lower-cased: what the blind index and the mail use. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase()
}

/**
 * Makes a six-digit code for an address and hands it to `send`. Does the same for known and unknown addresses. Returns
 * the token for this browser's cookie; the code works only together with it. Whatever `send` throws passes through.
 */
export async function issueCode(email: string, send: (code: string) => Promise<void>): Promise<string> {
  const browserToken = newToken()
  const code = newSixDigits()
  const address = normaliseEmail(email)
  await transact(async (tx) => {
    await insertSignInCode(tx, {
      browserHash: sha256(browserToken),
      emailIndex: blindIndex(env().indexKeys, 'email', address),
      emailSealed: sealWithToken(env().authSecret, browserToken, EMAIL_PLACE, address),
      codeHash: codeHash(browserToken, code),
      expiresAt: new Date(Date.now() + CODE_LIFE_MS),
    })
    await record(tx, { action: 'sign_in.code_sent', reason: 'mail' })
  })
  await send(code)
  return browserToken
}

export type CodeAnswer = { kind: 'player'; playerId: string } | { kind: 'wrong' } | { kind: 'ended' }

/**
 * Checks a typed code against this browser's pending one. Each call costs a try; the fifth wrong one ends the code.
 * The right code works once and makes the player on first use.
 */
export async function redeemCode(browserToken: string, code: string, locale: string): Promise<CodeAnswer> {
  const browserHash = sha256(browserToken)
  const pending = await takeTry(db(), browserHash, MAX_TRIES)
  if (pending === null) {
    await record(db(), { action: 'sign_in.refused', reason: 'code_ended' })
    return { kind: 'ended' }
  }
  if (!equalDigests(pending.codeHash, codeHash(browserToken, code))) {
    await record(db(), { action: 'sign_in.refused', reason: 'code_wrong' })
    return pending.tries >= MAX_TRIES ? { kind: 'ended' } : { kind: 'wrong' }
  }
  if (!(await spendSignInCode(db(), browserHash))) return { kind: 'ended' }
  const playerId = await ensurePlayer(
    openWithToken(env().authSecret, browserToken, EMAIL_PLACE, pending.emailSealed),
    locale,
  )
  return { kind: 'player', playerId }
}

async function ensurePlayer(email: string, locale: string): Promise<string> {
  const ring = env().indexKeys
  const indexes = blindIndexes(ring, 'email', email)
  const known = await findPlayerByEmail(db(), indexes)
  if (known !== null) return recordSignIn(known.id)
  const id = randomUUID()
  const { vault, key } = createVault(id)
  const emailSealed = vault.seal('players', 'email_sealed', id, email)
  const made = await transact(async (tx) => {
    await lockIndexes(tx, indexes) // another process may write this address under another key
    if ((await findPlayerByEmail(tx, indexes)) !== null) return false
    const won = await insertPlayer(
      tx,
      { id, emailSealed, emailIndex: blindIndex(ring, 'email', email), locale },
      key,
    )
    if (won) await record(tx, { action: 'player.created', object: { type: 'player', id } })
    return won
  })
  if (made) return recordSignIn(id)
  const other = await findPlayerByEmail(db(), indexes)
  if (other === null) throw new Error('a player vanished between two statements')
  return recordSignIn(other.id)
}

async function recordSignIn(playerId: string): Promise<string> {
  await record(db(), { action: 'sign_in.succeeded', object: { type: 'player', id: playerId } })
  return playerId
}

function record(
  at: ReturnType<typeof db>,
  event: Pick<AuditEvent, 'action'> & Partial<Pick<AuditEvent, 'object' | 'reason'>>,
) {
  const object = event.object ?? { type: 'sign_in' as const, id: 'code' }
  return appendAuditEvent(at, PROCESS_CHAIN, { actor: { kind: 'anyone' }, ...event, object })
}

function codeHash(browserToken: string, code: string): Buffer {
  return keyedHash(env().authSecret, `sign-in code ${browserToken} ${code}`)
}
