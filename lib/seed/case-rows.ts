import 'server-only'
import type { CheckedDocument, DecisionInput } from '@/lib/checks/types'
import { makeReceipt } from '@/lib/consent/receipt'
import type { ConsentItemId } from '@/lib/consent/types'
import { blindIndex } from '@/lib/crypto/blind-index'
import { canonicalJson } from '@/lib/crypto/sign'
import { sha256 } from '@/lib/crypto/tokens'
import { todayInIndia } from '@/lib/documents/dates'
import { maskLicence, maskPan } from '@/lib/documents/mask'
import { nameIndexes } from '@/lib/documents/name-keys'
import type { DocumentType } from '@/lib/documents/types'
import { env } from '@/lib/env'
import { type Decision, decide } from '@/lib/policy/decide'
import type { Connection } from '@/lib/providers/types'
import { createVault, type Vault } from '@/lib/vault'
import { referenceValue } from '@/lib/verification/reference'
import { reviewDueAt } from '@/lib/verification/review-due'
import type { ReasonCode, Status } from '@/lib/verification/types'
import { SeedChain } from './chain'
import { inventPerson, type Person } from './people'
import { CaseRandom } from './random'
import { mustMatch, type SeedSetting } from './setting'
import { type Ending, inventDocuments, inventStory, type Story } from './story'
import type { SeedTables } from './tables'

// One invented case as the rows that the app itself would have left behind, after retention: consent, attempts, sealed
// documents, checks and decision by the policy in force, review, audit chain.

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** Weights of the connections, the first one first. */
const SHARES = [40, 25, 15, 10, 6, 4]
/** One of so many goes to a vendor's own page, where one is configured. */
const CAPTURE_ONE_OF = 12
const TAGS = ['name-check', 'call-back', 'vip', 'second-try'] as const
/** Who decided what invented reviewers decided; no such person can sign in. */
export const SEED_REVIEWERS = [
  '5eed0000-0000-4000-8000-000000000001',
  '5eed0000-0000-4000-8000-000000000002',
  '5eed0000-0000-4000-8000-000000000003',
] as const
const KEPT_UNFINISHED: readonly Status[] = ['resubmission_requested']

interface Scene {
  tables: SeedTables
  setting: SeedSetting
  index: number
  random: CaseRandom
  story: Story
  person: Person
  playerId: string
  caseId: string
  consentId: string
  vault: Vault
  chain: SeedChain
  way: SeedSetting['ways'][number]
  connection: Connection
  agreed: DocumentType[]
  /** Written so far. */
  nameKeys: Set<string>
}

/** Adds case number `index`, with its player, to `tables`. */
export function addCase(tables: SeedTables, setting: SeedSetting, index: number): void {
  const random = new CaseRandom(setting.seed, index)
  const [playerId, caseId, consentId] = [random.uuid(), random.uuid(), random.uuid()]
  const { vault, key } = createVault(playerId)
  const way = pickWay(random, setting)
  const scene: Scene = {
    tables,
    setting,
    index,
    random,
    story: inventStory(random, setting.untilMs),
    person: inventPerson(setting.seed, index),
    playerId,
    caseId,
    consentId,
    vault,
    chain: new SeedChain(tables, caseId),
    way,
    connection: pickConnection(random, way.recipients),
    agreed: way.way === 'capture' ? ['photo_document'] : random.pick([...LOCKER_SETS]),
    nameKeys: new Set(),
  }
  addPlayer(scene, key)
  addConsent(scene)
  if (scene.story.isSecond) addEarlierAttempt(scene)
  addAttempt(scene)
  scene.chain.finish()
}

/** In the order of the notice. */
const LOCKER_SETS: readonly [DocumentType[], ...DocumentType[][]] = [
  ['aadhaar', 'pan'],
  ['aadhaar', 'pan'],
  ['driving_licence', 'pan'],
]

function pickWay(random: CaseRandom, { ways }: SeedSetting) {
  const capture = ways.find(({ way }) => way === 'capture')
  const locker = ways.find(({ way }) => way === 'digilocker')
  const way = random.below(CAPTURE_ONE_OF) === 0 ? (capture ?? locker) : (locker ?? capture)
  if (way === undefined) throw new Error('no connection is configured')
  return way
}

function pickConnection(random: CaseRandom, recipients: readonly Connection[]): Connection {
  return random.weighted(recipients.map((one, place) => [SHARES[place] ?? 2, one] as const))
}

