import 'server-only'
import { sql } from 'drizzle-orm'
import { db } from '@/db/client'
import { listFacts, listSealedNumbers } from '@/db/queries/documents'
import type { StaffActor, StaffRole } from '@/lib/actor'
import type { ConsentItemId } from '@/lib/consent/types'
import { openVault } from '@/lib/vault'
import { collect } from '@/lib/verification/collect'
import { start } from '@/lib/verification/start'
import { agreeTo, bring, makePlayer } from '@/lib/verification/testing'
import type { PersonaId } from '@/sandbox/personas'
import { consent as answerAtDigiLocker } from '@/sandbox/test-client'
import { makeStaff as makeOne } from './testing'

// Staff and attempts for the database tests of the desk.

/** A new member of staff with these roles. */
export async function makeStaff(...roles: StaffRole[]): Promise<StaffActor & { name: string }> {
  return { ...(await makeOne(roles)), name: 'Samiksha Kalpanik' }
}

/** An attempt that this persona took to its end at the vendor. */
export async function bringPersona(
  persona: PersonaId,
  items: ConsentItemId[] = ['aadhaar', 'pan', 'driving_licence'],
  player?: { id: string },
): Promise<{ playerId: string; id: string }> {
  const who = player ?? (await makePlayer())
  await agreeTo(who, items)
  const started = await start(who)
  await bring(who, started, await answerAtDigiLocker(started.authorizationUrl, persona))
  await collect({ playerId: who.id, verificationId: started.verificationId })
  return { playerId: who.id, id: started.verificationId }
}

/** Every value of a player that must not be seen whole: facts, numbers, address, each word of a name. */
export async function rawValues(attempt: { playerId: string; id: string }): Promise<string[]> {
  const vault = await openVault(db(), attempt.playerId)
  const numbers = await listSealedNumbers(db(), attempt.playerId, attempt.id)
  const rows = await db().execute<{ id: string }>(
    sql`select id from documents where player_id = ${attempt.playerId}::uuid and verification_id = ${attempt.id}::uuid`,
  )
  const facts = await listFacts(
    db(),
    attempt.playerId,
    rows.map(({ id }) => id),
    ['name', 'birth_date', 'address', 'state'],
  )
  const opened = facts.map(({ id, name, valueSealed }) => ({
    name,
    value: vault.openText('facts', 'value_sealed', id, valueSealed),
  }))
  // The State is what is left of an address when it is masked.
  const shown = opened.flatMap(({ name, value }) => (name === 'state' ? [value] : []))
  const values = opened.flatMap(({ name, value }) => (name === 'state' ? [] : [value]))
  return [
    ...values.flatMap((value) => [
      value,
      ...value.split(/[\s,]+/).filter((word) => word.length > 2 && !shown.includes(word)),
    ]),
    ...numbers.map(({ id, numberSealed }) => vault.openText('documents', 'number_sealed', id, numberSealed)),
    `${attempt.playerId}@example.invalid`,
  ]
}
