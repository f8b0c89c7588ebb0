import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import type { StaffActor } from '@/lib/actor'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker } from '@/sandbox/test-client'

// A policy goes from a draft into force by two people, and back the same way.

const sandbox = await startSandbox({ port: 0, seed: 12 })
const { appUrl, ownerUrl } = await openFreshDatabase({
  SANDBOX_PORT: String(sandbox.port),
  KYC_CONNECTIONS: 'idto',
})
const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} })
const app = postgres(appUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await sandbox.close()
  await app.end()
  await owner.end()
})

const { db, tryLock } = await import('@/db/client')
const { env } = await import('../env')
const { DEFAULT_POLICY, currentPolicy } = await import('../policy/current')
const { hashPolicy } = await import('../policy/decide')
const { toPrettyJson } = await import('../policy/draft')
const { addDraft, beginDraft, discardDraft, publishDraft, saveDraft, tryDraft } = await import('./drafts')
const { readDraft, readPolicies, readVersion } = await import('./policies')
const { makePlayer, agreeTo, bring } = await import('../verification/testing')
const { start } = await import('../verification/start')
const { collect } = await import('../verification/collect')
const { findJourney } = await import('../verification/find')

const person = (...roles: StaffActor['roles'][number][]): StaffActor => ({ id: randomUUID(), roles })
const [writer, other, lead] = [person('operator'), person('operator'), person('lead')]
const auditor = person('auditor')

const strict = (version: string) => ({ ...DEFAULT_POLICY, version, namesThatPass: ['match' as const] })
const draftOf = async (policy: object, by = writer) => {
  const id = await addDraft(by, JSON.stringify(policy, null, 2))
  return { id, revision: 1 }
}
const events = (action: string) =>
  owner`select record::jsonb as record from audit_events where record::jsonb ->> 'action' = ${action} order by created_at`

async function decided(persona: 'name_differs') {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan', 'driving_licence'])
  const started = await start(player)
  await bring(player, started, await answerAtDigiLocker(started.authorizationUrl, persona))
  await collect({ playerId: player.id, verificationId: started.verificationId })
  return findJourney(player, started.verificationId)
}

beforeEach(() => {
  Object.assign(env(), { policy: null })
  env().limits.review.twoPeople = true
})

