'use server'

import { cookies } from 'next/headers'
import { z } from 'zod'
import { cookieName, staffCookieOptions } from '@/lib/auth/cookies'
import { staffAction } from '@/lib/auth/staff-guards'
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