function addPlayer(scene: Scene, key: ReturnType<typeof createVault>['key']): void {
  const { tables, playerId, vault, person, story, connection, random } = scene
  const seenAt = new Date(story.createdAt.getTime() - MINUTE_MS)
  const stated = { name: person.name, birthDate: person.birthDate }
  tables.players.add({
    id: playerId,
    emailSealed: vault.seal('players', 'email_sealed', playerId, person.email),
    emailIndex: blindIndex(env().indexKeys, 'email', person.email),
    statedSealed: mustMatch(connection)
      ? vault.seal('players', 'stated_sealed', playerId, JSON.stringify(stated))
      : null,
    locale: random.below(3) === 0 ? 'hi' : 'en',
    createdAt: firstAt(scene, seenAt),
    erasedAt: null,
    lastSeenAt: story.decidedAt,
    warnedAt: null,
  })
  tables.dataKeys.add({ playerId, ...key, createdAt: firstAt(scene, seenAt) })
}

/** A first attempt that ran out began two days earlier. */
function firstAt({ story }: Scene, at: Date): Date {
  return story.isSecond ? new Date(at.getTime() - 2 * DAY_MS) : at
}

function addConsent(scene: Scene): void {
  const { tables, playerId, caseId, consentId, way, agreed, story, random, chain } = scene
  const givenAt = firstAt(scene, story.createdAt)
  const wantsMail = way.notice.purposes.some(({ id }) => id === 'result_mail') && random.below(10) < 6
  const items: ConsentItemId[] = [...agreed, ...(wantsMail ? (['result_mail'] as const) : [])]
  const browserHash = random.bytes(32)
  const { notice, recipients, recipientNames } = way
  const receipt = makeReceipt({
    consentId,
    playerId,
    caseId,
    at: givenAt,
    notice,
    items,
    recipients: recipientNames,
    browserHash,
  })
  tables.cases.add({ playerId, id: caseId, purpose: 'onboarding', createdAt: givenAt })
  tables.consents.add({
    playerId,
    id: consentId,
    noticeSha256: notice.sha256,
    noticeVersion: notice.version,
    locale: notice.locale,
    items,
    recipients: recipients.map(({ id }) => id),
    browserHash,
    receipt: JSON.stringify(receipt),
    givenAt,
    withdrawnAt: null,
    supersededAt: null,
  })
  chain.append(givenAt, {
    actor: { kind: 'player', id: playerId },
    action: 'consent.given',
    object: { type: 'consent', id: consentId },
    reason: `notice ${notice.version} ${way.way} ${notice.locale}`,
  })
}

function addEarlierAttempt(scene: Scene): void {
  const { story, setting } = scene
  const createdAt = firstAt(scene, story.createdAt)
  const startedAt = new Date(createdAt.getTime() + 2 * MINUTE_MS)
  const endedAt = new Date(startedAt.getTime() + env().limits.journey.playerMinutes * MINUTE_MS)
  const end = endedAt.getTime() < setting.untilMs ? endedAt : startedAt
  addSimpleAttempt(scene, 1, { createdAt, startedAt }, 'expired', ['link_expired'], end)
}

function addAttempt(scene: Scene): void {
  const { story } = scene
  const attempt = story.isSecond ? 2 : 1
  const simple = SIMPLE[story.ending]
  if (simple === undefined) addDecided(scene, attempt)
  else addSimpleAttempt(scene, attempt, story, simple.status, simple.reasons, story.decidedAt)
}

/** Endings without a decision of the policy. */
const SIMPLE: Partial<Record<Ending, { status: Status; reasons: ReasonCode[] }>> = {
  expired: { status: 'expired', reasons: ['link_expired'] },
  cancelled: { status: 'cancelled', reasons: ['stopped_by_player'] },
  failed: { status: 'failed', reasons: ['vendor_failed'] },
  awaiting_consent: { status: 'awaiting_consent', reasons: [] },
  awaiting_player: { status: 'awaiting_player', reasons: [] },
  awaiting_provider: { status: 'awaiting_provider', reasons: [] },
}
const ENDED_BY = {
  expired: { action: 'verification.expired', actor: { kind: 'system', id: 'sweeper' } },
  cancelled: { action: 'verification.cancelled', actor: null },
  failed: { action: 'verification.failed', actor: { kind: 'system', id: 'worker' } },
} as const

