import 'server-only'
import { randomUUID } from 'node:crypto'
import { db } from '@/db/client'
import { insertPlayer } from '@/db/queries/players'
import type { PlayerActor } from '@/lib/actor'
import { currentNotice } from '@/lib/consent/consent'
import type { ConsentItemId } from '@/lib/consent/types'
import { blindIndex } from '@/lib/crypto/blind-index'
import { env } from '@/lib/env'
import { createVault } from '@/lib/vault'
import { acceptReturn, type ReturnAnswer } from './accept-return'
import { agree } from './consenting'
import type { Started } from './start'

// Steps of a journey for database tests, on the same functions that the pages call.

/** A new player with an invented address. */
export async function makePlayer(): Promise<PlayerActor> {
  const id = randomUUID()
  const email = `${id}@example.invalid`
  const { vault, key } = createVault(id)
  const emailSealed = vault.seal('players', 'email_sealed', id, email)
  const emailIndex = blindIndex(env().indexKeys, 'email', email)
  await insertPlayer(db(), { id, emailSealed, emailIndex, locale: 'en' }, key)
  return { id }
}

/** Agrees to the notice in force with these items ticked. */
export async function agreeTo(player: PlayerActor, items: ConsentItemId[]): Promise<void> {
  const way = items.includes('photo_document') ? 'capture' : 'digilocker'
  const { sha256: noticeSha256 } = await currentNotice('en', way)
  await agree(player, { locale: 'en', way, noticeSha256, items, userAgent: 'test' })
}

/** Brings a return address home as the callback would; `browserKey` is this browser's unless told otherwise. */
export function bring(
  player: PlayerActor,
  started: Pick<Started, 'browserKey'>,
  back: URL | null,
  browserKey: string | null = started.browserKey,
): Promise<ReturnAnswer> {
  if (back === null) throw new Error('nobody came back')
  const [, , , connectionId = '', , handle = null] = back.pathname.split('/')
  return acceptReturn(player, { connectionId, handle, query: new Map(back.searchParams), browserKey })
}
