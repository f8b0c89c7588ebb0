import 'server-only'
import { cookies } from 'next/headers'
import type { PlayerActor } from '@/lib/actor'
import { cookieName, cookieOptions } from '@/lib/auth/cookies'
import { open, seal } from '@/lib/crypto/seal'
import { keyedHash } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import { isAppError } from '@/lib/errors'
import { type DetailsEntry, DetailsForm } from './form'

// What was typed and could not be taken, kept for the page that asks again: sealed, for this player, in this browser and
// for two minutes. It never stands in an address or, in clear, in a cookie.

const KEPT_SECONDS = 120

/** Keeps an entry for the next look at the page. */
export async function keepEntry(player: PlayerActor, entry: DetailsEntry): Promise<void> {
  const sealed = seal(sealingKey(), 0, placeFor(player), Buffer.from(JSON.stringify(entry), 'utf8'))
  const jar = await cookies()
  jar.set(cookieName('entry'), sealed.toString('base64url'), cookieOptions(KEPT_SECONDS))
}

/** Forgets the kept entry, if there is one. */
export async function forgetEntry(): Promise<void> {
  const jar = await cookies()
  if (jar.has(cookieName('entry'))) jar.set(cookieName('entry'), '', cookieOptions(0))
}

/** The entry kept for this player, or null: none, run out, another player's or not ours at all. */
export async function findKeptEntry(player: PlayerActor): Promise<DetailsEntry | null> {
  const value = (await cookies()).get(cookieName('entry'))?.value
  if (value === undefined) return null
  try {
    const text = open(sealingKey(), placeFor(player), Buffer.from(value, 'base64url')).toString('utf8')
    return DetailsForm.parse(JSON.parse(text))
  } catch (error) {
    if (isAppError(error, 'seal_failed')) return null
    throw error
  }
}

const sealingKey = () => keyedHash(env().authSecret, 'kept entry')
const placeFor = ({ id }: PlayerActor) => ({ table: 'cookie', column: 'entry', rowId: id, playerId: id })