function addSimpleAttempt(
  scene: Scene,
  attempt: number,
  { createdAt, startedAt }: Pick<Story, 'createdAt' | 'startedAt'>,
  status: Status,
  reasons: ReasonCode[],
  endAt: Date,
): void {
  const { playerId, random, chain, story, setting } = scene
  const id = random.uuid()
  const began = status !== 'awaiting_consent'
  const returned = status === 'awaiting_provider' || status === 'failed'
  const isOver = status === 'expired' || status === 'cancelled' || status === 'failed'
  begin(scene, id, createdAt, began ? startedAt : null)
  if (returned) bringHome(scene, id, story.returnedAt)
  if (isOver) {
    const { action, actor } = ENDED_BY[status]
    chain.append(endAt, {
      actor: actor ?? { kind: 'player', id: playerId },
      action,
      object: { type: 'verification', id },
      before: returned ? 'awaiting_provider' : 'awaiting_player',
      after: status,
      reason: reasons.join(' '),
    })
  }
  const last = isOver ? endAt : returned ? story.returnedAt : began ? startedAt : createdAt
  addVerification(scene, {
    id,
    attempt,
    status,
    version: 1 + Number(began) + Number(returned) + Number(isOver),
    reasons,
    createdAt,
    startedAt: began ? startedAt : null,
    returnedAt: returned ? story.returnedAt : null,
    decidedAt: isOver ? endAt : null,
    updatedAt: last,
    deadlineAt: isOver ? null : new Date(setting.untilMs + openFor(status)),
  })
  if (began) addSession(scene, id, startedAt, { finishedAt: isOver ? endAt : null, returned, subject: false })
}

/** How long an open attempt still has, from the end of the invented year. */
function openFor(status: Status): number {
  const { journey } = env().limits
  if (status === 'awaiting_consent') return journey.consentDays * DAY_MS
  return (status === 'awaiting_player' ? journey.playerMinutes : journey.providerMinutes) * MINUTE_MS
}

function begin({ playerId, connection, chain }: Scene, id: string, createdAt: Date, startedAt: Date | null) {
  const object = { type: 'verification', id } as const
  const actor = { kind: 'player', id: playerId } as const
  chain.append(createdAt, { actor, action: 'verification.created', object, after: 'awaiting_consent' })
  if (startedAt === null) return
  chain.append(startedAt, {
    actor,
    action: 'verification.started',
    object,
    before: 'awaiting_consent',
    after: 'awaiting_player',
    connection: connection.id,
  })
}

function bringHome({ playerId, connection, chain }: Scene, id: string, at: Date) {
  chain.append(at, {
    actor: { kind: 'player', id: playerId },
    action: 'verification.returned',
    object: { type: 'verification', id },
    before: 'awaiting_player',
    after: 'awaiting_provider',
    connection: connection.id,
  })
}

type VerificationRow = Parameters<SeedTables['verifications']['add']>[0]
type Told = 'id' | 'attempt' | 'status' | 'version' | 'reasons' | 'createdAt' | 'startedAt' | 'returnedAt'
type ToldToo = 'decidedAt' | 'updatedAt' | 'deadlineAt'

function addVerification(
  scene: Scene,
  row: Pick<VerificationRow, Told | ToldToo> &
    Partial<Pick<VerificationRow, 'documentStates' | 'policyVersion' | 'inputHash'>>,
): void {
  const { tables, playerId, caseId, consentId, agreed, connection, random } = scene
  const began = row.startedAt !== null
  tables.verifications.add({
    playerId,
    caseId,
    consentId,
    reference: random.reference(),
    documents: agreed,
    connectionId: began ? connection.id : null,
    sandbox: began && connection.sandbox,
    documentStates: [],
    policyVersion: null,
    inputHash: null,
    correctFirst: null,
    ...row,
  })
}

function addSession(
  scene: Scene,
  id: string,
  createdAt: Date,
  { finishedAt, returned, subject }: { finishedAt: Date | null; returned: boolean; subject: boolean },
): void {
  const { tables, playerId, connection, random, vault, story, setting, index } = scene
  const ring = env().indexKeys
  const sessionRef = `seed-${setting.seed}-${index}-${id.slice(0, 8)}`
  const account = `locker-${setting.seed}-${index}`
  const kept = JSON.stringify({ sessionRef, secret: null, returnUrl: env().appUrl.href })
  tables.providerSessions.add({
    playerId,
    verificationId: id,
    connectionId: connection.id,
    handleHash: random.bytes(32),
    browserKeyHash: random.bytes(32),
    stateHash: random.bytes(32),
    referenceIndex: blindIndex(ring, 'vendor_reference', referenceValue(connection.id, sessionRef)),
    bound: story.doubt !== 'brought_elsewhere',
    polls: 0,
    pollAt: null,
    sessionSealed: finishedAt === null ? vault.seal('provider_sessions', 'session_sealed', id, kept) : null,
    codeSealed: null,
    accessSealed: null,
    subjectIndex: subject ? blindIndex(ring, 'vendor_subject', account) : null,
    subjectSealed: subject ? vault.seal('provider_sessions', 'subject_sealed', id, account) : null,
    progress: {},
    linkExpiresAt: new Date(createdAt.getTime() + HOUR_MS),
    accessExpiresAt: null,
    exchangeBegunAt: returned ? story.returnedAt : null,
    exchangedAt: returned ? story.returnedAt : null,
    finishedAt,
    createdAt,
  })
}

// --- decided ------------------------------------------------------------------------------------------

function addDecided(scene: Scene, attempt: number): void {
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
