import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import type { StaffActor } from '@/lib/actor'
import { readConflict } from './types'

// Who has which case in hand, and how work is arranged: nothing is claimed twice, and nobody loses a case without being told.

const database = await openFreshDatabase()
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(() => owner.end())

const { makePlayer, agreeTo } = await import('@/lib/verification/testing')
const { makeStaff } = await import('./testing')
const { claim, claimNext, heartbeat, release } = await import('./claims')
const { assign, escalate, snooze, tag, wake } = await import('./handling')
const { addNote, editNote } = await import('./notes')
const { apply, carryOutBulk, findOutcome, preview, undo } = await import('./bulk')
const { sweepReviews } = await import('./sweep')
const { createRequest } = await import('@/lib/rights/requests')
const { openVault } = await import('@/lib/vault')
const { db } = await import('@/db/client')
const { isAppError } = await import('@/lib/errors')

let asha: StaffActor
let bina: StaffActor
let lead: StaffActor
let playerId: string

beforeAll(async () => {
  asha = await makeStaff(['reviewer'])
  bina = await makeStaff(['reviewer'])
  lead = await makeStaff(['lead'])
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  playerId = player.id
  await owner`update verifications set status = 'cancelled', version = version + 1`
})

/** As after a collection that no rule could decide; the trigger opens the review. */
async function openCases(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID())
  await owner.unsafe(`
    do $$ declare one uuid; n int := 100 + (select count(*) from verifications); begin
      foreach one in array array['${ids.join("','")}']::uuid[] loop
        n := n + 1;
        insert into verifications (player_id, id, case_id, consent_id, attempt, reference, status, documents)
          select c.player_id, one, k.id, c.id, n, 'T' || n, 'awaiting_consent', array['aadhaar', 'pan']
          from consents c join cases k on k.player_id = c.player_id where c.player_id = '${playerId}';
        update verifications set status = 'awaiting_player', version = 2 where id = one;
        update verifications set status = 'awaiting_provider', version = 3 where id = one;
        update verifications set status = 'awaiting_reviewer', version = 4, reasons = '{name_unclear}' where id = one;
      end loop; end $$`)
  return ids
}

async function openCase(): Promise<string> {
  const [id = ''] = await openCases(1)
  return id
}

const reviewOf = async (id: string) => {
  const [row] = await owner`select * from reviews where verification_id = ${id}`
  return row as Record<string, never>
}
const audited = async (action: string) => {
  const [row] =
    await owner`select count(*)::int as n from audit_events where record::jsonb->>'action' = ${action}`
  return row?.n as number
}
/** What an act was refused with. */
const refused = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) =>
      isAppError(error) ? (readConflict(error.detail) ?? [error.code, error.detail]) : error,
  )

beforeEach(async () => {
  await owner`
    update reviews set closed_at = now(), claimed_by = null, claimed_at = null, claim_seen_at = null, snoozed_until = null
    where closed_at is null`
})

describe('claim next', () => {
  test('fifty at once over three hundred cases take each one once', async () => {
    const ids = await openCases(300)
    const people = Array.from({ length: 50 }, (): StaffActor => ({ id: randomUUID(), roles: ['reviewer'] }))
    const taken = await Promise.all(
      people.map(async (one) => {
        const mine: string[] = []
        for (let next = await claimNext(one); next !== null; next = await claimNext(one)) mine.push(next.id)
        return mine
      }),
    )
    const all = taken.flat()
    expect(all).toHaveLength(300)
    expect(new Set(all)).toEqual(new Set(ids))
    expect(await audited('review.claimed')).toBe(300)
  })

  test('is the most urgent that this person may decide', async () => {
    const [first = '', second = '', third = '', fourth = '', fifth = ''] = await openCases(5)
    await owner`update reviews set due_at = now() + interval '1 hour' where verification_id = ${second}`
    await owner`update reviews set priority = 2 where verification_id = ${third}`
    await owner`update reviews set barred = ${[asha.id]} where verification_id = ${third}`
    await owner`update reviews set assignee_id = ${bina.id} where verification_id = ${first}`
    await owner`update reviews set snoozed_until = now() + interval '1 day' where verification_id = ${fourth}`
    await owner`update reviews set escalated_at = now() where verification_id = ${fifth}`
    expect((await claimNext(asha))?.id).toBe(second)
    expect(await claimNext(asha)).toBeNull()
    expect((await claimNext(bina))?.id).toBe(third)
    expect((await claimNext(lead))?.id).toBe(fifth)
  })

  test('passes over the case of one’s own player account', async () => {
    const [row] = await owner`select email_sealed, id from players where id = ${playerId}`
    const vault = await openVault(db(), playerId)
    const email = vault.openText('players', 'email_sealed', playerId, row?.email_sealed as Buffer)
    const self = await makeStaff(['reviewer'], email)
    const id = await openCase()
    expect(await claimNext(self)).toBeNull()
    expect(await refused(claim(self, id))).toEqual(['forbidden', 'linked'])
    expect(await refused(addNote(self, { id, text: 'Mine.' }))).toEqual(['forbidden', 'linked'])
  })

  test('is for those whose role decides, whatever it was a minute ago', async () => {
    const id = await openCase()
    for (const roles of [['viewer'], ['auditor'], ['operator']] as const) {
      const nobody: StaffActor = { id: asha.id, roles }
      expect(await refused(claimNext(nobody))).toEqual(['forbidden', 'case.claim'])
      expect(await refused(claim(nobody, id))).toEqual(['forbidden', 'case.claim'])
      expect(await refused(assign(nobody, { id, version: 1, assigneeId: null }))).toEqual([
        'forbidden',
        'case.assign',
      ])
    }
    expect(await refused(assign(asha, { id, version: 1, assigneeId: null }))).toEqual([
      'forbidden',
      'case.assign',
    ])
  })
})

