import 'server-only'
import type { CheckedDocument, DecisionInput } from '@/lib/checks/types'
import { blindIndex } from '@/lib/crypto/blind-index'
import { canonicalJson } from '@/lib/crypto/sign'
import { sha256 } from '@/lib/crypto/tokens'
import { todayInIndia } from '@/lib/documents/dates'
import { maskLicence, maskPan } from '@/lib/documents/mask'
import { nameIndexes } from '@/lib/documents/name-keys'
import type { DocumentType } from '@/lib/documents/types'
import { env } from '@/lib/env'
import { type Decision, decide } from '@/lib/policy/decide'
import { reviewDueAt } from '@/lib/verification/review-due'
import type { ReasonCode, Status } from '@/lib/verification/types'
import { addSession, addVerification, begin, bringHome } from './attempt-rows'
import { inventPerson } from './people'
import type { Scene } from './scene'
import { mustMatch } from './setting'
import { inventDocuments } from './story'

// An attempt that the policy decided: documents, facts, checks, decisions, review.

const DAY_MS = 86_400_000
const TAGS = ['name-check', 'call-back', 'vip', 'second-try'] as const
/** Who decided what invented reviewers decided; no such person can sign in. */
const SEED_REVIEWERS = [
  '5eed0000-0000-4000-8000-000000000001',
  '5eed0000-0000-4000-8000-000000000002',
  '5eed0000-0000-4000-8000-000000000003',
] as const
const KEPT_UNFINISHED: readonly Status[] = ['resubmission_requested']

/** Adds everything about attempt number `attempt` of a case that came as far as the policy. */
export function addDecided(scene: Scene, attempt: number): void {
  const { story, setting, random, way } = scene
  const id = random.uuid()
  const today = todayInIndia(story.decidedAt)
  const read = inventDocuments(story, scene.person, scene.agreed, today)
  const input = toInput(scene, read, today)
  const decision = decide(input, setting.policy.policy)
  const byPerson = decision.status === 'awaiting_reviewer' && story.ending !== 'with_reviewer'
  const rejects = byPerson && random.below(100) < 38
  const verdict = byPerson ? (rejects ? 'rejected' : 'approved') : decision.status
  const isRevoked = story.ending === 'revoked' && verdict === 'approved'
  const status: Status = isRevoked ? 'revoked' : verdict
  const isMinor = decision.reasons.includes('under_age')
  const reasons = byPerson && !rejects ? (['all_checks_passed'] as ReasonCode[]) : decision.reasons
  const lastAt = byPerson || isRevoked ? story.reviewedAt : story.decidedAt
  const isForgotten = isMinor || isUnfinished(scene, status)

  begin(scene, id, story.createdAt, story.startedAt)
  bringHome(scene, id, story.returnedAt)
  addVerification(scene, {
    id,
    attempt,
    status,
    version: 4 + Number(byPerson) + Number(isRevoked),
    reasons,
    documentStates: isMinor ? [] : toStates(scene.agreed, read),
    policyVersion: decision.policyVersion,
    inputHash: decision.inputHash,
    createdAt: story.createdAt,
    startedAt: story.startedAt,
    returnedAt: story.returnedAt,
    decidedAt: byPerson ? story.reviewedAt : story.decidedAt,
    updatedAt: lastAt,
    deadlineAt: null,
  })
  addSession(scene, id, story.startedAt, {
    finishedAt: story.decidedAt,
    returned: true,
    subject: way.way === 'digilocker' && !isForgotten,
  })
  if (!isForgotten) addDocuments(scene, id, read, status === 'awaiting_reviewer' ? null : lastAt)
  addRuleDecision(scene, id, decision, isForgotten ? null : input)
  if (decision.status === 'awaiting_reviewer') addReview(scene, id, byPerson)
  if (byPerson) addPersonsDecision(scene, id, decision, verdict, reasons)
  if (isRevoked) appendMove(scene, id, 'approved', 'revoked', reviewerOf(scene))
}

/** Attempts that led nowhere are forgotten after the days of retention. */
function isUnfinished({ story, setting }: Scene, status: Status): boolean {
  const until = story.decidedAt.getTime() + env().limits.retention.unfinishedDays * DAY_MS
  return KEPT_UNFINISHED.includes(status) && until < setting.untilMs
}

