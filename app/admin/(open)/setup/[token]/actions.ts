'use server'

import type { Route } from 'next'
import { notFound, redirect } from 'next/navigation'
import { z } from 'zod'
import { publicAction } from '@/lib/auth/guards'
import { readPlace } from '@/lib/auth/place'
import { keepAsked, keepStaffSession, takeAsked } from '@/lib/auth/staff-cookies'
import { publicCall } from '@/lib/auth/staff-guards'
import { AppError, isAppError } from '@/lib/errors'
import { askJoinPasskey, type JoinAnswer, joinByPasskey, joinByPassword } from '@/lib/staff/invites'
import {
  EmailField,
  NameField,
  NewPasskeyAnswer,
  type PasskeyOutcome,
  type StaffProblem,
} from '@/lib/staff/types'

const JOINED = '/admin/account?done=joined' as Route
const Joining = z.strictObject({ token: z.string().max(64), name: NameField, email: EmailField })
const JoiningByPasskey = Joining.extend({ answer: NewPasskeyAnswer })
const JoiningByPassword = z.strictObject({
  token: z.string().max(64),
  name: z.string().max(200),
  email: z.string().max(320),
  password: z.string().max(1024),
  code: z.string().max(32),
})

/** Asks this browser to make a passkey for whoever holds the link. */
export const askToJoin = publicCall(Joining, async ({ token, ...profile }) => {
  const asked = await askJoinPasskey(token, profile)
  if (asked === null) throw new AppError('not_found')
  return keepAsked(asked)
})

/** Uses the link up with the passkey that was made. */
export const joinWithPasskey = publicCall(
  JoiningByPasskey,
  async ({ token, answer, ...profile }): Promise<PasskeyOutcome> => {
    const asked = await takeAsked()
    const link = { token, profile, asked, answer }
    const joined = await orTaken(joinByPasskey(link, await readPlace()))
    if (joined.kind === 'over') throw new AppError('not_found')
    if (joined.kind === 'refused') return { problem: joined.problem }
    await keepStaffSession(joined.token)
    return { go: JOINED }
  },
)

/** Uses the link up with a password and the first code of an authenticator app. */
export const joinWithPassword = publicAction(
  JoiningByPassword,
  async ({ token, password, code, ...form }) => {
    const back = (problem: StaffProblem) =>
      redirect(`/admin/setup/${encodeURIComponent(token)}?problem=${problem}`)
    const profile = z.strictObject({ name: NameField, email: EmailField }).safeParse(form)
    if (!profile.success) return back('bad_details')
    const link = { token, profile: profile.data, password, code }
    const joined = await orTaken(joinByPassword(link, await readPlace()))
    if (joined.kind === 'over') notFound()
    if (joined.kind === 'refused') return back(joined.problem)
    await keepStaffSession(joined.token)
    redirect(JOINED)
  },
)

/** An address that somebody else has, or an account that was shut, is an answer of its own; the link stays. */
async function orTaken(joining: Promise<JoinAnswer>): Promise<JoinAnswer> {
  try {
    return await joining
  } catch (error) {
    if (isAppError(error, 'state_conflict')) return { kind: 'refused', problem: 'taken' }
    throw error
  }
}
