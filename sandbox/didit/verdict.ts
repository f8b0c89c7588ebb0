import { toIso } from '../documents/calendar'
import type { PersonaId } from '../personas'
import type { Journey, Sandbox } from '../state'
import { shownDocument } from './document'

/** A code with the check that raised it. */
export interface Warning {
  feature: 'ID_VERIFICATION' | 'FACE_MATCH' | 'LIVENESS'
  risk: string
}

export interface Verdict {
  /** Of the session. */
  status: string
  /** Of the checks; null where none ran. */
  checks: { document: string; liveness: string; face: string } | null
  warnings: Warning[]
}

const PASSED = { document: 'Approved', liveness: 'Approved', face: 'Approved' }

/** What personas meet whose trait shows in a photo. Codes are the vendor's, which of them fits a persona is assumed. */
const SPECIAL: Partial<Record<PersonaId, { status: string; feature: Warning['feature']; risk: string }>> = {
  licence_expired: { status: 'Declined', feature: 'ID_VERIFICATION', risk: 'DOCUMENT_EXPIRED' },
  tampered: { status: 'Declined', feature: 'ID_VERIFICATION', risk: 'PORTRAIT_MANIPULATION_DETECTED' },
  unsigned: { status: 'In Review', feature: 'ID_VERIFICATION', risk: 'PRINTED_COPY_DETECTED' },
  year_only: { status: 'In Review', feature: 'ID_VERIFICATION', risk: 'DATE_OF_BIRTH_NOT_DETECTED' },
  other_person: { status: 'Declined', feature: 'FACE_MATCH', risk: 'LOW_FACE_MATCH_SIMILARITY' },
  duplicate_person: { status: 'Approved', feature: 'ID_VERIFICATION', risk: 'POSSIBLE_DUPLICATED_USER' },
}

/** How a session that the player went through ends. */
export function toVerdict(sandbox: Sandbox, session: Journey): Verdict {
  const verdict = personaVerdict(sandbox, session)
  const { finalStatus, inReview } = sandbox.modes.didit
  if (finalStatus !== null) return { ...verdict, status: finalStatus }
  return inReview && verdict.status === 'Approved' ? withStatus(verdict, 'In Review') : verdict
}

function personaVerdict(sandbox: Sandbox, session: Journey): Verdict {
  const { personaId } = session
  if (personaId === 'empty_share') return { status: 'Expired', checks: null, warnings: [] }
  if (personaId === 'minor' || personaId === 'turns_18_tomorrow') return minorVerdict(sandbox, session)
  const passed = { status: 'Approved', checks: PASSED, warnings: expectedWarnings(sandbox, session) }
  const special = personaId === null ? undefined : SPECIAL[personaId]
  if (!special) return passed
  const { status, feature, risk } = special
  return withStatus({ ...passed, warnings: [{ feature, risk }, ...passed.warnings] }, status, feature)
}

/** Didit knows the age, and passes a minor unless the workflow minds. The code of the refusal is assumed. */
function minorVerdict(sandbox: Sandbox, session: Journey): Verdict {
  const status = sandbox.modes.didit.minorStatus
  const risk =
    status === 'Approved' ? [] : [{ feature: 'ID_VERIFICATION', risk: 'AGE_BELOW_MINIMUM' } as const]
  const passed = { status, checks: PASSED, warnings: [...risk, ...expectedWarnings(sandbox, session)] }
  return withStatus(passed, status)
}

/** `expected_details` that differ from the document raise a warning and refuse nobody (documented). */
function expectedWarnings(sandbox: Sandbox, session: Journey): Warning[] {
  const { person, name } = shownDocument(sandbox, session)
  const expected = JSON.parse(session.facts.expected_details ?? '{}') as Record<string, string | undefined>
  const given = [expected.first_name, expected.last_name].filter(Boolean).join(' ')
  const birthDate = expected.date_of_birth
  const risks = [
    ...(given && words(given) !== words(name) ? ['FULL_NAME_MISMATCH_WITH_PROVIDED'] : []),
    ...(birthDate && birthDate !== toIso(person.birthDate) ? ['DOB_MISMATCH_WITH_PROVIDED'] : []),
  ]
  return risks.map((risk) => ({ feature: 'ID_VERIFICATION', risk }))
}

/** Order and case do not matter: the vendor calls its comparison fuzzy. */
function words(name: string): string {
  return name.toLowerCase().split(/\s+/).filter(Boolean).sort().join(' ')
}

function withStatus(
  verdict: Verdict,
  status: string,
  feature: Warning['feature'] = 'ID_VERIFICATION',
): Verdict {
  const check = feature === 'FACE_MATCH' ? 'face' : feature === 'LIVENESS' ? 'liveness' : 'document'
  return { ...verdict, status, checks: { ...PASSED, [check]: status } }
}
