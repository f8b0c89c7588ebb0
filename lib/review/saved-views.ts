import 'server-only'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { db, hasSqlState } from '@/db/client'
import { countSavedViews, deleteSavedView, insertSavedView, listSavedViews } from '@/db/queries/saved-views'
import type { StaffActor } from '@/lib/actor'
import { AppError } from '@/lib/errors'
import { requirePermission } from '@/lib/staff/permissions'
import { parseFilter, toAddress } from './filter-url'
import { isImpersonal, QUEUE_VIEWS, QueueFilter, VIEW_NAME_LIMIT } from './types'

// Views of the queue: those that come with the software, and those that somebody of staff keeps for themself.

const VIEWS_PER_PERSON = 30
const UNIQUE_VIOLATION = '23505'

export interface SavedView {
  /** Of a built-in view its key, of an own one its id. */
  key: string
  /** Null for a built-in view: its name is in the messages. */
  name: string | null
  filter: QueueFilter
  /** The same as it stands in an address. */
  address: string
}

/** What somebody keeps under a name. */
export const SavedViewForm = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(VIEW_NAME_LIMIT)
    .regex(/^[^\p{Cc}\p{Cf}]+$/u)
    .refine(isImpersonal),
  /** As it stands in the address; parts that are not understood are refused here. */
  filter: z.string().max(1000),
})
export type SavedViewForm = z.output<typeof SavedViewForm>

/** The built-in views, then this person's own by name. */
export async function listViews(staff: StaffActor): Promise<SavedView[]> {
  requirePermission(staff, 'case.view')
  const own = await listSavedViews(db(), staff.id)
  const builtIn = QUEUE_VIEWS.map(({ key, filter }) => ({
    key,
    name: null,
    ...toFilter(QueueFilter.parse(filter)),
  }))
  // What an older version of the software had kept and this one does not know any more is left out by the parser.
  return [
    ...builtIn,
    ...own.map(({ id, name, filter }) => ({
      key: id,
      name,
      ...toFilter(parseFilter(new URLSearchParams(filter)).filter),
    })),
  ]
}

function toFilter(filter: QueueFilter) {
  return { filter, address: toAddress(filter) }
}

/** Keeps a view; its id. AppError `bad_request` for a filter that is none, `state_conflict` for a name that is taken or too many. */
export async function saveView(staff: StaffActor, form: SavedViewForm): Promise<string> {
  requirePermission(staff, 'case.view')
  const { filter, dropped } = parseFilter(new URLSearchParams(form.filter))
  if (dropped.length > 0) throw new AppError('bad_request', 'not a filter')
  if ((await countSavedViews(db(), staff.id)) >= VIEWS_PER_PERSON)
    throw new AppError('state_conflict', 'too many views')
  const id = randomUUID()
  try {
    await insertSavedView(db(), { staffId: staff.id, id, name: form.name, filter: toAddress(filter) })
  } catch (error) {
    if (hasSqlState(error, UNIQUE_VIOLATION)) throw new AppError('state_conflict', 'name taken')
    throw error
  }
  return id
}

/** Forgets an own view. AppError `not_found` for what is not theirs. */
export async function dropView(staff: StaffActor, id: string): Promise<void> {
  requirePermission(staff, 'case.view')
  if (!(await deleteSavedView(db(), staff.id, id))) throw new AppError('not_found')
}