function toInput(
  { story, way, connection, person, random }: Scene,
  documents: CheckedDocument[],
  today: string,
) {
  const isCapture = way.way === 'capture'
  const stated = { name: person.name, birthDate: person.birthDate }
  const input: DecisionInput = {
    salt: random.bytes(16).toString('hex'),
    way: way.way,
    today,
    documents,
    unreadable: [],
    unreadableSignatures: [],
    nothingShared: false,
    minorReported: false,
    stated: mustMatch(connection) ? stated : null,
    personMustMatch: mustMatch(connection),
    locker: null,
    bound: story.doubt !== 'brought_elsewhere',
    duplicates: story.doubt === 'duplicate' && !isCapture ? ['pan'] : [],
    assurance: isCapture
      ? {
          verdict: 'approved',
          liveness: story.doubt === null ? 'passed' : 'unsure',
          faceMatch: 'passed',
          warnings: [],
        }
      : null,
  }
  return input
}

function toStates(agreed: readonly DocumentType[], read: readonly CheckedDocument[]): string[] {
  return agreed.map((type) => `${type}:${read.some((one) => one.type === type) ? 'arrived' : 'missing'}`)
}

/** `decidedAt` is null while a person looks at it: then nothing runs out. */
function addDocuments(scene: Scene, verificationId: string, read: CheckedDocument[], decidedAt: Date | null) {
  const { tables, playerId, random, agreed, story } = scene
  const keepUntil =
    decidedAt === null ? null : new Date(decidedAt.getTime() + env().limits.retention.documentDays * DAY_MS)
  for (const type of agreed) {
    const id = random.uuid()
    const document = read.find((one) => one.type === type)
    if (document !== undefined) {
      addDocument(scene, verificationId, id, document, keepUntil)
      continue
    }
    tables.documents.add({
      ...NOTHING_READ,
      playerId,
      id,
      verificationId,
      type,
      state: 'missing',
      missingReason: 'not_in_locker',
      fetchedAt: story.decidedAt,
    })
  }
}

const NOTHING_READ = {
  evidence: null,
  remarks: [],
  signature: null,
  anchorSha256: null,
  numberIndex: null,
  numberSealed: null,
  mediaType: null,
  rawSha256: null,
  rawSealed: null,
  keepUntil: null,
}

function addDocument(
  scene: Scene,
  verificationId: string,
  id: string,
  document: CheckedDocument,
  keepUntil: Date | null,
) {
  const { tables, playerId, vault, setting, story, chain, random } = scene
  const { type, evidence, remarks } = document
  const number = numberOf(scene, type)
  const raw = Buffer.from(`<Certificate type="${type}" name="${document.name}" dob="${document.birthDate}"/>`)
  const isKept = keepUntil === null || keepUntil.getTime() > setting.untilMs
  tables.documents.add({
    ...NOTHING_READ,
    playerId,
    id,
    verificationId,
    type,
    state: 'arrived',
    missingReason: null,
    evidence,
    remarks,
    numberIndex: number === null ? null : blindIndex(env().indexKeys, number.field, number.value),
    numberSealed: number === null ? null : vault.seal('documents', 'number_sealed', id, number.value),
    mediaType: 'application/xml',
    rawSha256: sha256(raw),
    rawSealed: isKept ? vault.seal('documents', 'raw_sealed', id, raw) : null,
    keepUntil,
    fetchedAt: story.decidedAt,
  })
  addNameKeys(scene, verificationId, id, document.name)
  for (const [name, value] of factsOf(scene, document)) {
    const factId = random.uuid()
    const valueSealed = vault.seal('facts', 'value_sealed', factId, value)
    tables.facts.add({ playerId, id: factId, documentId: id, name, valueSealed, evidence })
  }
  chain.append(story.decidedAt, {
    actor: { kind: 'system', id: 'worker' },
    action: 'document.read',
    object: { type: 'document', id },
    reason: type,
  })
}

/** A word that two documents have belongs to the first. Invented names are few: each is indexed once per process. */
function addNameKeys(scene: Scene, verificationId: string, documentId: string, name: string | null): void {
  const { tables, playerId, story, nameKeys } = scene
  if (name === null) return
  const known = indexedNames.get(name) ?? nameIndexes(env().indexKeys, name)
  indexedNames.set(name, known)
  for (const key of known) {
    if (nameKeys.has(key)) continue
    nameKeys.add(key)
    tables.nameKeys.add({ playerId, verificationId, documentId, key, createdAt: story.createdAt })
  }
}

const indexedNames = new Map<string, string[]>()

/** A duplicate has the PAN of the player before. */
function numberOf({ person, story, setting, index }: Scene, type: DocumentType) {
  if (type === 'driving_licence') return { field: type, value: person.licence }
  if (type !== 'pan') return null
  const owner = story.doubt === 'duplicate' && index > 0 ? inventPerson(setting.seed, index - 1) : person
  return { field: type, value: owner.pan }
}

