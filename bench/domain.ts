import 'server-only'
import { createCipheriv, randomBytes, randomUUID } from 'node:crypto'
import { eq, inArray, type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type postgres from 'postgres'
import { closePool, type Db, db } from '@/db/client'
import { claimReturn } from '@/db/queries/provider-sessions'
import { cases, consents, notices } from '@/db/schema/consents'
import { dataKeys } from '@/db/schema/data-keys'
import { players } from '@/db/schema/players'
import { sessions } from '@/db/schema/sessions'
import { providerSessions, verifications } from '@/db/schema/verifications'
import { auditRecord } from '@/lib/audit/audit'
import { openSession, readSession } from '@/lib/auth/session'
import type { ConsentItemId } from '@/lib/consent/types'
import { blindIndex, blindIndexes } from '@/lib/crypto/blind-index'
import { seal } from '@/lib/crypto/seal'
import { newReference, newToken, sha256 } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import { COLLECT_QUEUE, queueJob } from '@/lib/jobs'
import { createVault, openVault } from '@/lib/vault'
import { acceptReturn } from '@/lib/verification/accept-return'
import { referenceIndex } from '@/lib/verification/reference'
import { agreeTo, makePlayer } from '@/lib/verification/testing'

// What the benchmark needs of our own code, bundled and imported by the command (bundle.mjs).

export { auditRecord } from '@/lib/audit/audit'
export { EVERYTHING, exportRows, openDesk, openReviewers } from './desk'
export { documentWork } from './documents'
export { refusedSignIns } from './staff'
export { vendors } from './vendors'

const CONNECTION = 'idto'
const NOTICE = { sha256: 'bench', version: 1, locale: 'en', content: '{}' }
const HOUR_MS = 3_600_000
const CHUNK = 400

/** Ends the connections of this module. */
export const close = closePool

/** A new player with an open session, and with consent when items are given. */
export async function signIn(items: ConsentItemId[] = []): Promise<{ playerId: string; token: string }> {
  const player = await makePlayer()
  if (items.length > 0) await agreeTo(player, items)
  const { token } = await openSession(player.id)
  return { playerId: player.id, token }
}

/** A journey whose player is at the vendor, and all that its browser will bring back. */
export interface WaitingJourney {
  playerId: string
  id: string
  caseId: string
  token: string
  handle: string
  browserKey: string
  code: string
  verifier: string
  /** What the claim would keep of the code, made beforehand for figures that are about the database alone. */
  codeSealed: Buffer
}

/** Writes `count` journeys that await their player, with a few statements for all of them. */
export async function prepareJourneys(count: number): Promise<WaitingJourney[]> {
  const journeys: WaitingJourney[] = []
  while (journeys.length < count)
    journeys.push(...(await prepareChunk(Math.min(CHUNK, count - journeys.length))))
  return journeys
}

async function prepareChunk(count: number): Promise<WaitingJourney[]> {
  const all = Array.from({ length: count }, newJourney)
  const mine = inArray(
    verifications.playerId,
    all.map(({ journey }) => journey.playerId),
  )
  await db().transaction(async (tx) => {
    await tx.insert(players).values(all.map(({ rows }) => rows.player))
    await tx.insert(dataKeys).values(all.map(({ rows }) => rows.dataKey))
    await tx.insert(sessions).values(all.map(({ rows }) => rows.session))
    await tx.insert(notices).values(NOTICE).onConflictDoNothing()
    await tx.insert(cases).values(all.map(({ rows }) => rows.case))
    await tx.insert(consents).values(all.map(({ rows }) => rows.consent))
    await tx.insert(verifications).values(all.map(({ rows }) => rows.verification))
    await tx.insert(providerSessions).values(all.map(({ rows }) => rows.providerSession))
    const deadlineAt = new Date(Date.now() + HOUR_MS)
    const left = { connectionId: CONNECTION, sandbox: true, startedAt: new Date(), deadlineAt }
    await tx
      .update(verifications)
      .set({ ...left, status: 'awaiting_player', version: 2 })
      .where(mine)
    await tx
      .select({ seq: sql`append_audit_event(${verifications.caseId}, '{}')` })
      .from(verifications)
      .where(mine)
  })
  return all.map(({ journey }) => journey)
}

function newJourney() {
  const [playerId, id, caseId, consentId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  const { vault, key } = createVault(playerId)
  const [token, handle, browserKey, code, verifier] = Array.from({ length: 5 }, newToken) as Five
  const codeSealed = vault.seal('provider_sessions', 'code_sealed', id, JSON.stringify({ code, verifier }))
  const journey = { playerId, id, caseId, token, handle, browserKey, code, verifier, codeSealed }
  const email = `${playerId}@example.invalid`
  const rows = {
    player: {
      id: playerId,
      emailSealed: vault.seal('players', 'email_sealed', playerId, email),
      emailIndex: blindIndex(env().indexKeys, 'email', email),
      locale: 'en',
    },
    dataKey: { playerId, ...key },
    session: { tokenHash: sha256(token), playerId, expiresAt: new Date(Date.now() + HOUR_MS) },
    case: { playerId, id: caseId, purpose: 'onboarding' },
    consent: {
      playerId,
      id: consentId,
      noticeSha256: NOTICE.sha256,
      noticeVersion: NOTICE.version,
      locale: NOTICE.locale,
      items: ['aadhaar', 'pan'],
      recipients: [CONNECTION],
      browserHash: sha256(id),
      receipt: '{}',
      givenAt: new Date(),
    },
    verification: {
      playerId,
      id,
      caseId,
      consentId,
      attempt: 1,
      reference: newReference(),
      status: 'awaiting_consent' as const,
      documents: ['aadhaar', 'pan'],
      deadlineAt: new Date(Date.now() + HOUR_MS),
    },
    providerSession: {
      playerId,
      verificationId: id,
      connectionId: CONNECTION,
      handleHash: sha256(handle),
      browserKeyHash: sha256(browserKey),
      stateHash: sha256(newToken()),
      sessionSealed: vault.seal(
        'provider_sessions',
        'session_sealed',
        id,
        '{"sessionRef":null,"secret":null}',
      ),
      linkExpiresAt: new Date(Date.now() + HOUR_MS),
    },
  }
  return { journey, rows }
}

type Five = [string, string, string, string, string]

/** A callback without HTTP: the session's player, then the domain function. Throws when the return did not count. */
export async function takeReturn(journey: WaitingJourney): Promise<void> {
  const session = await readSession(journey.token)
  if (session === null) throw new Error('the session is gone')
  const query = new Map([
    ['code', journey.code],
    ['code_verifier', journey.verifier],
  ])
  const { handle, browserKey } = journey
  const brought = { connectionId: CONNECTION, handle, query, browserKey }
  const answer = await acceptReturn({ id: session.playerId }, brought)
  if (answer.kind !== 'taken') throw new Error(`the return was ${answer.kind}`)
}

const dialect = new PgDialect()
const AUDIT_CALL = /append_audit_event\(case_id, (\$\d+)\)/

/**
 * The callback's transaction (begin, claim, job, commit) on a pool of the caller, with the audit record or with that one
 * function call taken out of the claim. Throws when the claim was not won, or no longer calls the function.
 */
export async function claimOnce(
  pool: postgres.Sql,
  journey: WaitingJourney,
  audited: boolean,
): Promise<void> {
  const { playerId, id, code, codeSealed } = journey
  await pool.begin(async (transaction) => {
    const tx = asDb(transaction, audited)
    const claimed = await claimReturn(tx, {
      playerId,
      id,
      version: 2,
      from: 'awaiting_player',
      deadlineAt: new Date(Date.now() + HOUR_MS),
      fingerprints: blindIndexes(env().indexKeys, 'return_code', `${CONNECTION} ${code}`),
      codeSealed,
      bound: true,
      record: auditRecord({
        actor: { kind: 'player', id: playerId },
        action: 'verification.returned',
        object: { type: 'verification', id },
        before: 'awaiting_player',
        after: 'awaiting_provider',
        connection: CONNECTION,
      }),
    })
    if (!claimed) throw new Error('the claim was not won')
    await queueJob(tx, COLLECT_QUEUE, { playerId, verificationId: id })
  })
}

/** The part of `Db` that the two statements use, prepared by text as the app's own pool does. */
function asDb(transaction: postgres.TransactionSql, audited: boolean): Db {
  const execute = (query: SQL) => {
    const { sql: text, params } = dialect.sqlToQuery(query)
    const isClaim = text.includes('return_codes')
    if (isClaim && !AUDIT_CALL.test(text)) throw new Error('the claim does not append an audit record')
    const sent = isClaim && !audited ? text.replace(AUDIT_CALL, '$1::text') : text
    return transaction.unsafe(sent, params as never[], { prepare: true })
  }
  return { execute } as unknown as Db
}

/** Two ways to seal the same bytes into one buffer: ours, and the cipher alone. Each call seals once. */
export function sealers(bytes: Buffer) {
  const key = randomBytes(32)
  const context = { table: 'documents', column: 'raw_sealed', rowId: randomUUID(), playerId: randomUUID() }
  return {
    ours: () => seal(key, 1, context, bytes),
    bare: () => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
    },
  }
}

/** Journeys whose player is at Didit; the vendor's own names of their sessions. */
export async function prepareSessionsAtDidit(count: number): Promise<string[]> {
  const journeys = await prepareJourneys(count)
  return Promise.all(
    journeys.map(async ({ playerId, id }) => {
      const session = randomUUID()
      const vault = await openVault(db(), playerId)
      const kept = JSON.stringify({ sessionRef: session, secret: null, returnUrl: 'http://localhost/' })
      await db()
        .update(providerSessions)
        .set({
          connectionId: 'didit',
          referenceIndex: referenceIndex('didit', session),
          sessionSealed: vault.seal('provider_sessions', 'session_sealed', id, kept),
        })
        .where(eq(providerSessions.verificationId, id))
      return session
    }),
  )
}
