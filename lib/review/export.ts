import 'server-only'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type Db, db, transact } from '@/db/client'
import { readClock } from '@/db/queries/case-file'
import {
  approveExportRequest,
  type ExportRequest,
  findExportRequest,
  insertExportRequest,
  listExportRequests,
  spendExportApproval,
} from '@/db/queries/export-requests'
import { countQueueRows, listQueueRows, type QueueCursor } from '@/db/queries/queue'
import { findStaff } from '@/db/queries/staff'
import type { StaffActor, StaffRole } from '@/lib/actor'
import { type AuditAction, appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { errorName, log } from '@/lib/log'
import { countUse, isWithin, uncountUse, usesLeft } from '@/lib/rate-limit'
import { may, requirePermission } from '@/lib/staff/permissions'
import { asStaff } from '@/lib/staff/record'
import { type Colleague, readColleagues } from './colleagues'
import { toLine } from './csv'
import { parseFilter, toAddress } from './filter-url'
import { type QueueRowView, toSelection, toViews } from './queue'
import { isTwoPeopleOn } from './two-people'
import { PERSONS_CAP, type QueueFilter } from './types'

// PM-03, PM-05: the rows of a filter as a file, read page by page while it is sent. Masked like the queue itself: nobody
// exports a whole value. More than a hundred persons, in one file or in a day, need a second lead.

const BATCH = 500
const APPROVAL_HOURS = 24
const HOUR_MS = 3_600_000
const REQUESTS_SHOWN = 100
/** A queue moves on between approval and download; more than this is another export. */
const APPROVED_GROWTH = 1.1
/** Spreadsheets read a file without it in the alphabet of their own country. */
const BYTE_ORDER_MARK = '\uFEFF'

/** What is exported: a filter as it stands in an address. */
export const ExportForm = z.strictObject({ filter: z.string().max(1000) })
export type ExportForm = z.output<typeof ExportForm>

export interface ExportPlan {
  /** How many attempts the filter shows, up to `cap` + 1. */
  count: number
  cap: number
  /** A second person has to approve it: it is large, or too much together with what this person took alone within a day. */
  needsSecond: boolean
  /** One has, and it was not used yet. */
  isApproved: boolean
}

/** What an export of this filter would take. AppError `forbidden`, `bad_request` for what is no filter. */
export async function planExport(staff: StaffActor, form: ExportForm): Promise<ExportPlan> {
  requirePermission(staff, 'case.export')
  const filter = toFilter(form)
  const count = await countQueueRows(db(), toSelection(filter, staff.id), PERSONS_CAP)
  const requests = await listExportRequests(db(), REQUESTS_SHOWN)
  return {
    count,
    cap: PERSONS_CAP,
    needsSecond: isTwoPeopleOn() && count > (await usesLeft('export_alone', staff.id)),
    isApproved: requests.some(
      (one) =>
        one.requestedBy === staff.id &&
        one.approvedBy !== null &&
        one.filter === toAddress(filter) &&
        count <= mostRows(one),
    ),
  }
}

export interface ExportRequestView {
  id: string
  by: Colleague | null
  /** As it stands in an address. */
  filter: string
  persons: number
  /** RFC 3339 UTC */
  requestedAt: string
  expiresAt: string
  approvedBy: Colleague | null
}

/** Asks another lead to approve an export; good for a day. The id of the request. */
export async function requestExport(staff: StaffActor, form: ExportForm): Promise<string> {
  requirePermission(staff, 'case.export')
  const filter = toFilter(form)
  await countUse('case_export', staff.id)
  const id = randomUUID()
  const persons = await countQueueRows(db(), toSelection(filter, staff.id), PERSONS_CAP)
  await transact(async (tx) => {
    await insertExportRequest(tx, {
      id,
      requestedBy: staff.id,
      filter: toAddress(filter),
      persons,
      expiresAt: new Date(Date.now() + APPROVAL_HOURS * HOUR_MS),
    })
    await record(tx, staff, 'export.requested', id, toAddress(filter))
  })
  return id
}

/** Requests that wait for a second person, or were approved and not used yet; newest first. */
export async function listRequestedExports(staff: StaffActor): Promise<ExportRequestView[]> {
  requirePermission(staff, 'case.export')
  const [rows, colleagues] = await Promise.all([
    listExportRequests(db(), REQUESTS_SHOWN),
    readColleagues(staff),
  ])
  return rows.map((row) => ({
    id: row.id,
    by: colleagues.get(row.requestedBy) ?? null,
    filter: row.filter,
    persons: row.persons,
    requestedAt: row.requestedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    approvedBy: colleagues.get(row.approvedBy ?? '') ?? null,
  }))
}

/** Approves a colleague's export. AppError `forbidden` for one's own, `state_conflict` when it is over or approved. */
export async function approveExport(staff: StaffActor, id: string): Promise<void> {
  requirePermission(staff, 'case.export')
  await transact(async (tx) => {
    const request = await findExportRequest(tx, id)
    if (request?.requestedBy === staff.id) throw new AppError('forbidden', 'same_person')
    if (!(await approveExportRequest(tx, id, staff.id))) throw new AppError('state_conflict', 'too_late')
    await record(tx, staff, 'export.approved', id, request?.filter ?? '')
  })
}

export interface Export {
  id: string
  fileName: string
  body: ReadableStream<Uint8Array>
}

/**
 * Begins an export; the rows are read while the body is. AppError `forbidden`, `bad_request` for what is no filter,
 * `state_conflict` (`second_person`) where nobody has approved it, RateLimited beyond ten an hour.
 */
export async function openExport(staff: StaffActor, form: ExportForm): Promise<Export> {
  requirePermission(staff, 'case.export')
  const filter = toFilter(form)
  const { needsSecond, count } = await planExport(staff, form)
  await countUse('case_export', staff.id)
  if (isTwoPeopleOn() && !needsSecond) await takeAlone(staff, count)
  const id = randomUUID()
  const most = await transact(async (tx) => {
    const approval = needsSecond ? await spendApproval(tx, staff, filter, count) : null
    await record(tx, staff, 'export.begun', id, [toAddress(filter), standing(count, approval)].join(' '))
    return approval === null ? alone() : mostRows(approval)
  })
  return {
    id,
    fileName: `ante-${id.slice(0, 8)}.csv`,
    body: stream(staff, id, readLines(staff, id, filter, most)),
  }
}

/** Rows that one person may take without asking; with two people switched off as many as there are. */
function alone(): number {
  return isTwoPeopleOn() ? env().limits.review.exportAlonePersons : Number.POSITIVE_INFINITY
}

/** Rows that an approval covers. Who approved more than are counted approved all. */
function mostRows({ persons }: ExportRequest): number {
  return persons > PERSONS_CAP ? Number.POSITIVE_INFINITY : Math.floor(persons * APPROVED_GROWTH)
}

/** Counts what somebody takes alone; of two exports at once the one that is too much needs a second person. */
async function takeAlone(staff: StaffActor, count: number): Promise<void> {
  if (count === 0 || (await isWithin('export_alone', staff.id, count))) return
  await uncountUse('export_alone', staff.id, count)
  throw new AppError('state_conflict', 'second_person')
}

/** Uses an approval up that covers this, of somebody who may still give one. */
async function spendApproval(
  tx: Db,
  staff: StaffActor,
  filter: QueueFilter,
  count: number,
): Promise<ExportRequest> {
  const approval = await spendExportApproval(tx, staff.id, toAddress(filter))
  if (approval === null || count > mostRows(approval) || !(await mayExport(tx, approval.approvedBy)))
    throw new AppError('state_conflict', 'second_person')
  return approval
}

/** Who stands for it, on record. */
function standing(count: number, approval: ExportRequest | null): string {
  if (approval !== null) return `approved_by=${approval.approvedBy}`
  return count > env().limits.review.exportAlonePersons ? 'two_people_off' : 'alone'
}

function toFilter(form: ExportForm): QueueFilter {
  const { filter, dropped } = parseFilter(new URLSearchParams(form.filter))
  if (dropped.length > 0) throw new AppError('bad_request', 'not a filter')
  return filter
}

const COLUMNS = [
  'reference',
  'status',
  'reasons',
  'attempt',
  'sandbox',
  'player',
  'aadhaar',
  'pan',
  'driving_licence',
  'vendor',
  'begun_utc',
  'due_utc',
  'assignee',
  'tags',
  'export',
  'exported_for',
]

interface Chunk {
  text: string
  rows: number
}

/** Header, then page by page; nothing of a page is kept once it was handed on. */
async function* readLines(
  staff: StaffActor,
  id: string,
  filter: QueueFilter,
  most: number,
): AsyncGenerator<Chunk> {
  const me = (await readColleagues(staff)).get(staff.id)
  const mark = [id, `${me?.name ?? ''} (${staff.id})`]
  yield { text: BYTE_ORDER_MARK + toLine(COLUMNS), rows: 0 }
  // What is relative in a filter means the same on every page.
  const selection = toSelection(filter, staff.id, await readClock(db()))
  let cursor: QueueCursor | null = null
  let read = 0
  for (;;) {
    await requireStill(staff)
    const rows = await listQueueRows(db(), selection, cursor, BATCH)
    const last = rows.at(-1)
    if (last === undefined) return
    read += rows.length
    if (read > most) throw new AppError('state_conflict', 'second_person') // it grew while it was read
    const views = (await toViews(staff, rows, new Date())).filter(({ isBlind }) => !isBlind)
    yield { text: views.map((view) => toLine([...toValues(view), ...mark])).join(''), rows: views.length }
    if (rows.length < BATCH) return
    cursor = { at: last.cursorAt, id: last.id }
  }
}

/** An export ends when who asked for it may not export any more. */
async function requireStill(staff: StaffActor): Promise<void> {
  if (!(await mayExport(db(), staff.id))) throw new AppError('forbidden', 'case.export')
}

async function mayExport(at: Db, staffId: string | null): Promise<boolean> {
  const row = staffId === null ? null : await findStaff(at, staffId)
  return row?.state === 'active' && may(row.roles as StaffRole[], 'case.export')
}

function toValues(view: QueueRowView): string[] {
  const { documents } = view
  return [
    view.reference,
    view.status,
    view.reasons.join(' '),
    String(view.attempt),
    view.sandbox ? 'yes' : 'no',
    view.player.label,
    documents.aadhaar,
    documents.pan,
    documents.driving_licence,
    view.vendor?.name ?? '',
    view.createdAt,
    view.dueAt ?? '',
    view.assignee?.name ?? '',
    view.tags.join(' '),
  ]
}

/** Reads a page when the one before was taken, and writes down how it ended: whole, cut off by the reader, or failed. */
function stream(staff: StaffActor, id: string, chunks: AsyncGenerator<Chunk>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let sent = 0
  const end = (how: 'whole' | 'cut_off' | 'failed') =>
    record(db(), staff, 'export.ended', id, `${how} ${sent}`)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = await chunks.next()
          if (done) {
            await end('whole')
            return controller.close()
          }
          sent += value.rows
          controller.enqueue(encoder.encode(value.text))
        } catch (error) {
          log.warn({ event: 'export.failed', error: errorName(error) })
          await end('failed')
          controller.error(new AppError('forbidden', 'export ended')) // the driver's words go nowhere
        }
      },
      async cancel() {
        await chunks.return(undefined)
        await end('cut_off')
      },
    },
    { highWaterMark: 0 },
  )
}

async function record(
  at: Db,
  staff: StaffActor,
  action: Extract<AuditAction, `export.${string}`>,
  id: string,
  reason: string,
): Promise<void> {
  await appendAuditEvent(at, PROCESS_CHAIN, {
    actor: asStaff(staff),
    action,
    object: { type: 'export', id },
    reason,
  })
}