describe('a claim', () => {
  test('is one person’s until it is idle; whoever lost it is told by whom', async () => {
    const id = await openCase()
    const mine = await claim(asha, id)
    expect(await claim(asha, id)).toEqual(mine)
    expect(await refused(claim(bina, id))).toEqual({ why: 'taken', by: asha.id })
    await owner`update reviews set claim_seen_at = now() - interval '16 minutes' where verification_id = ${id}`
    await claim(bina, id)
    expect(await refused(heartbeat(asha, id))).toEqual({ why: 'claim_lost', by: bina.id })
    expect(await release(asha, id)).toBe(false)
    expect(await release(bina, id)).toBe(true)
    expect(await refused(heartbeat(bina, id))).toEqual({ why: 'claim_lost', by: null })
  })

  test('that nobody is at is freed by the sweeper, and a heartbeat keeps it', async () => {
    const [left = '', kept = ''] = await openCases(2)
    await claim(asha, left)
    await claim(asha, kept)
    await owner`update reviews set claim_seen_at = now() - interval '16 minutes' where claimed_by is not null`
    await heartbeat(asha, kept)
    expect((await sweepReviews()).freed).toBe(1)
    expect((await reviewOf(left)).claimed_by).toBeNull()
    expect((await reviewOf(kept)).claimed_by).toBe(asha.id)
    expect(await audited('review.claim_lapsed')).toBe(1)
  })
})

