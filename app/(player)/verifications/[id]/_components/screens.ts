import type { IconName } from '@/components/ui/icon'
import type { MarkTone } from '@/components/ui/mark'
import { REASONS, type ReasonFacts } from '@/lib/checks/reasons'
import type { Messages } from '@/lib/i18n/messages'
import type { JourneyView, PlayerWord, ReasonCode } from '@/lib/verification/types'

/** One page per way in which an attempt can stand; each has its heading and lead under `status.screens`. */
export type Screen = keyof Messages['status']['screens']

export const WORD_MARKS: Readonly<Record<PlayerWord, { tone: MarkTone; icon: IconName }>> = {
  not_started: { tone: 'none', icon: 'circle-dashed' },
  in_progress: { tone: 'info', icon: 'hourglass' },
  checking: { tone: 'info', icon: 'hourglass' },
  action_needed: { tone: 'pending', icon: 'pen-line' },
  verified: { tone: 'passed', icon: 'check' },
  not_verified: { tone: 'failed', icon: 'circle-x' },
}

const ASKED_AGAIN: Partial<Record<ReasonCode, Screen>> = {
  pan_missing: 'pan_missing',
  aadhaar_or_licence_missing: 'identity_missing',
  aadhaar_missing: 'identity_missing',
  licence_missing: 'identity_missing',
  name_differs: 'name_differs',
  nothing_shared: 'nothing_shared',
  liveness_not_passed: 'photo_again',
  declined_by_vendor: 'photo_again',
}
const DIFFERENCES: ReasonCode[] = ['name_differs', 'name_unclear', 'birth_date_differs']
const CANCELLED: Partial<Record<ReasonCode, Screen>> = {
  refused_at_digilocker: 'refused',
  nothing_shared: 'nothing_shared',
  consent_withdrawn: 'withdrawn',
  superseded: 'superseded',
}

type Standing = Pick<JourneyView, 'status' | 'reasons' | 'nextAction' | 'bothAreMe' | 'correctFirst'>

/** Which page tells how this attempt stands. */
export function screenOf({ status, reasons, ...rest }: Standing): Screen {
  switch (status) {
    case 'awaiting_consent':
      return 'undecided'
    case 'awaiting_player':
      return 'away'
    case 'awaiting_confirmation':
      return 'elsewhere'
    case 'awaiting_provider':
      return reasons.includes('vendor_in_review') ? 'vendor_reviewing' : 'checking'
    case 'awaiting_reviewer':
      if (rest.nextAction === 'answer') return 'fix_it'
      if (rest.nextAction === 'correct_details') return 'typed_wrong'
      return rest.bothAreMe ? 'both_are_me' : 'reviewing'
    case 'approved':
      return 'verified'
    case 'revoked':
      return 'revoked'
    case 'rejected':
      return reasons.includes('under_age') ? 'under_age' : 'rejected'
    case 'resubmission_requested':
      if (rest.correctFirst !== null) return 'correct_first'
      return first(reasons, ASKED_AGAIN) ?? 'resubmit'
    case 'cancelled':
      return first(reasons, CANCELLED) ?? 'stopped'
    case 'expired':
      return 'expired'
    case 'failed':
      return 'failed'
  }
}

/** Reasons worth a line of their own: those that the page's heading does not say already. */
export function reasonsToTell({ reasons }: Pick<JourneyView, 'reasons'>, screen: Screen): ReasonCode[] {
  const told: Partial<Record<Screen, ReasonCode[]>> = {
    pan_missing: ['pan_missing'],
    identity_missing: ['aadhaar_or_licence_missing'],
    name_differs: ['name_differs'],
    both_are_me: DIFFERENCES,
    correct_first: DIFFERENCES,
    typed_wrong: ['person_not_matched'],
    refused: ['refused_at_digilocker'],
    nothing_shared: ['nothing_shared'],
    withdrawn: ['consent_withdrawn'],
    stopped: ['stopped_by_player'],
    superseded: ['superseded'],
    expired: ['link_expired'],
    failed: ['vendor_failed'],
    under_age: ['under_age'],
    vendor_reviewing: ['vendor_in_review'],
    photo_again: ['liveness_not_passed'],
  }
  return reasons.filter((reason) => reason !== 'all_checks_passed' && !told[screen]?.includes(reason))
}

/** Whose side these reasons are on, each once. */
export function sidesOf(reasons: readonly ReasonCode[]): ReasonFacts['side'][] {
  return [...new Set(reasons.map((reason) => REASONS[reason].side))]
}

/** What the player puts right before another try, each once. */
export function fixesOf(reasons: readonly ReasonCode[]): NonNullable<ReasonFacts['fixFirst']>[] {
  return [...new Set(reasons.flatMap((reason) => REASONS[reason].fixFirst ?? []))]
}

function first(
  reasons: readonly ReasonCode[],
  screens: Partial<Record<ReasonCode, Screen>>,
): Screen | undefined {
  return reasons.map((reason) => screens[reason]).find((screen) => screen !== undefined)
}
