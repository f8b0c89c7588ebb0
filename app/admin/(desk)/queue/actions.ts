'use server'

import { cookies } from 'next/headers'
import { z } from 'zod'
import { cookieName, staffCookieOptions } from '@/lib/auth/cookies'
import { staffAction, staffCall } from '@/lib/auth/staff-guards'
import { apply, preview, undo } from '@/lib/review/bulk'
import { ExportForm, planExport, requestExport } from '@/lib/review/export'
import { dropView, SavedViewForm, saveView } from '@/lib/review/saved-views'
import { BulkForm, BulkPreviewForm } from '@/lib/review/types'
import { COLUMN_KEYS, readLayout, writeLayout } from './_components/columns'

const YEAR_SECONDS = 31_536_000

const LayoutForm = z.strictObject({
  column: z.union([z.enum(COLUMN_KEYS), z.array(z.enum(COLUMN_KEYS))]).optional(),
  density: z.enum(['compact', 'comfortable']),
})

/** Remembers in this browser which columns the queue shows. */
export const chooseLayout = staffAction('case.view', LayoutForm, async (_staff, { column, density }) => {
  const { columns } = readLayout([column ?? []].flat().join('.'))
  const jar = await cookies()
  jar.set(
    cookieName('desk-layout'),
    writeLayout({ columns, isCompact: density === 'compact' }),
    staffCookieOptions(YEAR_SECONDS),
  )
})

/** Keeps the filters of a page under a name. */
export const keepView = staffCall('case.view', SavedViewForm, (staff, form) => saveView(staff, form))

/** Forgets an own view. */
export const forgetView = staffCall('case.view', z.strictObject({ id: z.uuid() }), async (staff, { id }) => {
  await dropView(staff, id)
  return true
})

/** What an act on many cases would do. */
export const previewBulk = staffCall('case.bulk', BulkPreviewForm, (staff, form) => preview(staff, form))

/** Begins it; `leftMs` is how long it can be undone. */
export const beginBulk = staffCall('case.bulk', BulkForm, async (staff, form) => {
  const { id, count, effectiveAt } = await apply(staff, form)
  return { id, count, leftMs: Math.max(0, Date.parse(effectiveAt) - Date.now()) }
})

/** Takes it back within its time. */
export const undoBulk = staffCall('case.bulk', z.strictObject({ id: z.uuid() }), async (staff, { id }) => {
  await undo(staff, id)
  return true
})

/** What an export of this view would take. */
export const askExport = staffCall('case.export', ExportForm, (staff, form) => planExport(staff, form))

/** Asks another lead to approve it. */
export const requestExportOf = staffCall('case.export', ExportForm, (staff, form) =>
  requestExport(staff, form),
)
