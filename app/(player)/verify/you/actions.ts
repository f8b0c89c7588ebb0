'use server'

import { redirect } from 'next/navigation'
import { playerAction } from '@/lib/auth/guards'
import { todayInIndia } from '@/lib/documents/dates'
import { isAppError } from '@/lib/errors'
import { stateDetails } from '@/lib/verification/stated'
import { checkDetails, DetailsForm } from './form'
import { forgetEntry, keepEntry } from './kept-entry'

/** Keeps name and birth date as the player wrote them, or asks again with what was typed. */
export const writeDetails = playerAction(DetailsForm, async (player, entry) => {
  const answer = checkDetails(entry, todayInIndia(new Date()))
  if (answer.kind === 'wrong') {
    await keepEntry(player, entry)
    redirect('/verify/you?problem=entry')
  }
  try {
    await stateDetails(player, answer.details)
  } catch (error) {
    if (isAppError(error, 'state_conflict')) redirect('/verify/you?problem=being_checked')
    throw error
  }
  await forgetEntry()
  redirect('/verify/leave')
})
