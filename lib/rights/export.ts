import 'server-only'
import { randomUUID } from 'node:crypto'
import { db, transact } from '@/db/client'
import { ensureCase } from '@/db/queries/consents'
import {
  listPlayerChecks,
  listPlayerDecisions,
  listPlayerDocuments,
  listReceiptTexts,
} from '@/db/queries/rights'
import { asActor, type PlayerActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import { toSignedReceipt } from '@/lib/consent/consent'
import type { SignedReceipt } from '@/lib/consent/receipt'
import type { Locale } from '@/lib/consent/types'
import { type Signature, signJson } from '@/lib/crypto/sign'
import { env } from '@/lib/env'
import { fill } from '@/lib/i18n/format'
import { messagesFor } from '@/lib/i18n/messages'
import { RETENTION_CLASSES } from '@/lib/retention-classes'
import { openVault } from '@/lib/vault'
import { isDoubt, toTellable } from '@/lib/verification/doubt'
import { readHeld } from './held'
import { listHistory } from './history'
import { listMyRequests, type RequestView } from './requests'
import type { Held, HeldAttempt, HeldDocument, HistoryEntry } from './types'

const WHOLE_HISTORY = 10_000
const CHUNK_CHARACTERS = 65_536

interface Reason {
  code: string
  /** In the player's language. */
  text: string
}

/** The whole of what is held, for machines and for keeping. The shape changes with its `schema` alone. */
export interface PlayerExport {
  schema: 'ante-export/1'
  madeAt: string
  language: Locale
  controller: { name: string; address: string; grievance: string }
  account: Pick<Held, 'email' | 'createdAt' | 'endsAt' | 'stated'>
  recipients: string[]
  attempts: (Omit<HeldAttempt, 'id' | 'reasons' | 'inDoubt' | 'documents' | 'appeal' | 'way'> & {
    reasons: Reason[]
    documents: (Omit<HeldDocument, 'id'> & { number: string | null })[]
    checks: { question: string; outcome: string; reason: string | null; note: string | null }[]
    decisions: {
      outcome: string
      reasons: Reason[]
      madeBy: 'rule' | 'person'
      policyVersion: string
      at: string
    }[]
  })[]
  receipts: SignedReceipt[]
  requests: Omit<RequestView, 'id' | 'verificationId'>[]
  history: HistoryEntry[]
  retention: { data: string; days: number; ground: string; since: string; owner: string }[]
}

export interface SignedExport {
  export: PlayerExport
  signature: Signature
}

/** All that is held about the player, signed; that it was handed out is recorded first. */
export async function exportData(
  player: PlayerActor,
  language: Locale,
  form: 'json' | 'pdf',
): Promise<SignedExport> {
  await transact(async (tx) => {
    const { id: caseId } = await ensureCase(tx, player.id, 'onboarding', randomUUID())
    await appendAuditEvent(tx, caseId, {
      actor: asActor(player),
      action: 'data.exported',
      object: { type: 'player', id: player.id },
      reason: form,
    })
  })
  const { operatorName, operatorAddress, grievanceContact, checkpointKey } = env()
  const held = await readHeld(player)
  const { email, createdAt, endsAt, stated } = held
  const whole: PlayerExport = {
    schema: 'ante-export/1',
    madeAt: new Date().toISOString(),
    language,
    controller: { name: operatorName, address: operatorAddress, grievance: grievanceContact },
    account: { email, createdAt, endsAt, stated },
    recipients: held.recipients,
    attempts: await toAttempts(player, held, language),
    receipts: (await listReceiptTexts(db(), player.id)).map(toSignedReceipt),
    requests: (await listMyRequests(player)).map(({ id: _, verificationId: __, ...request }) => request),
    history: await listHistory(player, WHOLE_HISTORY),
    retention: RETENTION_CLASSES.map((data) => ({ data, ...env().limits.retention.classes[data] })),
  }
  return { export: whole, signature: signJson(checkpointKey, whole) }
}

/** The file as it goes over the wire, piece by piece. */
export function toJsonStream(signed: SignedExport): ReadableStream<Uint8Array> {
  const text = JSON.stringify(signed, null, 2)
  const encoder = new TextEncoder()
  let place = 0
  return new ReadableStream({
    pull(controller) {
      if (place >= text.length) return controller.close()
      // A pair of surrogates stays together.
      const end = place + CHUNK_CHARACTERS
      const cut = /[\uD800-\uDBFF]/.test(text[end - 1] ?? '') ? end + 1 : end
      controller.enqueue(encoder.encode(text.slice(place, cut)))
      place = cut
    },
  })
}

async function toAttempts(
  player: PlayerActor,
  held: Held,
  language: Locale,
): Promise<PlayerExport['attempts']> {
  const numbers = await openNumbers(player)
  const checks = await listPlayerChecks(db(), player.id)
  const decisions = await listPlayerDecisions(db(), player.id)
  return held.attempts.map(({ id, reasons, inDoubt, documents, appeal: _, way, ...attempt }) => {
    const explain = (codes: readonly string[]) => codes.map((code) => toReason(code, way, language))
    return {
      ...attempt,
      reasons: explain(reasons),
      documents: documents.map(({ id: documentId, ...one }) => ({
        ...one,
        number: one.hidden ? null : (numbers.get(documentId) ?? null),
      })),
      checks: checks
        // What else was found in doubtful documents is about somebody else.
        .filter(({ verificationId, reason }) => verificationId === id && (!inDoubt || isDoubt(reason)))
        .map(({ verificationId: _of, ...check }) => check),
      decisions: decisions
        .filter(({ verificationId }) => verificationId === id)
        .map(({ outcome, reasons: codes, madeBy, policyVersion, decidedAt }) => ({
          outcome,
          reasons: explain(toTellable(codes, inDoubt, outcome)),
          madeBy: madeBy === 'rule' ? 'rule' : 'person',
          policyVersion,
          at: decidedAt.toISOString(),
        })),
    }
  })
}

/** Whole numbers of PAN and licence, where they are kept; of Aadhaar there is none. By document. */
async function openNumbers(player: PlayerActor): Promise<Map<string, string>> {
  const vault = await openVault(db(), player.id)
  const rows = await listPlayerDocuments(db(), player.id)
  return new Map(
    rows.flatMap(({ id, numberSealed }): [string, string][] =>
      numberSealed === null ? [] : [[id, vault.openText('documents', 'number_sealed', id, numberSealed)]],
    ),
  )
}

/** What a player reads for a code; a code without a sentence speaks for itself. */
function toReason(code: string, way: HeldAttempt['way'], language: Locale): Reason {
  const { reasons, journey } = messagesFor(language)
  const sentence = (reasons as Readonly<Record<string, string>>)[code] ?? code
  return { code, text: fill(sentence, { place: journey.places[way] }) }
}
