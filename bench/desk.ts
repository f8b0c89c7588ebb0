import 'server-only'
import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { type Db, openPool } from '@/db/client'
import {
  countQueueRows,
  listQueueRows,
  type QueueCursor,
  type QueueSelection,
  queuePage,
  type SearchKeys,
  searchAttempts,
} from '@/db/queries/queue'
import { claimNextReview } from '@/db/queries/reviews'
import { appendAuditEvent } from '@/lib/audit/audit'
import { blindIndexes } from '@/lib/crypto/blind-index'
import { env } from '@/lib/env'
import { COUNT_CAP, PAGE_ROWS } from '@/lib/review/types'
import { makeBatch } from '@/lib/seed/batch'
import { inventPerson } from '@/lib/seed/people'
import { seedCases } from '@/lib/seed/seed'
import { referenceIndexes } from '@/lib/verification/reference'

// The reviewers' desk for the figures: our own statements on a database of invented cases, and how it is filled.

const dialect = new PgDialect()

/** Nothing chosen: what `narrow` starts from. */
export const EVERYTHING: QueueSelection = {
  statuses: [],
  reason: null,
  documentStates: [],
  createdBefore: null,
  createdAfter: null,
  dueBefore: null,
  assigneeId: undefined,
  claimedBy: undefined,
  tag: null,
  snoozed: null,
  escalated: null,
  connectionId: null,
  sandbox: null,
  sort: 'newest',
}

/** Fills the database of the settings up to `cases` invented cases. */
export async function seedTo(cases: number, onProgress: (written: string) => void): Promise<void> {
  async function* here(ranges: Iterable<Parameters<typeof makeBatch>[0]>) {
    for (const range of ranges) yield makeBatch(range)
  }
  const tell = ({ step, what }: { step: string; what: string }) => onProgress(`${step} ${what}`)
  const answer = await seedCases({ cases, seed: 1, besideOthers: false }, here, tell)
  if (answer.kind === 'refused') throw new Error(`the seed was refused: ${answer.because}`)
}

/** The desk's statements on the database at `url`. */
export function openDesk(url: string) {
  const { db, sql: pool } = openPool(url)
  return {
    close: () => pool.end({ timeout: 5 }),
    list: (selection: QueueSelection, cursor: QueueCursor | null) =>
      listQueueRows(db, selection, cursor, PAGE_ROWS),
    count: (selection: QueueSelection) => countQueueRows(db, selection, COUNT_CAP),
    search: (keys: SearchKeys) => searchAttempts(db, keys, PAGE_ROWS),
    /** What a page of the queue sends, as text and parameters. */
    statement: (selection: QueueSelection, cursor: QueueCursor | null) => {
      const { sql: text, params } = dialect.sqlToQuery(queuePage(selection, cursor, PAGE_ROWS))
      return { text, params }
    },
  }
}

/** Keys of invented person `index` for the search, each alone. */
export function searchKeys(index: number, reference: string, vendor: { connectionId: string; ref: string }) {
  const none = { references: [], emailIndexes: [], numberIndexes: [], vendorIndexes: [], connectionIds: [] }
  const { email, pan } = inventPerson(1, index)
  const ring = env().indexKeys
  return {
    reference: { ...none, references: [reference] },
    email: { ...none, emailIndexes: blindIndexes(ring, 'email', email) },
    'document number': { ...none, numberIndexes: blindIndexes(ring, 'pan', pan) },
    'vendor reference': {
      ...none,
      vendorIndexes: referenceIndexes(vendor.connectionId, vendor.ref),
      connectionIds: [vendor.connectionId],
    },
  }
}

/** `count` reviewers at one desk, each with a connection of its own. */
export function openReviewers(url: string, count: number) {
  const pool = postgres(url, { max: count, onnotice: () => {} })
  const db = drizzle(pool) as unknown as Db
  const reviewers = Array.from({ length: count }, () => randomUUID())
  return {
    close: () => pool.end({ timeout: 5 }),
    reviewers,
    ready: () => Promise.all(reviewers.map(() => db.execute(sql`select pg_sleep(0.05)`))),
    /** One claim with its audit record, as the desk makes it; the id, or null when nothing was left. */
    claim: (reviewer: string) =>
      db.transaction(async (tx) => {
        const review = await claimNextReview(tx, reviewer, false)
        if (review === null) return null
        await appendAuditEvent(tx, review.caseId, {
          actor: { kind: 'staff', id: reviewer },
          action: 'staff.confirmed',
          object: { type: 'verification', id: review.verificationId },
        })
        return review.verificationId
      }),
  }
}
