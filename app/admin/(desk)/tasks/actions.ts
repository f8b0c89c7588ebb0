'use server'

import type { Route } from 'next'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { staffAction } from '@/lib/auth/staff-guards'
import { REASON_CODES, type ReasonCode } from '@/lib/checks/reasons'
import { isAppError } from '@/lib/errors'
import { undo } from '@/lib/review/decide'
import { answerRequest, takeUpAppeal } from '@/lib/review/requests'
import { confirmReversal, proposeReversal } from '@/lib/review/reversals'
import { answerLook, settleDifference, takeNextLook } from '@/lib/review/second-looks'
import { AnswerForm, REVERSALS, VERDICTS } from '@/lib/review/types'

const One = z.strictObject({ id: z.uuid() })
/** A list's first line has no value: no reason. */
const Reason = z.union([z.enum(REASON_CODES as [ReasonCode, ...ReasonCode[]]), z.literal('')])
const Look = z.strictObject({ id: z.uuid(), verdict: z.enum(VERDICTS), reason: Reason })
const Proposal = z.strictObject({ id: z.uuid(), proposal: z.uuid() })
const Reversal = z.strictObject({ id: z.uuid(), act: z.enum(REVERSALS), reason: Reason })

/** Answers what a player asked. */
export const answerOne = staffAction('case.decide', AnswerForm, async (staff, form) => {
  await tell(answerRequest(staff, form), 'answered')
})

/** Has the attempt of an appeal looked at again. */
export const takeUp = staffAction('case.reopen', One, async (staff, { id }) => {
  await tell(takeUpAppeal(staff, id), 'taken_up')
})

/** Takes the next second look of this person and opens its case, where it is answered. */
export const takeLook = staffAction('case.decide', z.strictObject({}), async (staff) => {
  const look = await takeNextLook(staff)
  redirect((look === null ? '/admin/tasks?done=no_look' : `/admin/cases/${look.verificationId}`) as Route)
})

/** Stores what a second person would have decided. */
export const answerOneLook = staffAction('case.decide', Look, async (staff, { id, verdict, reason }) => {
  await tell(answerLook(staff, { id, verdict, reasons: toReasons(reason) }), 'looked')
})

/** Proposes to reverse a verdict. */
export const proposeOne = staffAction('case.reopen', Reversal, async (staff, { id, act, reason }) => {
  await tell(proposeReversal(staff, { id, act, reasons: toReasons(reason) }), 'proposed')
})

/** Agrees to another lead's proposal. */
export const agreeToOne = staffAction('case.reopen', Proposal, async (staff, seen) => {
  await tell(confirmReversal(staff, seen), 'confirmed')
})

/** Takes back what one has proposed or agreed to. */
export const withdrawOne = staffAction('case.reopen', One, async (staff, { id }) => {
  await tell(undo(staff, id), 'withdrawn')
})

/** Closes two verdicts that differ. */
export const settleOne = staffAction('case.second_opinion', One, async (staff, { id }) => {
  await tell(settleDifference(staff, id), 'settled')
})

function toReasons(reason: ReasonCode | ''): ReasonCode[] {
  return reason === '' ? [] : [reason]
}

/** Back to the page with what came of it; what stands against an act is an answer here, not an error. */
async function tell(work: Promise<unknown>, done: string): Promise<never> {
  const problem = await work.then(
    () => null,
    (error: unknown) => {
      if (isAppError(error, 'state_conflict', 'forbidden', 'bad_request')) return error.code
      throw error
    },
  )
  redirect((problem === null ? `/admin/tasks?done=${done}` : `/admin/tasks?problem=${problem}`) as Route)
}
