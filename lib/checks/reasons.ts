// Closed lists of reasons and notes: whose side it is on, whether another try helps, what to put right first, and the
// words for staff. Player text is in `messages/*.json` under `reasons` and `notes`. Pure: safe to import anywhere.

export interface ReasonFacts {
  /** Who has to move: the player, the vendor or issuer, or us. */
  side: 'player' | 'vendor' | 'us'
  /** True when the same player may succeed by trying again, perhaps after `fixFirst`. */
  retryHelps: boolean
  /** What the player puts right before another try; null when there is nothing. */
  fixFirst:
    | 'documents_in_locker'
    | 'name_on_document'
    | 'birth_date_on_document'
    | 'own_details'
    | 'photos'
    | null
  /** For reviewers: the finding in one sentence. */
  staff: string
}

/** The most telling first is the order of the checks, not of this table. */
export const REASONS = {
  all_checks_passed: us(false, null, 'Every check that the policy asks for passed.'),
  approved_by_person: us(false, null, 'A reviewer looked at what the checks found and approved.'),
  under_age: player(false, null, 'Under 18 by the date in India, by every document that tells.'),
  below_age_limit: player(false, null, '18 or over, but younger than the age limit of the policy.'),
  age_not_proven: player(
    true,
    'birth_date_on_document',
    'No full birth date, or documents that disagree on adulthood.',
  ),
  birth_date_default: player(
    true,
    'birth_date_on_document',
    '1 January and under 21, with no second document that gives the same date: often entered when only the age was known.',
  ),
  aadhaar_or_licence_missing: player(
    true,
    'documents_in_locker',
    'Neither Aadhaar nor driving licence arrived.',
  ),
  aadhaar_missing: player(true, 'documents_in_locker', 'Aadhaar did not arrive and the policy asks for it.'),
  licence_missing: player(
    true,
    'documents_in_locker',
    'The licence did not arrive and the policy asks for it.',
  ),
  pan_missing: player(true, 'documents_in_locker', 'PAN did not arrive.'),
  name_differs: player(true, 'name_on_document', 'A word on each side that is not in the other name.'),
  name_unclear: player(
    true,
    'name_on_document',
    'Names alike but not enough for a rule: initials, one letter, an ending, or no equal full birth date beside them.',
  ),
  name_unusable: player(
    true,
    'name_on_document',
    'A name is missing, not in Latin letters, or holds odd characters.',
  ),
  birth_date_differs: player(true, 'birth_date_on_document', 'Two full birth dates that are not the same.'),
  document_not_valid: player(
    true,
    'documents_in_locker',
    'A needed document is not active or contradicts itself.',
  ),
  document_expired: player(true, 'documents_in_locker', 'A needed document ran out.'),
  document_stale: player(
    true,
    'documents_in_locker',
    'Not fetched now, past its ttl, or answered with ret other than Y.',
  ),
  document_unreadable: vendor(true, null, 'A needed document arrived and could not be read.'),
  aadhaar_unmasked: vendor(
    true,
    null,
    'A full Aadhaar number was sent; only its last four digits were kept.',
  ),
  evidence_too_weak: vendor(true, null, 'The policy wants a stronger evidence level for a needed document.'),
  pan_not_individual: player(
    false,
    'documents_in_locker',
    'The fourth letter of the PAN is not P: no person.',
  ),
  pan_malformed: player(true, 'documents_in_locker', 'The PAN does not have the form AAAAA0000A.'),
  signature_missing: vendor(
    true,
    null,
    'A document came without its issuer’s signature, which was to be checked.',
  ),
  signature_invalid: vendor(
    true,
    null,
    'The issuer’s signature on a document does not hold: changed, or not theirs.',
  ),
  duplicate_person: player(
    false,
    null,
    'PAN, licence or locker account of a player who is already verified.',
  ),
  state_blocked: player(false, null, 'An address is in a State where the policy allows no play.'),
  state_unknown: us(false, null, 'States are blocked by policy, and no address names one that we know.'),
  locker_differs: player(
    true,
    null,
    'The locker account is in another name or birth date than all documents.',
  ),
  refused_at_digilocker: player(true, null, 'The player said no at DigiLocker.'),
  nothing_shared: player(true, 'documents_in_locker', 'The player came back without a document.'),
  vendor_failed: vendor(true, null, 'The vendor failed.'),
  exchange_interrupted: vendor(true, null, 'The exchange of the code broke; a code is never used twice.'),
  session_ended: vendor(true, null, 'The vendor ended the session before all had come.'),
  consent_withdrawn: player(true, null, 'The player withdrew the consent.'),
  superseded: player(true, null, 'The player began a newer attempt.'),
  link_expired: player(true, null, 'The vendor’s link ran out unused.'),
  stopped_by_player: player(true, null, 'The player stopped this attempt.'),
  person_not_matched: player(
    true,
    'own_details',
    'Name or birth date on the documents is not what the player wrote.',
  ),
  finished_elsewhere: player(true, null, 'No browser of the player brought the completion home (FL-05).'),
  declined_by_vendor: player(true, 'photos', 'The vendor’s own verdict on document or pictures is no.'),
  declined_for_good: player(
    false,
    null,
    'The vendor found an attack, a forged portrait or a listed face or document.',
  ),
  vendor_in_review: vendor(false, null, 'A person at the vendor decides.'),
  liveness_not_passed: player(true, 'photos', 'Liveness or face comparison was not passed.'),
} as const satisfies Record<string, ReasonFacts>

export type ReasonCode = keyof typeof REASONS
export const REASON_CODES = Object.keys(REASONS) as ReasonCode[]

export interface NoteFacts {
  /** False for what only staff need to know. */
  shownToPlayer: boolean
  staff: string
}

/** What a check that passed, or one that never decides, still has to say. */
export const NOTES = {
  name_initial_on_pan: note(
    true,
    'The PAN has an initial where another document has the word; birth dates are equal.',
  ),
  name_initial_on_aadhaar: note(
    true,
    'Aadhaar has an initial where another document has the word; birth dates are equal.',
  ),
  name_initial_on_licence: note(
    true,
    'The licence has an initial where another document has the word; birth dates are equal.',
  ),
  name_word_missing: note(true, 'One document lacks a word of the name; birth dates are equal.'),
  name_spelling: note(true, 'The name is spelt in two ways that sound the same; birth dates are equal.'),
  licence_expired: note(false, 'The licence ran out. It was not needed.'),
  gender_differs: note(false, 'Documents differ in gender. This never decides.'),
} as const satisfies Record<string, NoteFacts>

export type NoteCode = keyof typeof NOTES
export const NOTE_CODES = Object.keys(NOTES) as NoteCode[]

function player(retryHelps: boolean, fixFirst: ReasonFacts['fixFirst'], staff: string): ReasonFacts {
  return { side: 'player', retryHelps, fixFirst, staff }
}

function vendor(retryHelps: boolean, fixFirst: ReasonFacts['fixFirst'], staff: string): ReasonFacts {
  return { side: 'vendor', retryHelps, fixFirst, staff }
}

function us(retryHelps: boolean, fixFirst: ReasonFacts['fixFirst'], staff: string): ReasonFacts {
  return { side: 'us', retryHelps, fixFirst, staff }
}

function note(shownToPlayer: boolean, staff: string): NoteFacts {
  return { shownToPlayer, staff }
}
