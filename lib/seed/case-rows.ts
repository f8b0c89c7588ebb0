import 'server-only'
import { makeReceipt } from '@/lib/consent/receipt'
import type { ConsentItemId } from '@/lib/consent/types'
import { blindIndex } from '@/lib/crypto/blind-index'
import type { DocumentType } from '@/lib/documents/types'
import { env } from '@/lib/env'
import type { Connection } from '@/lib/providers/types'
import { createVault } from '@/lib/vault'
import type { ReasonCode, Status } from '@/lib/verification/types'
import { addSession, addVerification, begin, bringHome } from './attempt-rows'
import { SeedChain } from './chain'
import { addDecided } from './decided-rows'
import { inventPerson } from './people'
import { CaseRandom } from './random'
import type { Scene } from './scene'
import { mustMatch, type SeedRange, type SeedSetting } from './setting'
import { type Ending, inventStory, type Story } from './story'
import type { SeedTables } from './tables'

// One invented case as the rows that the app itself would have left behind, after retention: consent, attempts, sealed
// documents, checks and decision by the policy in force, review, audit chain.

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** Weights of the connections, the first one first. */
const SHARES = [40, 25, 15, 10, 6, 4]
/** One of so many goes to a vendor's own page, where one is configured. */
const CAPTURE_ONE_OF = 12

/** Adds case number `index`, one of those of `run`, with its player, to `tables`. */
export function addCase(
  tables: SeedTables,
  setting: SeedSetting,
  index: number,
  run: SeedRange['run'],
): void {
  const random = new CaseRandom(setting.seed, index)
  const [playerId, caseId, consentId] = [random.uuid(), random.uuid(), random.uuid()]
  const { vault, key } = createVault(playerId)
  const way = pickWay(random, setting)
  const scene: Scene = {
    tables,
    setting,
    index,
    random,
    story: inventStory(random, setting.untilMs, (index - run.first + random.share()) / run.count),
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