describe('arranging work', () => {
  test('the least loaded gets a case, never somebody who may not decide it', async () => {
    await owner`update staff set state = 'disabled' where id not in (${asha.id}, ${bina.id}, ${lead.id})`
    const [one = '', two = '', three = '', four = ''] = await openCases(4)
    await owner`update reviews set assignee_id = ${lead.id} where verification_id in (${one}, ${two})`
    await owner`update reviews set barred = ${[asha.id]} where verification_id = ${four}`
    const first = await assign(lead, { id: three, version: 1, assigneeId: 'least_loaded' })
    expect([asha.id, bina.id]).toContain(first.assigneeId)
    const next = await assign(lead, { id: four, version: 1, assigneeId: 'least_loaded' })
    expect(next.assigneeId).toBe(bina.id)
    const viewer = await makeStaff(['viewer'])
    for (const assigneeId of [viewer.id, asha.id, randomUUID()])
      expect(await refused(assign(lead, { id: four, version: next.version, assigneeId }))).toEqual([
        'bad_request',
        'this person may not decide it',
      ])
  })

  test('what is assigned to somebody who left is anybody’s', async () => {
    const id = await openCase()
    const leaving = await makeStaff(['reviewer'])
    await assign(lead, { id, version: 1, assigneeId: leaving.id })
    expect(await claimNext(asha)).toBeNull()
    await owner`update staff set state = 'disabled' where id = ${leaving.id}`
    expect((await sweepReviews()).freed).toBe(1)
    expect((await claimNext(asha))?.id).toBe(id)
  })

  test('a stale version changes nothing', async () => {
    const id = await openCase()
    const now = await tag(asha, { id, version: 1, tag: 'vip' })
    expect(await refused(tag(bina, { id, version: 1, tag: 'late' }))).toEqual({
      why: 'changed',
      version: now.version,
    })
    expect((await reviewOf(id)).tags).toEqual(['vip'])
    const off = await tag(asha, { id, version: now.version, tag: 'vip', remove: true })
    expect((await reviewOf(id)).tags).toEqual([])
    expect(await refused(tag(asha, { id, version: off.version, tag: 'Not a tag' }))).toEqual([
      'bad_request',
      'not a tag',
    ])
  })

  test('a snoozed case is nobody’s and wakes when the player does something', async () => {
    const id = await openCase()
    const { version } = await claim(asha, id)
    expect(await refused(snooze(asha, { id, version, until: new Date(Date.now() - 1) }))).toContain(
      'bad_request',
    )
    expect(await refused(snooze(bina, { id, version, until: new Date(Date.now() + 1e6) }))).toContain(
      'forbidden',
    )
    await snooze(asha, { id, version, until: new Date(Date.now() + 3_600_000) })
    expect(await claimNext(bina)).toBeNull()
    await createRequest(
      { id: playerId },
      { kind: 'grievance', verificationId: null, text: 'How long does it take?' },
    )
    const woken = await claimNext(bina)
    expect(woken?.id).toBe(id)
    const again = await snooze(bina, {
      id,
      version: woken?.version ?? 0,
      until: new Date(Date.now() + 3_600_000),
    })
    // The view of what sleeps does not ask whether it is open.
    await expect(owner`update reviews set closed_at = now() where verification_id = ${id}`).rejects.toThrow(
      'reviews_closed_is_awake',
    )
    await wake(asha, again)
    expect((await claimNext(asha))?.id).toBe(id)
  })

  test('an escalated case is the leads’; an overdue one becomes so by itself unless somebody has it', async () => {
    const [one = '', two = '', three = ''] = await openCases(3)
    await escalate(asha, { id: one, version: 1 })
    expect(await refused(claim(asha, one))).toEqual(['forbidden', 'escalated'])
    await claim(bina, three)
    await owner`update reviews set due_at = now() - interval '1 minute' where verification_id in (${two}, ${three})`
    expect((await sweepReviews()).escalated).toBe(1)
    expect((await reviewOf(two)).escalated_at).not.toBeNull()
    expect((await reviewOf(three)).escalated_at).toBeNull()
    expect((await claimNext(lead))?.id).toBe(two)
  })
})

describe('notes', () => {
  const FULL = '1234 5678 9012' // no Aadhaar number begins with 1

  test('keep every version, sealed, with Aadhaar numbers masked', async () => {
    const id = await openCase()
    const first = await addNote(asha, { id, text: `Called: ${FULL}, \u202Eok` })
    const second = await editNote(asha, { id, ...first, text: 'Called twice.' })
    expect(second).toEqual({ noteId: first.noteId, version: 2 })
    expect(await refused(editNote(asha, { id, ...first, text: 'Lost.' }))).toEqual({
      why: 'changed',
      version: 2,
    })
    expect(await refused(editNote(bina, { id, ...second, text: 'Mine.' }))).toContain('forbidden')
    const rows =
      await owner`select id, text_sealed from review_notes where note_id = ${first.noteId} order by version`
    const vault = await openVault(db(), playerId)
    expect(
      rows.map((row) =>
        vault.openText('review_notes', 'text_sealed', row.id as string, row.text_sealed as Buffer),
      ),
    ).toEqual(['Called: XXXX XXXX 9012, ok', 'Called twice.'])
    for (const text of ['  \n', 'x'.repeat(4001)])
      expect(await refused(addNote(asha, { id, text }))).toContain('bad_request')
  })

  test('of two who edit at once one is told', async () => {
    const id = await openCase()
    const note = await addNote(asha, { id, text: 'One.' })
    const answers = await Promise.all(
      [1, 2, 3].map((n) => refused(editNote(asha, { id, ...note, text: `Edit ${n}.` }))),
    )
    expect(answers.filter((answer) => answer === null)).toHaveLength(1)
  })
})

