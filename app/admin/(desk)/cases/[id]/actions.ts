'use server'

import { z } from 'zod'
import { staffCall } from '@/lib/auth/staff-guards'
import { claim, heartbeat, release } from '@/lib/review/claims'
import { decide, undo } from '@/lib/review/decide'
import { escalate, snooze, wake } from '@/lib/review/handling'
import { addNote, editNote } from '@/lib/review/notes'
import { reveal } from '@/lib/review/reveal'
import { DecisionForm, NOTE_LIMIT, RevealForm } from '@/lib/review/types'

const One = z.strictObject({ id: z.uuid() })
const Seen = z.strictObject({ id: z.uuid(), version: z.int().min(1) })
const Snooze = z.strictObject({ id: z.uuid(), version: z.int().min(1), hours: z.int().min(1).max(720) })
const Text = z.string().min(1).max(NOTE_LIMIT)
const HOUR_MS = 3_600_000

/** Takes this case. */
export const claimCase = staffCall('case.claim', One, (staff, { id }) => claim(staff, id))

/** Says that the person is still at it. The page does so by itself: the claim lives on, the session does not. */
export const beatCase = staffCall('case.claim', One, (staff, { id }) => heartbeat(staff, id), {
  isBackground: true,
})

/** Gives it back. */
export const releaseCase = staffCall('case.claim', One, (staff, { id }) => release(staff, id))

/** Puts it off for some hours. */
export const snoozeCase = staffCall('case.claim', Snooze, (staff, { hours, ...seen }) =>
  snooze(staff, { ...seen, until: new Date(Date.now() + hours * HOUR_MS) }),
)

/** Ends a snooze. */
export const wakeCase = staffCall('case.claim', Seen, (staff, seen) => wake(staff, seen))

/** Hands it to the leads. */
export const escalateCase = staffCall('case.claim', Seen, (staff, seen) => escalate(staff, seen))

/** Decides; carried out after the undo window. `leftMs` is what is left of it, whatever the browser's clock says. */
export const decideCase = staffCall('case.decide', DecisionForm, async (staff, form) => {
  const decided = await decide(staff, form)
  if (decided.kind === 'proposed') return { leftMs: null }
  return { leftMs: Math.max(0, Date.parse(decided.effectiveAt) - Date.now()) }
})

/** Takes a decision back that has not taken effect. */
export const undoDecision = staffCall('case.decide', One, (staff, { id }) => undo(staff, id))

/** Writes a note for colleagues. */
export const saveNote = staffCall('case.note', z.strictObject({ id: z.uuid(), text: Text }), (staff, note) =>
  addNote(staff, note),
)

/** Writes the next version of one's own note. */
export const changeNote = staffCall(
  'case.note',
  z.strictObject({ id: z.uuid(), noteId: z.uuid(), version: z.int().min(1), text: Text }),
  (staff, note) => editNote(staff, note),
)

/** Shows one line of the comparison whole, to this person, for a few minutes. */
export const revealField = staffCall('case.reveal', RevealForm, (staff, form) => reveal(staff, form))
