'use server'

import type { Route } from 'next'
import { redirect } from 'next/navigation'
import { staffAction } from '@/lib/auth/staff-guards'
import { isAppError } from '@/lib/errors'
import {
  addDraft,
  beginDraft,
  discardDraft,
  publishDraft,
  saveDraft,
  tryDraft,
} from '@/lib/governance/drafts'
import {
  BeginDraftForm,
  DraftForm,
  POLICY_PROBLEMS,
  type PolicyProblem,
  SaveDraftForm,
  TryDraftForm,
} from '@/lib/governance/types'

export const begin = staffAction('policy.draft', BeginDraftForm, async (staff, form) => {
  redirect(draftPath(await beginDraft(staff, form)))
})

/** A text that came too late is kept as a draft of its own: nobody's writing is lost, and nobody's is written over. */
export const save = staffAction('policy.draft', SaveDraftForm, async (staff, form) => {
  const problem = await problemOf(() => saveDraft(staff, form))
  if (problem === 'stale') redirect(draftPath(await addDraft(staff, form.content), 'problem=kept_apart'))
  back(form.id, problem, 'saved')
})

export const tryOut = staffAction('policy.draft', TryDraftForm, async (staff, form) => {
  back(form.id, await problemOf(() => tryDraft(staff, form)), 'tried')
})

// What ends a draft ends at the list: there is nothing more to do on the page of the draft.

export const discard = staffAction('policy.draft', DraftForm, async (staff, form) => {
  const problem = await problemOf(() => discardDraft(staff, form))
  if (problem === null) redirect('/admin/policy?done=discarded')
  back(form.id, problem)
})

export const publish = staffAction('policy.publish', DraftForm, async (staff, form) => {
  const problem = await problemOf(() => publishDraft(staff, form))
  if (problem === null) redirect('/admin/policy?done=published')
  back(form.id, problem)
})

async function problemOf(work: () => Promise<unknown>): Promise<PolicyProblem | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (!isAppError(error, 'state_conflict')) throw error
    return POLICY_PROBLEMS.find((problem) => problem === error.detail) ?? 'stale'
  }
}

function back(id: string, problem: PolicyProblem | null, done = ''): never {
  redirect(draftPath(id, problem === null ? `done=${done}` : `problem=${problem}`))
}

function draftPath(id: string, query = ''): Route {
  return `/admin/policy/drafts/${id}${query === '' ? '' : `?${query}`}` as Route
}