describe('many cases at once', () => {
  const pass = (id: string) =>
    owner`update bulk_acts set effective_at = now() - interval '1 second' where id = ${id}`
  const statusOf = async (id: string) =>
    (await owner`select status from verifications where id = ${id}`)[0]?.status as string

  test('a lead rejects with one reason; stale, claimed and decided cases are left out with why', async () => {
    const [plain = '', stale = '', claimed = '', gone = '', twice = ''] = await openCases(5)
    await claim(asha, claimed)
    await owner`update verifications set status = 'cancelled', version = 5 where id = ${gone}`
    await owner`update verifications set reasons = '{duplicate_person}', version = 5 where id = ${twice}`
    const act = { kind: 'reject', reasons: ['name_unclear'] } as const
    const seen = await preview(lead, {
      act: { ...act, reasons: ['name_unclear'] },
      ids: [plain, stale, claimed, gone, twice],
    })
    expect(seen.items.map(({ id }) => id).sort()).toEqual([plain, stale].sort())
    expect(seen.skipped).toEqual(
      expect.arrayContaining([
        { id: claimed, why: 'claimed' },
        { id: gone, why: 'moved_on' },
        { id: twice, why: 'two_people' },
      ]),
    )
    const begun = await apply(lead, { act: { kind: 'reject', reasons: ['name_unclear'] }, items: seen.items })
    await tag(asha, { id: stale, version: 1, tag: 'ask-first' })
    expect(await carryOutBulk({ bulkId: begun.id })).toBe(0)
    expect(await statusOf(plain)).toBe('awaiting_reviewer')
    await pass(begun.id)
    const runs = await Promise.all([1, 2, 3].map(() => carryOutBulk({ bulkId: begun.id })))
    expect(runs.reduce((sum, n) => sum + n, 0)).toBe(1)
    expect([await statusOf(plain), await statusOf(stale)]).toEqual(['rejected', 'awaiting_reviewer'])
    expect(await owner`select made_by, outcome from decisions where verification_id = ${plain}`).toEqual([
      { made_by: lead.id, outcome: 'rejected' },
    ])
    expect(await findOutcome(lead, begun.id)).toEqual({
      state: 'done',
      done: 1,
      skipped: [{ id: stale, why: 'changed' }],
    })
    expect(await refused(undo(lead, begun.id))).toEqual({ why: 'too_late' })
  })

  test('within the window it is undone as a whole, and nothing happens later', async () => {
    const ids = await openCases(3)
    const act = { kind: 'resubmission', reasons: ['name_unclear'], document: 'pan' } as const
    const begun = await apply(lead, {
      act: { ...act, reasons: ['name_unclear'] },
      items: ids.map((id) => ({ id, version: 1 })),
    })
    const other = await makeStaff(['lead'])
    expect(await refused(undo(other, begun.id))).toEqual({ why: 'too_late' })
    await undo(lead, begun.id)
    await pass(begun.id)
    expect(await carryOutBulk({ bulkId: begun.id })).toBe(0)
    for (const id of ids) expect(await statusOf(id)).toBe('awaiting_reviewer')
  })

  test('assigns and tags, and goes on after a worker died in the middle', async () => {
    const ids = await openCases(3)
    const begun = await apply(lead, {
      act: { kind: 'tag', tag: 'wave-2' },
      items: ids.map((id) => ({ id, version: 1 })),
    })
    await pass(begun.id)
    await owner`update bulk_acts set state = 'running' where id = ${begun.id}`
    await owner`update bulk_items set result = 'done' where bulk_id = ${begun.id} and verification_id = ${ids[0] ?? ''}`
    await owner`update bulk_acts set effective_at = now() - interval '1 minute' where id = ${begun.id}`
    expect((await sweepReviews()).late).toBe(2)
    expect((await reviewOf(ids[1] ?? '')).tags).toEqual(['wave-2'])
    const assigned = await apply(lead, {
      act: { kind: 'assign', assigneeId: bina.id },
      items: [{ id: ids[0] ?? '', version: 1 }],
    })
    await pass(assigned.id)
    expect(await carryOutBulk({ bulkId: assigned.id })).toBe(1)
    expect((await reviewOf(ids[0] ?? '')).assignee_id).toBe(bina.id)
  })

  test('is not done by whoever is no lead any more, and no reviewer begins it', async () => {
    const id = await openCase()
    const act = { kind: 'tag', tag: 'x' } as const
    expect(await refused(apply(asha, { act, items: [{ id, version: 1 }] }))).toEqual([
      'forbidden',
      'case.bulk',
    ])
    const former = await makeStaff(['lead'])
    const begun = await apply(former, { act, items: [{ id, version: 1 }] })
    await owner`update staff set roles = '{viewer}' where id = ${former.id}`
    await pass(begun.id)
    expect(await carryOutBulk({ bulkId: begun.id })).toBe(0)
    expect((await reviewOf(id)).tags).toEqual([])
  })
})
