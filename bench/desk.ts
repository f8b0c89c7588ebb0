import 'server-only'
import { randomUUID } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { type Db, openPool } from '@/db/client'
import { appendRecord } from '@/db/queries/audit'
import {
  countQueueRows,
  listQueueRows,
  type QueueCursor,
  type QueueSelection,
  queuePage,
  type SearchKeys,
  searchStatement,
} from '@/db/queries/queue'
import { claimNextReview } from '@/db/queries/reviews'
import { canonicalJson } from '@/lib/crypto/sign'
import { COUNT_CAP, PAGE_ROWS } from '@/lib/review/types'

// The reviewers' desk for the figures: our own statements on a database of invented cases.

const dialect = new PgDialect()

/** Nothing chosen: what `narrow` starts from. */
export const EVERYTHING: QueueSelection = {
  statuses: [],
  reason: null,
  documentStates: [],
  createdBefore: null,
  createdAfter: null,
  dueBefore: null,
  openedAfter: null,
  assigneeId: undefined,
  claimedBy: undefined,
  tag: null,
  snoozed: null,
  escalated: null,
  connectionId: null,
  sandbox: null,
  sort: 'newest',
}

function toText(statement: SQL) {
  const { sql: text, params } = dialect.sqlToQuery(statement)
  return { text, params }
}

/** The desk's statements on the database at `url`. */
export function openDesk(url: string) {
  const { db, sql: pool } = openPool(url)
  return {
    close: () => pool.end({ timeout: 5 }),
    list: (selection: QueueSelection, cursor: QueueCursor | null) =>
      listQueueRows(db, selection, cursor, PAGE_ROWS),
    count: (selection: QueueSelection) => countQueueRows(db, selection, COUNT_CAP),
    /** What a page of the queue sends, as text and parameters. */
    searchStatement: (keys: SearchKeys, limit: number) => toText(searchStatement(keys, limit)),
    statement: (selection: QueueSelection, cursor: QueueCursor | null) =>
      toText(queuePage(selection, cursor, PAGE_ROWS)),
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
        const object = { type: 'verification', id: review.verificationId }
        const actor = { kind: 'staff', id: reviewer }
        const at = new Date().toISOString()
        await appendRecord(
          tx,
          review.caseId,
          canonicalJson({ action: 'review.claimed', actor, at, object, reason: 'next' }),
        )
        return review.verificationId
      }),
  }
}
