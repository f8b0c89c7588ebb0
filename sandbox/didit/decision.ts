import type { Journey, Sandbox } from '../state'
import { DIDIT_WORKFLOW, type Version } from './answers'
import { documentFields } from './document'
import { mediaLink } from './media'
import { createdAt, expiresAt, isSettled, jsonFact, sessionUrl, statusOf } from './session'
import { toVerdict, type Verdict, type Warning } from './verdict'

type Item = Record<string, unknown>

interface Checks {
  document: Item
  liveness: Item
  face: Item
}

/** The decision in one of the three shapes of the vendor's generations. A check that did not run is null. */
export function decisionBody(sandbox: Sandbox, session: Journey, shape: Version): Record<string, unknown> {
  const checks = toChecks(sandbox, session)
  if (shape === 'v1') return toV1(sandbox, session, checks)
  return {
    session_id: session.id,
    ...(shape === 'v3' ? { session_kind: 'user' } : {}),
    session_number: Number(session.facts.number),
    session_url: sessionUrl(sandbox, session),
    status: statusOf(sandbox, session),
    workflow_id: DIDIT_WORKFLOW,
    features: ['ID_VERIFICATION', 'LIVENESS', 'FACE_MATCH'],
    vendor_data: session.facts.vendor_data ?? null,
    metadata: jsonFact(session, 'metadata'),
    callback: session.returnUrl || null,
    expected_details: jsonFact(session, 'expected_details'),
    contact_details: jsonFact(session, 'contact_details'),
    ...(shape === 'v3' ? arrays(checks) : singles(checks)),
    created_at: createdAt(sandbox, session),
    expires_at: expiresAt(sandbox, session),
    environment: sandbox.modes.didit.environment,
  }
}

/** v3: arrays (documented). */
function arrays(checks: Checks | null): Item {
  return {
    id_verifications: checks && [checks.document],
    nfc_verifications: null,
    liveness_checks: checks && [checks.liveness],
    face_matches: checks && [checks.face],
    phone_verifications: null,
    email_verifications: null,
    poa_verifications: null,
    document_ai_documents: null,
    questionnaire_responses: null,
    aml_screenings: null,
    ip_analyses: null,
    database_validations: null,
    reviews: null,
  }
}

/** v2: singular objects. `id_verification` and `liveness` are named in its page, the other names are assumed. */
function singles(checks: Checks | null): Item {
  return {
    id_verification: checks?.document ?? null,
    nfc: null,
    liveness: checks?.liveness ?? null,
    face_match: checks?.face ?? null,
    phone: null,
    email: null,
    poa: null,
    aml: null,
    ip_analysis: null,
    database_validation: null,
    reviews: [],
  }
}

/** v1: `kyc`, `aml`, `face`, `location` and one list of warnings (old page). Fields inside `kyc` and `face` are assumed. */
function toV1(sandbox: Sandbox, session: Journey, checks: Checks | null): Item {
  const { node_id: _node, warnings, ...kyc } = checks?.document ?? { warnings: [] }
  return {
    session_id: session.id,
    session_number: Number(session.facts.number),
    session_url: sessionUrl(sandbox, session),
    status: statusOf(sandbox, session),
    vendor_data: session.facts.vendor_data ?? null,
    callback: session.returnUrl || null,
    features: 'OCR + FACE',
    kyc: checks && kyc,
    aml: null,
    face: checks && {
      status: checks.face.status,
      face_match_status: checks.face.status,
      liveness_status: checks.liveness.status,
      face_match_similarity: checks.face.score,
      liveness_confidence: checks.liveness.score,
    },
    location: null,
    warnings,
    reviews: [],
    extra_images: [],
    created_at: createdAt(sandbox, session),
  }
}

/** Null until the checks ran: before the end, while the vendor works, and in a session that nobody finished. */
function toChecks(sandbox: Sandbox, session: Journey): Checks | null {
  if (!session.locker || !isSettled(session)) return null
  const verdict = toVerdict(sandbox, session)
  if (!verdict.checks) return null
  const { checks } = verdict
  return {
    document: {
      node_id: 'id_verification_1',
      status: checks.document,
      ...documentFields(sandbox, session),
      warnings: warningsOf(verdict, 'ID_VERIFICATION'),
    },
    liveness: {
      node_id: 'liveness_1',
      status: checks.liveness,
      method: 'PASSIVE',
      score: 95.4,
      reference_image: mediaLink(sandbox, session, 'reference_image'),
      video_url: null,
      age_estimation: null,
      warnings: warningsOf(verdict, 'LIVENESS'),
    },
    face: {
      node_id: 'face_match_1',
      status: checks.face,
      score: checks.face === 'Approved' ? 97.1 : 21.5,
      source_image: mediaLink(sandbox, session, 'source_image'),
      target_image: mediaLink(sandbox, session, 'target_image'),
      warnings: warningsOf(verdict, 'FACE_MATCH'),
    },
  }
}

const NODES = { ID_VERIFICATION: 'id_verification_1', LIVENESS: 'liveness_1', FACE_MATCH: 'face_match_1' }

function warningsOf({ status, warnings }: Verdict, feature: Warning['feature']): Item[] {
  return warnings
    .filter((warning) => warning.feature === feature)
    .map(({ risk }) => ({
      feature,
      risk,
      additional_data: null,
      log_type: status === 'Declined' ? 'error' : 'warning',
      short_description: risk.toLowerCase().replaceAll('_', ' '),
      long_description: 'Invented by the sandbox.',
      node_id: NODES[feature],
    }))
}
