'use server'

import type { Route } from 'next'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { staffAction, staffCall } from '@/lib/auth/staff-guards'
import { examineNow } from '@/lib/connections/examinations'
import { changeRouting } from '@/lib/connections/routing'
import { storeLockerCredentials } from '@/lib/connections/store-credentials'
import { isAppError } from '@/lib/errors'

const ConnectionId = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)
const RoutingForm = z.strictObject({
  connection: ConnectionId,
  to: z.enum(['earlier', 'later', 'on', 'off']),
  version: z.coerce.number().int().min(0),
})
const ExamineForm = z.strictObject({ connection: ConnectionId })
const PairForm = z.strictObject({
  connection: ConnectionId,
  clientId: z.string().max(512),
  clientSecret: z.string().max(512),
})

export const changeOrder = staffAction('connection.change', RoutingForm, async (staff, form) => {
  const { connection, to, version } = form
  const problem = await stopped(changeRouting(staff, { connectionId: connection, to, version }))
  redirect(
    (problem === null ? '/admin/providers?done=saved' : `/admin/providers?problem=${problem}`) as Route,
  )
})

export const examine = staffAction('connection.view', ExamineForm, async (staff, { connection }) => {
  const problem = await stopped(examineNow(staff, connection))
  redirect(`/admin/providers/${connection}${problem === null ? '' : `?problem=${problem}`}` as Route)
})

export const storePair = staffCall('connection.change', PairForm, async (staff, input) => {
  const { connection, clientId, clientSecret } = input
  return storeLockerCredentials(staff, connection, { clientId, clientSecret: clientSecret.trim() })
})

/** Null when it went through, else the word for what stopped it. */
async function stopped(work: Promise<unknown>): Promise<string | null> {
  try {
    await work
    return null
  } catch (error) {
    if (isAppError(error, 'rate_limited')) return 'rate_limited'
    if (isAppError(error, 'state_conflict'))
      return error.detail === 'being examined' ? 'running' : error.detail
    throw error
  }
}
