import 'server-only'
import { db } from '@/db/client'
import {
  findSealedAccount,
  type LinkReason,
  listAttemptsById,
  listLinked,
  listSealedIdentities,
} from '@/db/queries/case-file'
import { listDataKeys } from '@/db/queries/players'
import { listBlind } from '@/db/queries/review-work'
import { listAttempts } from '@/db/queries/rights'
import type { StaffActor } from '@/lib/actor'
import type { ReasonCode } from '@/lib/checks/reasons'
import { blindIndexes } from '@/lib/crypto/blind-index'
import { env } from '@/lib/env'
import { requirePermission } from '@/lib/staff/permissions'
import { vaultFrom } from '@/lib/vault'
import type { Status } from '@/lib/verification/types'
import { type MaskedPlayer, readMaskedPlayers } from './masked-player'
import { toReference, toVendor } from './queue'

// One player with all attempts, and who else has the same papers. A device, a browser, an address or a family name is
// never looked at: households share those.

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const LINK_LIMIT = 50
const ATTEMPT_LIMIT = 100

export interface AttemptView {
  id: string
  reference: string
  status: Status
  reasons: ReasonCode[]
  vendor: { connectionId: string; name: string } | null
  sandbox: boolean
  /** RFC 3339 UTC, as all times here. */
  createdAt: string
  decidedAt: string | null
}

/** A player at the other end of a link. */
export interface LinkedPlayer {
  playerId: string
  player: MaskedPlayer
  /** The attempt that the link was found in. */
  attemptId: string
  reference: string
  status: Status
  createdAt: string
}

export interface PlayerLink {
  playerId: string
  /** What both have. */
  reason: LinkReason
  /** When the other one's was read. */
  at: string
}

/** A small graph: this player in the middle, others around it, one edge per reason. */
export interface PlayerLinks {
  players: LinkedPlayer[]
  edges: PlayerLink[]
  /** More than are shown. */
  isCut: boolean
}

export interface PlayerFile {
  id: string
  player: MaskedPlayer
  createdAt: string
  lastSeenAt: string
  erasedAt: string | null
  attempts: AttemptView[]
  links: PlayerLinks
}

/** One player, masked, or null. AppError `forbidden`. */
export async function readPlayer(staff: StaffActor, playerId: string): Promise<PlayerFile | null> {
  requirePermission(staff, 'case.view')
  const account = UUID.test(playerId) ? await findSealedAccount(db(), playerId) : null
  if (account === null) return null
  const attempts = await readAttempts(staff, playerId)
  const [newest] = attempts
  const players = newest === undefined ? null : await readMaskedPlayers(db(), [{ playerId, id: newest.id }])
  return {
    id: playerId,
    player: players?.get(newest?.id ?? '') ?? { kind: 'erased', label: '' },
    createdAt: account.createdAt.toISOString(),
    lastSeenAt: account.lastSeenAt.toISOString(),
    erasedAt: account.erasedAt?.toISOString() ?? null,
    attempts,
    links: await readLinks(staff, playerId),
  }
}

/** All attempts of a player, newest first; one that this reader looks at a second time as the rule left it. */
export async function readAttempts(staff: StaffActor, playerId: string): Promise<AttemptView[]> {
  requirePermission(staff, 'case.view')
  const [rows, blind] = await Promise.all([listAttempts(db(), playerId), listBlind(db(), staff.id)])
  return rows.slice(0, ATTEMPT_LIMIT).map((row) => {
    const before = blind.get(row.id)
    return {
      id: row.id,
      reference: toReference(row.reference),
      status: before === undefined ? row.status : 'awaiting_reviewer',
      reasons: (before ?? row.reasons) as ReasonCode[],
      vendor: toVendor(row.connectionId),
      sandbox: row.sandbox,
      createdAt: row.createdAt.toISOString(),
      decidedAt: before === undefined ? (row.decidedAt?.toISOString() ?? null) : null,
    }
  })
}

/** Who else has a PAN, licence or locker account of this player, under every index key. */
export async function readLinks(staff: StaffActor, playerId: string): Promise<PlayerLinks> {
  requirePermission(staff, 'case.view')
  const [linked, blind] = await Promise.all([
    indexesOf(playerId).then((indexes) => listLinked(db(), playerId, indexes, LINK_LIMIT + 1)),
    listBlind(db(), staff.id),
  ])
  const edges = linked.slice(0, LINK_LIMIT)
  const { players, attempts } = await readLinkedAttempts(edges)
  return {
    players: [...new Map(edges.map((edge) => [edge.playerId, edge])).values()].flatMap((edge) => {
      const attempt = attempts.get(edge.verificationId)
      if (attempt === undefined) return []
      return [
        {
          playerId: edge.playerId,
          player: players.get(edge.verificationId) ?? { kind: 'erased', label: '' },
          attemptId: attempt.id,
          reference: toReference(attempt.reference),
          status: blind.has(attempt.id) ? 'awaiting_reviewer' : attempt.status,
          createdAt: attempt.createdAt.toISOString(),
        },
      ]
    }),
    edges: edges.map(({ playerId: other, reason, at }) => ({
      playerId: other,
      reason,
      at: at.toISOString(),
    })),
    isCut: linked.length > LINK_LIMIT,
  }
}

/** Blind indexes of all that says who this player is; none once they are erased. */
async function indexesOf(playerId: string): Promise<{ numbers: string[]; subjects: string[] }> {
  const keys = await listDataKeys(db(), playerId)
  if (keys.length === 0) return { numbers: [], subjects: [] }
  const vault = vaultFrom(playerId, keys)
  const ring = env().indexKeys
  const { numbers, subjects } = await listSealedIdentities(db(), playerId)
  const indexed = new Set<string>()
  for (const { id, type, sealed } of numbers)
    if (sealed !== null && (type === 'pan' || type === 'driving_licence'))
      for (const index of blindIndexes(ring, type, vault.openText('documents', 'number_sealed', id, sealed)))
        indexed.add(index)
  const accounts = subjects.flatMap(({ id, sealed }) =>
    sealed === null
      ? []
      : blindIndexes(
          ring,
          'vendor_subject',
          vault.openText('provider_sessions', 'subject_sealed', id, sealed),
        ),
  )
  return { numbers: [...indexed], subjects: [...new Set(accounts)] }
}

async function readLinkedAttempts(edges: readonly { verificationId: string }[]) {
  const rows = await listAttemptsById(
    db(),
    edges.map(({ verificationId }) => verificationId),
  )
  return {
    attempts: new Map(rows.map((row) => [row.id, row])),
    players: await readMaskedPlayers(db(), rows),
  }
}
