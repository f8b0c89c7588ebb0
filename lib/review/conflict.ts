import 'server-only'
import { AppError } from '@/lib/errors'
import type { Conflict, Refusal } from './types'

/** The error of an act of staff that something stands against; the page reads its `detail` with `readConflict`. */
export function conflict(what: Conflict): AppError {
  return new AppError('state_conflict', JSON.stringify(what))
}

/** The error of an act that this person may not do on this case, whatever their role. */
export function refusal(why: Refusal): AppError {
  return new AppError('forbidden', why)
}
