import 'server-only'
import { randomUUID } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { type Db, db, openPool } from '@/db/client'
import { appendRecord } from '@/db/queries/audit'
import { namesPage } from '@/db/queries/name-keys'
import {
  countQueueRows,
  isUneven,
  listQueueRows,
  type QueueCursor,
  type QueueSelection,
  queuePage,
  type SearchKeys,
  searchStatement,
} from '@/db/queries/queue'
import { claimNextReview } from '@/db/queries/reviews'
import { insertStaff } from '@/db/queries/staff'
import { canonicalJson } from '@/lib/crypto/sign'
import { env } from '@/lib/env'
import { openExport } from '@/lib/review/export'
import { COUNT_CAP, PAGE_ROWS } from '@/lib/review/types'
import { sealProfile, staffEmailHash } from '@/lib/staff/seals'

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
  dueAfter: null,
  openedAfter: null,
  assigneeId: undefined,
  claimedBy: undefined,
  tag: null,
  snoozed: null,
  escalated: null,
  connectionId: null,
  sandbox: null,
  policyVersion: null,
  counted: null,
  sort: 'newest',
}

function toText(statement: SQL) {
  const { sql: text, params } = dialect.sqlToQuery(statement)
  return { text, params }
}

/** The desk's statements on the database at `url`. */
export function openDesk(url: string) {
  const { db: at, close } = openPool(url)
  return {
    close,
    list: (selection: QueueSelection, cursor: QueueCursor | null) =>
      listQueueRows(at, selection, cursor, PAGE_ROWS),
    count: (selection: QueueSelection) => countQueueRows(at, selection, COUNT_CAP),
    /** What a page of the queue sends, as text and parameters. */
    searchStatement: (keys: SearchKeys, limit: number) => toText(searchStatement(keys, limit)),
    namesStatement: (words: readonly string[], limit: number) => {
      const [rarest = '', ...others] = words
      return toText(
        namesPage(
          [rarest],
          others.map((key) => [key]),
          limit,
        ),
      )
    },
    statement: (selection: QueueSelection, cursor: QueueCursor | null) => ({
      ...toText(queuePage(selection, cursor, PAGE_ROWS)),
      isPlannedAnew: isUneven(selection),
    }),
  }
}

/** `count` reviewers at one desk, each with a connection of its own. */
export function openReviewers(url: string, count: number) {
  const pool = postgres(url, { max: count, onnotice: () => {} })
  const desk = drizzle(pool) as unknown as Db
  const reviewers = Array.from({ length: count }, () => randomUUID())
  return {
    close: () => pool.end({ timeout: 5 }),
    reviewers,
    ready: () => Promise.all(reviewers.map(() => desk.execute(sql`select pg_sleep(0.05)`))),
    /** One claim with its audit record, as the desk makes it; the id, or null when nothing was left. */
    claim: (reviewer: string) =>
      desk.transaction(async (tx) => {
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

/** Exports rows of the database of the settings as a lead would, until at least `count` were read; yields how many came. */
export async function* exportRows(count: number): AsyncGenerator<number> {
  const lead = { id: randomUUID(), roles: ['lead' as const] }
  await insertStaff(db(), {
    id: lead.id,
    profileSealed: sealProfile(lead.id, { name: 'Bench', email: `${lead.id}@staff.invalid` }),
    emailHash: staffEmailHash(`${lead.id}@staff.invalid`),
    roles: lead.roles,
  })
  env().limits.review.exportAlonePersons = 1_000_000
  const reader = (await openExport(lead, { filter: '' })).body.getReader()
  const decoder = new TextDecoder()
  for (let seen = 0; seen < count; ) {
    const { value, done } = await reader.read()
    if (done) return
    const rows = decoder.decode(value).split('\n').length - 1
    seen += rows
    yield rows
  }
  await reader.cancel()
}
