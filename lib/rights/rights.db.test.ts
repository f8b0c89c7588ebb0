import { createPublicKey, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import type { PlayerActor } from '@/lib/actor'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker } from '@/sandbox/test-client'

// Seeing, taking along and asking: what is held comes out whole, to the player alone; what is asked is sealed and answered for.

const mailbox = path.join(tmpdir(), `ante-mailbox-${randomUUID()}`)
process.env.MAILBOX_DIR = mailbox
const sandbox = await startSandbox({ port: 0, seed: 29 })
const database = await openFreshDatabase({
  SANDBOX_PORT: String(sandbox.port),
  ALERT_EMAIL: 'duty@namoona.invalid',
  ERASURE_LEDGER: `${mailbox}.jsonl`,
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
  rmSync(mailbox, { recursive: true, force: true })
  rmSync(`${mailbox}.jsonl`, { force: true })
})

const { makePlayer, agreeTo, bring } = await import('@/lib/verification/testing')
const { start } = await import('@/lib/verification/start')
const { collect } = await import('@/lib/verification/collect')
const { stateDetails } = await import('@/lib/verification/stated')
const { isSignedJson } = await import('@/lib/crypto/sign')
const { env } = await import('@/lib/env')
const { listMails } = await import('@/lib/mail/mailbox')
const { openVault } = await import('@/lib/vault')
const { db } = await import('@/db/client')
const { readHeld } = await import('./held')
const { listHistory, toHistoryEntry } = await import('./history')
const { exportData, toJsonStream } = await import('./export')
const { toPdfStream } = await import('./pdf')
const { createRequest, listMyRequests, sendRequestMail } = await import('./requests')
const { eraseMe } = await import('./erase')
const { findByPass, makePass } = await import('./erased-pass')
const { sweepRetention } = await import('./retention')

