'use server'

import type { Route } from 'next'
import { redirect } from 'next/navigation'
import { getMessages } from 'next-intl/server'
import { z } from 'zod'
import { staffAction, staffCall } from '@/lib/auth/staff-guards'
import { isAppError } from '@/lib/errors'
import { claimNext } from '@/lib/review/claims'
import { approveExport } from '@/lib/review/export'
import { search } from '@/lib/review/search'
import { SEARCH_LIMIT } from '@/lib/review/types'

const SearchForm = z.strictObject({ text: z.string().max(SEARCH_LIMIT) })

/** Takes the next case that this person may decide; null when there is none. */
export const claimNextCase = staffCall('case.claim', z.strictObject({}), (staff) => claimNext(staff))

/** Finds attempts by whatever was typed. By POST: what was typed is in no address. */
export const searchCases = staffCall('case.view', SearchForm, async (staff, { text }) => {
  const { shell, queue } = (await getMessages()).desk
  const { palette } = shell
  const { results, isCut, problem } = await search(staff, text)
  return {
    found: results.map(({ id, reference, player, status, by }) => ({
      id,
      reference,
      name: player.label,
      status: queue.statuses[status],
      by: palette.by[by],
    })),
    isCut,
    problem,
  }
})

/** Approves a colleague's export; back to the page with what came of it. */
export const approveExportOf = staffAction(
  'case.export',
  z.strictObject({ id: z.uuid() }),
  async (staff, { id }) => {
    const done = await approveExport(staff, id).then(
      () => 'approved',
      (error: unknown) => {
        if (isAppError(error, 'state_conflict', 'forbidden')) return 'too_late'
        throw error
      },
    )
    redirect(`/admin?done=${done}` as Route)
  },
)
