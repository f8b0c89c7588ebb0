import 'server-only'
import { desc, eq, inArray } from 'drizzle-orm'
import type { Db } from '../client'
import { dataKeys } from '../schema/data-keys'
import { players } from '../schema/players'

export interface DataKeyRow {
  version: number
  wrapped: Buffer
  checkValue: Buffer
}

/** The player with one of these blind indexes of an e-mail address, or null. */
export async function findPlayerByEmail(db: Db, emailIndexes: string[]): Promise<{ id: string } | null> {
  const rows = await db
    .select({ id: players.id })
    .from(players)
    .where(inArray(players.emailIndex, emailIndexes))
    .limit(1)
  return rows[0] ?? null
}

/** Writes a player and the first data key. False when somebody with this address came first. */
export async function insertPlayer(
  db: Db,
  player: { id: string; emailSealed: Buffer; emailIndex: string; locale: string },
  key: DataKeyRow & { wrappingKeyId: string },
): Promise<boolean> {
  const made = await db.insert(players).values(player).onConflictDoNothing().returning({ id: players.id })
  if (made.length === 0) return false
  await db.insert(dataKeys).values({ playerId: player.id, ...key })
  return true
}

/** All wrapped data keys of a player, newest version first. Empty after an erasure. */
export async function listDataKeys(db: Db, playerId: string): Promise<DataKeyRow[]> {
  return db
    .select({ version: dataKeys.version, wrapped: dataKeys.wrapped, checkValue: dataKeys.checkValue })
    .from(dataKeys)
    .where(eq(dataKeys.playerId, playerId))
    .orderBy(desc(dataKeys.version))
}

/** Sealed e-mail address and language of a player, or null; null also after an erasure. */
export async function findContact(
  db: Db,
  playerId: string,
): Promise<{ emailSealed: Buffer; locale: string } | null> {
  const rows = await db
    .select({ emailSealed: players.emailSealed, locale: players.locale })
    .from(players)
    .where(eq(players.id, playerId))
    .limit(1)
  const { emailSealed, locale } = rows[0] ?? { emailSealed: null, locale: '' }
  return emailSealed === null ? null : { emailSealed, locale }
}

/** What the player stated of themself, sealed, or null. */
export async function findStated(db: Db, playerId: string): Promise<Buffer | null> {
  const rows = await db
    .select({ statedSealed: players.statedSealed })
    .from(players)
    .where(eq(players.id, playerId))
    .limit(1)
  return rows[0]?.statedSealed ?? null
}

/** Replaces what the player stated of themself. */
export async function writeStated(db: Db, playerId: string, statedSealed: Buffer): Promise<void> {
  await db.update(players).set({ statedSealed }).where(eq(players.id, playerId))
}