async function decided(persona: 'adult' | 'minor' | 'year_only', known?: PlayerActor) {
  const player = known ?? (await makePlayer())
  await agreeTo(player, ['aadhaar', 'pan'])
  const started = await start(player)
  await bring(player, started, await answerAtDigiLocker(started.authorizationUrl, persona))
  await collect({ playerId: player.id, verificationId: started.verificationId })
  return { player, id: started.verificationId }
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('seeing', () => {
  test('tells real values, dates and counts of this player alone, numbers masked', async () => {
    const { player, id } = await decided('adult')
    await decided('adult')
    await stateDetails(player, { name: 'Parikshan Namoona', birthDate: '1990-08-15' })
    const held = await readHeld(player)
    expect(held).toMatchObject({
      email: `${player.id}@example.invalid`,
      stated: { name: 'Parikshan Namoona', birthDate: '1990-08-15' },
      consents: 1,
      recipients: ['IDTO'],
    })
    expect(held.attempts.map((attempt) => attempt.id)).toEqual([id])
    const [aadhaar, pan] = held.attempts[0]?.documents ?? []
    expect([aadhaar?.type, pan?.type]).toEqual(['aadhaar', 'pan'])
    for (const document of [aadhaar, pan]) {
      const facts = new Map(document?.facts.map(({ name, value }) => [name, value]))
      expect(facts.get('name')).toBeTruthy()
      expect(facts.get('number_masked')).toMatch(/^X{4}/)
      const until = document?.bytes.kind === 'kept' ? Date.parse(document.bytes.until ?? '') : 0
      expect(Math.round((until - Date.now()) / 86_400_000)).toBe(30)
    }
    await owner`update checks set reason = 'person_not_matched'
      where verification_id = ${id} and question = 'person_matches'`
    await owner`update verifications set status = 'revoked', version = version + 1 where id = ${id}`
    const doubtful = JSON.stringify((await readHeld(player)).attempts)
    expect(doubtful).toContain('"hidden":true')
    for (const { value } of aadhaar?.facts ?? []) expect(doubtful).not.toContain(`"${value}"`)
    await owner`update documents set keep_until = now() - interval '1 second' where player_id = ${player.id}`
    await sweepRetention()
    const after = await readHeld(player)
    expect(after.attempts[0]?.documents.map(({ bytes }) => bytes.kind)).toEqual(['destroyed', 'destroyed'])
  })

  test('tells who did what in plain words, nothing of what runs inside, staff looks included', async () => {
    const { player } = await decided('adult')
    const words = (await listHistory(player, 100)).map(({ who, word }) => `${who} ${word}`)
    expect(words.reverse()).toEqual([
      'you consent_given',
      'you started',
      'you returned',
      'system document_read',
      'system document_read',
      'system decided',
    ])
    const look = { at: '2026-11-21T08:00:00.000Z', action: 'case.opened', actor: { kind: 'staff', id: 'x' } }
    expect(toHistoryEntry(look)).toMatchObject({ who: 'staff', word: 'staff' })
    expect(toHistoryEntry({ ...look, actor: { kind: 'system', id: 'worker' } })).toBeNull()
    expect(toHistoryEntry('x')).toBeNull()
  })
})

describe('the export', () => {
  test('is complete, signed and recorded, and opens whole numbers where they are kept', async () => {
    const { player } = await decided('adult')
    const vault = await openVault(db(), player.id)
    const [pan] = await owner<
      { id: string }[]
    >`select id from documents where player_id = ${player.id} and type = 'pan'`
    const sealed = vault.seal('documents', 'number_sealed', pan?.id ?? '', 'ZZZZZ0000Z')
    await owner`update documents set number_sealed = ${sealed} where id = ${pan?.id ?? ''}`
    await createRequest(player, { kind: 'correction', verificationId: null, text: 'मेरा नाम 😀 ठीक करें' })
    const bytes = await readAll(toJsonStream(await exportData(player, 'hi', 'json')))
    const file = JSON.parse(bytes.toString('utf8'))
    expect(isSignedJson(createPublicKey(env().checkpointKey), file.export, file.signature)).toBe(true)
    expect(file.export).toMatchObject({
      schema: 'ante-export/1',
      language: 'hi',
      account: { email: `${player.id}@example.invalid` },
      recipients: ['IDTO'],
      attempts: [
        {
          status: 'approved',
          connectionName: 'IDTO',
          documents: [
            { type: 'aadhaar', number: null },
            { type: 'pan', number: 'ZZZZZ0000Z' },
          ],
          decisions: [{ outcome: 'approved', madeBy: 'rule', reasons: [{ code: 'all_checks_passed' }] }],
        },
      ],
      receipts: [{ receipt: { schema: 'ante-consent-receipt/2' } }],
      requests: [{ kind: 'correction', state: 'open', text: 'मेरा नाम 😀 ठीक करें' }],
    })
    expect(file.export.attempts[0].checks.length).toBeGreaterThan(2)
    expect(file.export.attempts[0].decisions[0].reasons[0].text).toMatch(/[\u0900-\u097f]/)
    expect(file.export.history.length).toBeGreaterThan(5)
    expect(file.export.retention.map(({ data }: { data: string }) => data)).toContain('facts')
    const recorded =
      await owner`select record from audit_events where record like ${`%data.exported%${player.id}%`}`
    expect(recorded).toHaveLength(1)
  })

  test('opens no number of a document that may be somebody else’s', async () => {
    const { player, id } = await decided('adult')
    const before = (await exportData(player, 'en', 'json')).export.attempts[0]?.documents
    expect(before?.map(({ number }) => number)).toEqual([null, expect.stringMatching(/^[A-Z]{5}\d{4}[A-Z]$/)])
    await owner`update checks set reason = 'person_not_matched'
      where verification_id = ${id} and question = 'person_matches'`
    await owner`update verifications set status = 'revoked', version = version + 1 where id = ${id}`
    const after = (await exportData(player, 'en', 'json')).export.attempts[0]?.documents
    expect(after).toMatchObject([
      { hidden: true, facts: [], number: null },
      { hidden: true, facts: [], number: null },
    ])
  })

  test('reads the same as a PDF, in both scripts', async () => {
    const { player } = await decided('adult')
    await stateDetails(player, { name: 'परीक्षण नमूना', birthDate: '1990-08-15' })
    const signed = await exportData(player, 'en', 'pdf')
    const bytes = await readAll(toPdfStream(signed.export))
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    const { text, totalPages } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), {
      mergePages: true,
    })
    expect(totalPages).toBeGreaterThanOrEqual(1)
    const name =
      signed.export.attempts[0]?.documents[0]?.facts.find((fact) => fact.name === 'name')?.value ?? '?'
    for (const part of [
      'Everything we hold about you',
      `${player.id}@example.invalid`,
      name,
      'IDTO',
      'Verified',
    ])
      expect(text).toContain(part)
    expect(text).toMatch(/[\u0900-\u097f]{3}/)
  })

  test('of an erased player there is none', async () => {
    const player = await makePlayer()
    await eraseMe(player)
    await expect(exportData(player, 'en', 'json')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('asking', () => {
  test('seals the words, says when an answer is due, records it and tells duty without content', async () => {
    const player = await makePlayer()
    const text = 'My name is spelt Parikshann.'
    const id = await createRequest(player, {
      kind: 'correction',
      verificationId: null,
      text: `  ${text}\r\n\u0007`,
    })
    const [request] = await listMyRequests(player)
    expect(request).toMatchObject({ id, kind: 'correction', state: 'open', text })
    const days = (Date.parse(request?.dueAt ?? '') - Date.parse(request?.createdAt ?? '')) / 86_400_000
    expect(days).toBe(30)
    await sendRequestMail({ playerId: player.id, requestId: id })
    const mail = (await listMails()).find(({ to }) => to === 'duty@namoona.invalid')
    expect(mail?.text).toContain(id)
    expect(JSON.stringify(mail)).not.toMatch(/Parikshan|spelt|example\.invalid/)
    expect(mail?.text).not.toContain(player.id)
    const [stored] = await owner`select text_sealed from player_requests where id = ${id}`
    expect(Buffer.from(stored?.text_sealed).toString('utf8')).not.toContain('Parikshan')
    const events = await owner`select record from audit_events where record like ${`%request.made%${id}%`}`
    expect(events).toHaveLength(1)
    expect(events[0]?.record).not.toContain('Parikshan')
    const jobs =
      await owner`select data from pgboss.job where name = 'request_mail' and data->>'requestId' = ${id}`
    expect(jobs).toHaveLength(1)
  })

  test('keeps no full Aadhaar number that somebody writes, in the digits of any script', async () => {
    const player = await makePlayer()
    const text = 'Mine is 0123 4567 8912, VID 0123456789120123, ०१२३४५६७८९१२.'
    await createRequest(player, { kind: 'correction', verificationId: null, text })
    const [request] = await listMyRequests(player)
    expect(request?.text).toBe('Mine is XXXX XXXX 8912, VID XXXXXXXXXXXX0123, XXXXXXXX८९१२.')
    expect(JSON.stringify(await exportData(player, 'en', 'json'))).not.toMatch(/0123 ?4567|०१२३/)
  })

  test.each(['', '  \n ', 'x'.repeat(2001)])('refuses words that are missing or too many', async (text) => {
    const player = await makePlayer()
    await expect(
      createRequest(player, { kind: 'grievance', verificationId: null, text }),
    ).rejects.toMatchObject({
      code: 'bad_request',
    })
    expect(await listMyRequests(player)).toEqual([])
  })

  test('an appeal is about an outcome that can be appealed, and one at a time', async () => {
    const minor = await decided('minor')
    const appeal = { kind: 'appeal', verificationId: minor.id, text: 'The birth date is wrong.' } as const
    const answers = await Promise.allSettled([1, 2, 3].map(() => createRequest(minor.player, appeal)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'state_conflict' })
    expect((await readHeld(minor.player)).attempts[0]?.appeal).toBe('open')
    await owner`update player_requests set state = 'refused', legal_ground = 'DPDP Act s.12' where verification_id = ${minor.id}`
    await createRequest(minor.player, appeal)

    const review = await decided('year_only')
    await createRequest(review.player, { ...appeal, verificationId: review.id })
    const fine = await decided('adult')
    await expect(createRequest(fine.player, { ...appeal, verificationId: fine.id })).rejects.toMatchObject({
      code: 'state_conflict',
    })
    await expect(createRequest(fine.player, { ...appeal, verificationId: minor.id })).rejects.toMatchObject({
      code: 'not_found',
    })
    for (const kind of ['appeal', 'both_are_me'] as const)
      await expect(
        createRequest(fine.player, { ...appeal, kind, verificationId: null }),
      ).rejects.toMatchObject({
        code: 'bad_request',
      })
  })

  test('ten may be open at a time, not eleven', async () => {
    const player = await makePlayer()
    const ask = () => createRequest(player, { kind: 'grievance', verificationId: null, text: 'again' })
    for (let count = 0; count < 10; count += 1) await ask()
    await expect(ask()).rejects.toMatchObject({ code: 'state_conflict' })
  })
})

test('the pass of an erased player opens their certificate, for a day, and nothing else', async () => {
  const [one, two] = [await makePlayer(), await makePlayer()]
  const [first, second] = [await eraseMe(one), await eraseMe(two)]
  const pass = makePass(first)
  expect(await findByPass(pass)).toEqual(first)
  expect(await findByPass(pass.replace(one.id, two.id))).toBeNull()
  const [person, end, mac] = pass.split('.')
  expect(await findByPass(`${person}.${Number(end) + 1}.${mac}`)).toBeNull()
  expect(await findByPass('')).toBeNull()
  expect(second.certificate.person).toBe(two.id)
})

describe('retention', () => {
  const leftOf = async (playerId: string) =>
    (
      await owner`select
        (select count(*) from players where id = ${playerId} and stated_sealed is not null)::int as stated,
        (select count(*) from provider_sessions where player_id = ${playerId}
          and (subject_sealed is not null or subject_index is not null))::int as accounts,
        (select count(*) from decisions where player_id = ${playerId} and input_sealed is not null)::int as inputs`
    )[0]

  test('of a minor also what they had stated goes', async () => {
    const player = await makePlayer()
    await stateDetails(player, { name: 'Namoona Koi', birthDate: '1990-08-15' })
    await decided('minor', player)
    expect(await leftOf(player.id)).toEqual({ stated: 0, accounts: 0, inputs: 0 })
  })

  test('of a minor nothing is kept of what was found but the age, in earlier attempts neither', async () => {
    const { player, id } = await decided('year_only')
    await owner`update verifications set status = 'resubmission_requested', decided_at = now(), version = version + 1 where id = ${id}`
    await decided('minor', player)
    const found = await owner`select question, reason from checks where player_id = ${player.id}`
    expect(found).toEqual([{ question: 'age', reason: 'under_age' }])
  })

  test.each(['rejected', 'resubmission_requested'])(
    'of an attempt that ended as %s also input and locker account go, with or without documents',
    async (status) => {
      const { player, id } = await decided('year_only')
      expect(await leftOf(player.id)).toMatchObject({ accounts: 1, inputs: 1 })
      await owner`delete from facts where player_id = ${player.id}`
      await owner`delete from documents where player_id = ${player.id}`
      await owner`update verifications set status = ${status}, decided_at = now() - interval '8 days', version = version + 1 where id = ${id}`
      await sweepRetention()
      expect(await leftOf(player.id)).toEqual({ stated: 0, accounts: 0, inputs: 0 })
    },
  )

  test('destroys what was not accepted after seven days, but not while somebody is asked to look again', async () => {
    const { player, id } = await decided('year_only')
    await owner`update verifications set status = 'rejected', decided_at = now() - interval '8 days', version = version + 1 where id = ${id}`
    const requestId = await createRequest(player, { kind: 'appeal', verificationId: id, text: 'Look again.' })
    const documents = async () =>
      (await owner`select count(*)::int as n from documents where verification_id = ${id}`)[0]?.n
    await sweepRetention()
    expect(await documents()).toBe(2)
    await owner`update player_requests set state = 'refused', legal_ground = 'DPDP Act s.12' where id = ${requestId}`
    await sweepRetention()
    expect(await documents()).toBe(0)
    const [event] =
      await owner`select record from audit_events where record like '%retention.applied%unfinished%' order by created_at desc limit 1`
    expect(JSON.parse(event?.record)).toMatchObject({
      object: { type: 'retention', id: 'unfinished' },
      reason: '2',
    })
  })

  test('ends an account that nobody used: warned once by mail, erased 48 hours later, unless they come back', async () => {
    const { player } = await decided('adult')
    const back = await makePlayer()
    await owner`update players set last_seen_at = now() - interval '1460 days' + interval '40 hours' where id in ${owner([player.id, back.id])}`
    await sweepRetention()
    await sweepRetention()
    const told = (await listMails()).filter(({ to }) => to === `${player.id}@example.invalid`)
    expect(told).toHaveLength(1)
    await owner`update players set last_seen_at = now() - interval '1461 days', warned_at = now() - interval '49 hours' where id in ${owner([player.id, back.id])}`
    const { openSession } = await import('@/lib/auth/session')
    await openSession(back.id)
    await sweepRetention()
    const [gone] =
      await owner`select p.erased_at, e.reason from players p join erasures e on e.player_id = p.id where p.id = ${player.id}`
    expect(gone?.reason).toBe('retention')
    const [here] = await owner`select erased_at, warned_at from players where id = ${back.id}`
    expect(here).toMatchObject({ erased_at: null, warned_at: null })
  })

  test('forgets the proofs a year after the account ended, and keeps the ledger', async () => {
    const { player } = await decided('adult')
    await eraseMe(player)
    await sweepRetention()
    expect(await owner`select 1 from consents where player_id = ${player.id}`).toHaveLength(1)
    await owner`update players set erased_at = now() - interval '366 days' where id = ${player.id}`
    await sweepRetention()
    for (const table of ['consents', 'verifications', 'decisions', 'checks', 'cases', 'provider_sessions'])
      expect(await owner`select 1 from ${owner(table)} where player_id = ${player.id}`, table).toHaveLength(0)
    expect(await owner`select 1 from players where id = ${player.id}`).toHaveLength(0)
    expect(await owner`select 1 from erasures where player_id = ${player.id}`).toHaveLength(1)
  })
})
