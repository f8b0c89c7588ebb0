'use server'

import { notFound, redirect } from 'next/navigation'
import { z } from 'zod'
import { checkDetails, DetailsForm } from '@/app/(player)/verify/you/form'
import { forgetEntry, keepEntry } from '@/app/(player)/verify/you/kept-entry'
import { playerAction } from '@/lib/auth/guards'
import { todayInIndia } from '@/lib/documents/dates'
import { DOCUMENT_TYPES } from '@/lib/documents/types'
import { isAppError } from '@/lib/errors'
import { bothAreMe, correctFirst } from '@/lib/verification/answer-mismatch'
import { confirm } from '@/lib/verification/confirm'
import { stop } from '@/lib/verification/consenting'
import { type RecheckAnswer, recheck } from '@/lib/verification/recheck'

/** Stops an open attempt and withdraws the consent under it. */
export const stopVerification = playerAction(z.strictObject({ id: z.uuid() }), async (player, form) => {
  await stop(player, form.id)
  redirect(`/verifications/${form.id}`)
})

/** The player says that what was finished in another browser was them; a person looks at it then. */
export const confirmVerification = playerAction(z.strictObject({ id: z.uuid() }), async (player, form) => {
  await confirm(player, form.id)
  redirect(`/verifications/${form.id}`)
})

const Answer = z.strictObject({
  id: z.uuid(),
  answer: z.enum([...DOCUMENT_TYPES, 'both_are_me']),
  note: z.string().max(5000).default(''),
})

/** Two documents differ: one of them is corrected first, or a person looks at both. */
export const answerMismatch = playerAction(Answer, async (player, { id, answer, note }) => {
  try {
    if (answer === 'both_are_me') await bothAreMe(player, id, note.replaceAll('\r\n', '\n'))
    else await correctFirst(player, id, answer)
  } catch (error) {
    if (isAppError(error, 'not_found')) notFound()
    if (isAppError(error, 'bad_request')) redirect(`/verifications/${id}?problem=note`)
    throw error
  }
  redirect(`/verifications/${id}`)
})

/** Compares the documents again with what the player meant to write of themself. */
export const correctDetails = playerAction(
  DetailsForm.extend({ id: z.uuid() }),
  async (player, { id, ...entry }) => {
    const answer = checkDetails(entry, todayInIndia(new Date()))
    if (answer.kind === 'wrong') {
      await keepEntry(player, entry)
      redirect(`/verifications/${id}?problem=entry`)
    }
    let settled: RecheckAnswer
    try {
      settled = await recheck(player, id, answer.details)
    } catch (error) {
      if (isAppError(error, 'not_found')) notFound()
      if (isAppError(error, 'state_conflict', 'consent_missing')) redirect(`/verifications/${id}`)
      throw error
    }
    if (settled !== 'approved') {
      await keepEntry(player, entry)
      redirect(`/verifications/${id}?problem=${settled}`)
    }
    await forgetEntry()
    redirect(`/verifications/${id}`)
  },
)
