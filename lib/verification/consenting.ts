import 'server-only'
import { transact } from '@/db/client'
import { lockPlayer } from '@/db/queries/consents'
import { findVerification, listOpen } from '@/db/queries/verifications'
import type { PlayerActor } from '@/lib/actor'
import * as consent from '@/lib/consent/consent'
import { AppError } from '@/lib/errors'
import { endAttempt, newAttempt } from './attempt'
import { announceChange } from './changes'
import { isFinal } from './types'

/**
 * Agreeing: records the consent and makes the attempt that stands on it, in one transaction. Errors as `giveConsent`, and
 * `state_conflict` while an attempt is being checked or has its answer: then nothing changes.
 */
export async function agree(
  player: PlayerActor,
  given: Parameters<typeof consent.giveConsent>[1],
): Promise<void> {
  await consent.giveConsent(player, given, async (tx, live) => {
    const attempt = await newAttempt(tx, player, live)
    if (attempt === null) throw new AppError('state_conflict', 'an attempt is being checked or settled')
  })
}

/** Withdrawing: ends the consent and every open attempt at once. False when it was not live. */
export async function withdraw(player: PlayerActor, consentId: string): Promise<boolean> {
  return consent.withdrawConsent(player, consentId, async (tx) => {
    const open = await listOpen(tx, player.id)
    for (const one of open) await endAttempt(tx, player, one, 'consent_withdrawn')
    return open.map((one) => one.id)
  })
}

/** Stops one open attempt; the consent stands. Harmless when it has moved on. */
export async function stop(player: PlayerActor, verificationId: string): Promise<void> {
  const stopped = await transact(async (tx) => {
    await lockPlayer(tx, player.id)
    const one = await findVerification(tx, player.id, verificationId)
    return one !== null && !isFinal(one.status) && endAttempt(tx, player, one, 'stopped_by_player')
  })
  if (stopped) announceChange(verificationId)
}