describe('publishing', () => {
  test('needs somebody who did not write in it, and decides from then on', async () => {
    const form = await draftOf(strict('p1'))
    await expect(publishDraft(writer, form)).rejects.toThrow('own_draft')
    expect(await currentPolicy(db())).toMatchObject({ origin: 'shipped' })
    expect((await readDraft(writer, form.id)).obstacle).toBe('own_draft')
    await publishDraft(lead, form)
    expect(await currentPolicy(db())).toMatchObject({ origin: 'staff', policy: { version: 'p1' } })
    expect(await decided('name_differs')).toMatchObject({ status: 'awaiting_reviewer', policyVersion: 'p1' })
    const [published] = await events('policy.published')
    expect(published?.record).toMatchObject({
      actor: { kind: 'staff', id: lead.id },
      object: { type: 'policy', id: form.id },
      before: hashPolicy(DEFAULT_POLICY),
      after: hashPolicy(strict('p1')),
    })
    await expect(publishDraft(lead, { ...form, revision: 2 })).rejects.toThrow('stale')
  })

  test('is refused to everybody who ever wrote in the draft', async () => {
    const form = await draftOf(strict('p2'))
    await saveDraft(other, { ...form, content: JSON.stringify({ ...strict('p2'), ageYears: 21 }) })
    for (const author of [writer, other])
      await expect(publishDraft(author, { ...form, revision: 2 })).rejects.toThrow('own_draft')
    await publishDraft(person('operator'), { ...form, revision: 2 })
  })

  test('by one person is possible where the settings say so, and on record', async () => {
    env().limits.review.twoPeople = false
    await publishDraft(writer, await draftOf(strict('p3')))
    const [row] = await owner`select alone from policy_publications order by seq desc limit 1`
    expect(row?.alone).toBe(true)
    expect((await events('policy.published')).at(-1)?.record).toMatchObject({ reason: 'alone' })
  })

  test('puts what was seen in force: another text, no policy, a taken name or a closed draft is refused', async () => {
    const form = await draftOf(strict('p4'))
    await saveDraft(other, { ...form, content: JSON.stringify({ ...strict('p4'), ageYears: 25 }) })
    await expect(publishDraft(lead, form)).rejects.toThrow('stale')
    await expect(publishDraft(lead, await draftOf({ version: 'p5' }))).rejects.toThrow('not_a_policy')
    await expect(publishDraft(lead, await draftOf({ ...strict('p1'), ageYears: 30 }))).rejects.toThrow(
      'version_taken',
    )
    const shippedName = { ...DEFAULT_POLICY, ageYears: 30 }
    await expect(publishDraft(lead, await draftOf(shippedName))).rejects.toThrow('version_taken')
    await discardDraft(writer, { ...form, revision: 2 })
    await expect(publishDraft(lead, { ...form, revision: 3 })).rejects.toThrow('stale')
  })

  test('at the same moment by two people happens once', async () => {
    const form = await draftOf(strict('p6'))
    const answers = await Promise.allSettled([publishDraft(lead, form), publishDraft(other, form)])
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('waits while a policy file decides: the file is never overridden', async () => {
    Object.assign(env(), { policy: strict('of-the-file') })
    const form = await draftOf(strict('p7'))
    await expect(publishDraft(lead, form)).rejects.toThrow('file_decides')
    expect(await currentPolicy(db())).toMatchObject({
      origin: 'file',
      policy: { version: 'of-the-file' },
    })
    expect((await readDraft(lead, form.id)).obstacle).toBe('file_decides')
  })

  test('an old version comes back the same way', async () => {
    const id = await beginDraft(writer, { from: hashPolicy(strict('p1')) })
    expect((await readDraft(writer, id)).problems).toEqual([])
    await publishDraft(lead, { id, revision: 1 })
    expect((await currentPolicy(db())).policy).toEqual(strict('p1'))
    expect((await readPolicies(auditor)).publications[0]).toMatchObject({ version: 'p1' })
    const again = await beginDraft(writer, { from: 'current' })
    await expect(publishDraft(lead, { id: again, revision: 1 })).rejects.toThrow('nothing_changes')
  })

  test('stored policies and publications are changed by nobody, not by the owner', async () => {
    for (const change of [
      `update policies set content = '{}'`,
      'delete from policies',
      `update policy_publications set alone = false`,
      'delete from policy_publications',
    ]) {
      await expect(app.unsafe(change), change).rejects.toThrow('permission denied')
      await expect(owner.unsafe(change), change).rejects.toThrow(/never changed|violates foreign key/)
    }
  })
})

describe('a draft', () => {
  test('is saved over the revision that was seen, or not at all', async () => {
    const form = await draftOf(strict('d1'))
    const mine = JSON.stringify({ ...strict('d1'), ageYears: 20 })
    await saveDraft(writer, { ...form, content: mine })
    await expect(saveDraft(other, { ...form, content: '{}' })).rejects.toThrow('stale')
    expect((await readDraft(writer, form.id)).content).toBe(mine)
  })

  test('says at which path it is no policy', async () => {
    const [rule] = DEFAULT_POLICY.rules
    const wrong = {
      ...DEFAULT_POLICY,
      ageYears: 12,
      rules: [rule, { question: 'age', outcome: 'unsure', verdict: 'approve' }],
    }
    const { id } = await draftOf(wrong)
    expect((await readDraft(writer, id)).problems.map(({ path }) => path).sort()).toEqual([
      'ageYears',
      'rules.1.verdict',
    ])
    const broken = await addDraft(writer, '{\n  "version": "x",,\n}')
    expect((await readDraft(writer, broken)).problems).toEqual([
      { path: '', message: expect.stringContaining('line 2') },
    ])
  })

  test('is tried on past decisions, whose flips it keeps without anybody’s values', async () => {
    const journey = await decided('name_differs')
    const lenient = { ...DEFAULT_POLICY, version: 'd3' }
    const form = await draftOf(lenient)
    const run = await tryDraft(writer, { ...form, last: 100 })
    expect(run).toMatchObject({ isComplete: true, sha256: hashPolicy(lenient) })
    expect(run.flips).toContainEqual(
      expect.objectContaining({ reference: journey?.reference, from: 'awaiting_reviewer', to: 'approved' }),
    )
    const page = await readDraft(lead, form.id)
    expect(page.dryRun).toMatchObject({ isOfThis: true, flipCount: run.flipCount })
    const [row] = await owner`select dry_run::text as text from policy_drafts where id = ${form.id}`
    expect(row?.text).not.toMatch(/namoona|kalpanik|udaharan/i)
    await saveDraft(writer, { ...form, content: toPrettyJson(strict('d3')) })
    expect((await readDraft(lead, form.id)).dryRun?.isOfThis).toBe(false)
  })

  test('is tried by one at a time', async () => {
    const form = await draftOf(strict('d4'))
    const busy = tryLock('policy_dry_run', () => tryDraft(writer, { ...form, last: 100 }))
    await expect(busy).rejects.toThrow('dry_run_busy')
  })

  test('and everything else needs its permission', async () => {
    const form = await draftOf(strict('d5'))
    for (const refusedTo of [auditor, person('viewer'), person('reviewer')]) {
      await expect(beginDraft(refusedTo, { from: 'current' })).rejects.toThrow('forbidden')
      await expect(saveDraft(refusedTo, { ...form, content: '' })).rejects.toThrow('forbidden')
      await expect(publishDraft(refusedTo, form)).rejects.toThrow('forbidden')
    }
    await expect(readPolicies(person('viewer'))).rejects.toThrow('forbidden')
    await expect(saveDraft(lead, { ...form, content: '' })).rejects.toThrow('forbidden')
  })
})

test('two versions differ in words and in lines', async () => {
  const page = await readVersion(auditor, hashPolicy(strict('p3')), hashPolicy(strict('p1')))
  expect(page.against.comparison.changes).toEqual([{ kind: 'version', about: '', before: 'p1', after: 'p3' }])
  expect(page.against.comparison.lines.filter(({ sign }) => sign !== ' ')).toEqual([
    { sign: '-', line: '  "version": "p1",' },
    { sign: '+', line: '  "version": "p3",' },
  ])
})