function factsOf(scene: Scene, document: CheckedDocument): [string, string][] {
  const { person } = scene
  const masked: Record<DocumentType, string> = {
    aadhaar: `XXXX XXXX ${person.aadhaarLast4}`,
    pan: maskPan(numberOf(scene, 'pan')?.value ?? ''),
    driving_licence: maskLicence(person.licence),
    photo_document: `XXXX${person.aadhaarLast4}`,
  }
  const values: [string, string | null][] = [
    ['name', document.name],
    ['birth_date', document.birthDate],
    ['gender', document.gender],
    ['number_masked', masked[document.type]],
    ['address', document.state === null ? null : person.address],
    ['state', document.state],
    ['expires_on', document.expiresOn],
  ]
  return values.filter((one): one is [string, string] => one[1] !== null)
}

/** Answers that do not apply are left out: half of all rows for nothing that a page would show. */
function addRuleDecision(
  scene: Scene,
  verificationId: string,
  decision: Decision,
  input: DecisionInput | null,
) {
  const { tables, playerId, vault, story, random, chain, setting } = scene
  for (const [ordinal, check] of decision.checks.entries())
    if (check.outcome !== 'not_applicable') tables.checks.add({ playerId, verificationId, ordinal, ...check })
  const id = random.uuid()
  tables.decisions.add({
    playerId,
    id,
    verificationId,
    outcome: decision.status,
    reasons: decision.reasons,
    madeBy: 'rule',
    confirmedBy: null,
    policyVersion: decision.policyVersion,
    policySha256: setting.policySha256,
    inputHash: decision.inputHash,
    inputSealed: input === null ? null : vault.seal('decisions', 'input_sealed', id, canonicalJson(input)),
    decidedAt: story.decidedAt,
  })
  chain.append(story.decidedAt, {
    actor: { kind: 'system', id: 'worker' },
    action: 'verification.decided',
    object: { type: 'verification', id: verificationId },
    before: 'awaiting_provider',
    after: decision.status,
    reason: decision.reasons.join(' '),
  })
}

function addPersonsDecision(
  scene: Scene,
  verificationId: string,
  decision: Decision,
  outcome: Status,
  reasons: ReasonCode[],
) {
  const { tables, playerId, story, random, setting } = scene
  const madeBy = reviewerOf(scene)
  tables.decisions.add({
    playerId,
    id: random.uuid(),
    verificationId,
    outcome,
    reasons,
    madeBy,
    confirmedBy: null,
    policyVersion: decision.policyVersion,
    policySha256: setting.policySha256,
    inputHash: decision.inputHash,
    inputSealed: null,
    decidedAt: story.reviewedAt,
  })
  appendMove(scene, verificationId, 'awaiting_reviewer', outcome, madeBy, reasons)
}

const reviewerOf = ({ index }: Scene) => SEED_REVIEWERS[index % SEED_REVIEWERS.length] as string

function appendMove(
  { chain, story }: Scene,
  id: string,
  before: Status,
  after: Status,
  staffId: string,
  reasons: ReasonCode[] = [],
) {
  chain.append(story.reviewedAt, {
    actor: { kind: 'staff', id: staffId },
    action: 'verification.decided',
    object: { type: 'verification', id },
    before,
    after,
    ...(reasons.length === 0 ? {} : { reason: reasons.join(' ') }),
  })
}

/** Nobody has one in hand: whoever signs in finds work. */
function addReview(scene: Scene, verificationId: string, isClosed: boolean): void {
  const { tables, playerId, caseId, story, random, setting } = scene
  const openedAt = story.decidedAt
  const dueAt = reviewDueAt(openedAt)
  const isOverdue = dueAt.getTime() < setting.untilMs
  const isSnoozed = !isClosed && !isOverdue && random.below(100) < 6
  tables.reviews.add({
    playerId,
    verificationId,
    caseId,
    version: isClosed ? 3 : 1,
    openedAt,
    dueAt,
    closedAt: isClosed ? story.reviewedAt : null,
    priority: random.below(100) < 8 ? 1 : 0,
    tags: random.below(100) < 15 ? [random.pick(TAGS)] : [],
    assigneeId: null,
    claimedBy: null,
    claimedAt: null,
    claimSeenAt: null,
    activeMs: 0,
    snoozedUntil: isSnoozed ? new Date(setting.untilMs + DAY_MS) : null,
    escalatedAt: !isClosed && (isOverdue || random.below(100) < 3) ? new Date(setting.untilMs) : null,
    barred: [],
    proposedBy: null,
    proposedOutcome: null,
    proposedReasons: null,
  })
}
