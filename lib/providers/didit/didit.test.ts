import { describe, expect, it } from 'vitest'
import { readDocument } from '@/lib/documents/read'
import { createProvider } from '../index'
import { DIDIT, DIDIT_BY_TOKEN, decision, SESSION, TOKEN, WORKFLOW } from '../testing/case-didit'
import { failure, play, serialise, startFault, startWith, told, toldOf, toSession } from '../testing/play'
import { HANDLE, RETURN_URL, type Script, sample, VERIFICATION_ID } from '../testing/vendor-case'
import type { CollectOutcome, Connection } from '../types'
import { toStartBody } from './provider'

const ITEM = sample('didit/decision.json').id_verifications[0]
const collected = async (more: Readonly<Record<string, unknown>>) =>
  (await play(DIDIT, { decision: decision(more) })).collect()
const documentsOf = (outcome: CollectOutcome) => {
  if (outcome.kind !== 'documents') throw new Error(told(outcome))
  return outcome
}
const withVersion = (apiVersion: string) => ({
  ...DIDIT_BY_TOKEN,
  credentials: { ...DIDIT_BY_TOKEN.credentials, apiVersion },
})

describe('didit', () => {
  it('sends what is documented, and nothing personal', async () => {
    const { provider, stub, collect } = await play(DIDIT)
    const started = await startWith(provider)
    expect(started).toMatchObject({ authorizationUrl: sample('didit/session.json').url, secret: null })
    await collect()
    expect(stub.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v3/session/',
      `GET /v3/session/${SESSION}/decision/`,
    ])
    expect(stub.seen[0]?.body).toEqual({
      workflow_id: WORKFLOW,
      vendor_data: VERIFICATION_ID,
      callback: RETURN_URL,
      callback_method: 'both',
      language: 'en',
    })
  })

  it('starts once more after trouble, and takes the session that came of the first time', async () => {
    const again = { status: 201, body: { ...sample('didit/session.json'), status: 'In Progress' } }
    const { provider, called } = await play(DIDIT, {
      session: (_, time) => (time === 0 ? { status: 502 } : again),
    })
    expect((await startWith(provider)).sessionRef).toBe(SESSION)
    expect(called()).toEqual(['session', 'session'])
  })

  it('finds the link under its other name, and needs one', async () => {
    const body = { ...sample('didit/session.json'), url: undefined }
    const link = 'https://verify.didit.me/session/x'
    const { provider } = await play(DIDIT, {
      session: { status: 201, body: { ...body, verification_url: link } },
    })
    expect((await startWith(provider)).authorizationUrl).toBe(link)
    const none = await play(DIDIT, { session: { status: 201, body } })
    expect(toldOf(await startFault(none.provider))).toBe('provider_bad_response no_link')
  })

  it.each([
    [{ vendor_data: 'ver-2' }, 'foreign_reference'],
    [{ session_id: '../../x' }, 'shape:session_id'],
    [{ session_id: 7 }, 'shape:session_id'],
  ])('refuses a session that says %j', async (more, why) => {
    const body = { ...sample('didit/session.json'), ...more }
    const { provider } = await play(DIDIT, { session: { status: 201, body } })
    expect(toldOf(await startFault(provider))).toBe(`provider_bad_response ${why}`)
  })

  it('tolerates an absent reference and another workflow in the answer', async () => {
    const body = { ...sample('didit/session.json'), vendor_data: null, workflow_id: 'other' }
    const { provider } = await play(DIDIT, { session: { status: 201, body } })
    expect((await startWith(provider)).sessionRef).toBe(SESSION)
  })

  it('hands on the fields that it reads and nothing else', async () => {
    const { collect, logs } = await play(DIDIT)
    const [document] = documentsOf(await collect()).documents
    expect(document).toMatchObject({
      type: 'photo_document',
      kind: 'fields',
      mediaType: 'application/json',
      fields: {
        kind: "Driver's License b test b",
        name: 'Parikshan Kumar Namoona',
        birthDate: '1992-02-29',
        gender: 'M',
        number: 'TEST-0000-0001',
        address: '0 Fixture Street, Namunagar',
        state: null,
        photo: null,
        issuedOn: '2012-03-01',
        expiresOn: '2032-02-28',
      },
    })
    const raw = Buffer.from(document?.raw ?? []).toString()
    expect(Object.keys(JSON.parse(raw))).toEqual([
      'document_type',
      'document_number',
      'personal_number',
      'full_name',
      'first_name',
      'last_name',
      'date_of_birth',
      'date_of_issue',
      'expiration_date',
      'gender',
      'address',
      'formatted_address',
    ])
    for (const other of ['https:', 'FAKE', 'age', 'mrz', 'example.invalid', 'fake']) {
      expect(JSON.stringify(document?.kind === 'fields' && document.fields) + raw).not.toContain(other)
    }
    expect(JSON.stringify(logs)).not.toContain(SESSION)
  })

  it('is read as a document of the player', async () => {
    const [document] = documentsOf(await collected({})).documents
    if (document === undefined) throw new Error('no document')
    expect(readDocument(document, { today: '2026-11-20' })).toMatchObject({
      kind: 'read',
      keepRaw: true,
      document: {
        facts: { name: 'Parikshan Kumar Namoona', birthDate: '1992-02-29', expiresOn: '2032-02-28' },
        evidence: 'provider_asserted',
        remarks: [],
      },
    })
  })

  it('leaves a second number behind where the document has one of its own', async () => {
    const item = { ...ITEM, personal_number: '0000 0000 0000' }
    const [document] = documentsOf(await collected({ id_verifications: [item] })).documents
    expect(Buffer.from(document?.raw ?? []).toString()).not.toContain('0000 0000 0000')
  })

  it('never follows a media link', async () => {
    const { collect, called } = await play(DIDIT)
    await collect()
    expect(called()).toEqual(['decision'])
  })

  it('tells the page that the document came', async () => {
    const { provider } = await play(DIDIT)
    const told: string[] = []
    const session = { ...toSession(DIDIT), arrived: async (type: string) => void told.push(type) }
    await provider.collect(session, DIDIT.credential, async () => undefined)
    expect(told).toEqual(['photo_document'])
  })

  it.each([
    ['Approved', 'documents'],
    ['Declined', 'documents'],
    ['  approved ', 'documents'],
    ['In Review', 'pending review'],
    ['Not Started', 'pending not_ready'],
    ['In Progress', 'pending not_ready'],
    ['AWAITING USER', 'pending not_ready'],
    ['Resubmitted', 'pending not_ready'],
    ['Quantum Superposed', 'pending not_ready'],
    ['toString', 'pending not_ready'],
    ['', 'pending not_ready'],
    ['Expired', 'session_ended'],
    ['Abandoned', 'session_ended'],
    ['Kyc Expired', 'session_ended'],
  ])('takes the status %s for %s', async (status, expected) => {
    const outcome = await collected({ status })
    expect(told(outcome)).toBe(expected)
    if (outcome.kind === 'pending') {
      expect(outcome.retryAfterMs).toBe(outcome.why === 'review' ? 300_000 : 10_000)
    }
    if (outcome.kind === 'documents') {
      expect(outcome.assurance?.verdict).toBe(status.trim().toLowerCase())
    }
  })

  it.each([
    [{ session_id: '00000000-0000-4000-8000-0000000000ff' }, 'bad_response'],
    [{ vendor_data: 'ver-2' }, 'bad_response'],
    [{ workflow_id: '00000000-0000-4000-8000-0000000000ff' }, 'bad_response'],
    [{ vendor_data: null, workflow_id: null }, 'documents'],
    [{ workflow_id: WORKFLOW.toUpperCase() }, 'documents'],
    [{ status: null }, 'bad_response'],
    [{ environment: 'live' }, 'documents'],
    [{ environment: null }, 'documents'],
  ])('compares what came with what was asked: %j', async (more, expected) => {
    expect(told(await collected(more))).toBe(expected)
  })

  it.each([
    ['sandbox', 'vendor_misconfigured'],
    [' Sandbox', 'vendor_misconfigured'],
    ['live', 'documents'],
  ])('keeps %s results out of a live connection as it should', async (environment, expected) => {
    const { provider, stub } = await play(DIDIT, { decision: decision({ environment }) })
    const connection: Connection = { ...provider.connection, sandbox: false }
    const live = createProvider(connection, { production: false, allowedLoopbackOrigins: [stub.origin] })
    expect(told(await live.collect(toSession(DIDIT), DIDIT.credential, async () => undefined))).toBe(expected)
  })

  it.each([
    ['v3', { id_verifications: [ITEM] }],
    ['v3 as one object', { id_verifications: ITEM }],
    ['v2', { id_verification: ITEM }],
    ['v2 as an array', { id_verification: [ITEM] }],
    ['v1', { kyc: ITEM }],
    ['the one that passed', { id_verifications: [{ ...ITEM, status: 'Declined', full_name: 'X' }, ITEM] }],
    ['the first of several', { id_verifications: [{ ...ITEM, status: 'In Review' }, { status: 'Expired' }] }],
    ['parts of a name', { id_verifications: [{ ...ITEM, full_name: null }] }],
    ['the other number', { kyc: { ...ITEM, document_number: '', personal_number: ITEM.document_number } }],
  ])('reads the document of %s', async (_, more) => {
    const [document] = documentsOf(await collected({ id_verifications: undefined, ...more })).documents
    expect(document?.kind === 'fields' && document.fields).toMatchObject({
      name: 'Parikshan Kumar Namoona',
      number: 'TEST-0000-0001',
    })
  })

  it.each([null, [], {}, 'x', [null, 'x'], [{ status: 'Not Finished', full_name: ' ' }]])(
    'says that nothing was readable when the document is %j',
    async (id_verifications) => {
      for (const status of ['Approved', 'Declined']) {
        expect(await collected({ status, id_verifications })).toMatchObject({
          assurance: { verdict: status.toLowerCase() },
          documents: [],
          missing: [{ type: 'photo_document', reason: 'unreadable' }],
        })
      }
    },
  )

  const NONE = { liveness_checks: null, face_matches: null }
  it.each([
    [NONE, 'absent', 'absent'],
    [{ liveness_checks: [], face_matches: [] }, 'absent', 'absent'],
    [{ liveness_checks: [{ status: 'Declined' }], face_matches: { status: 'Approved' } }, 'failed', 'passed'],
    [{ ...NONE, liveness_checks: [{ status: 'Approved' }, { status: 'Not Finished' }] }, 'unsure', 'absent'],
    [{ ...NONE, liveness_checks: [{ status: 'Approved' }, { status: 'Declined' }] }, 'failed', 'absent'],
    [{ ...NONE, liveness_checks: [{}] }, 'unsure', 'absent'],
    [{ ...NONE, liveness: { status: 'Approved' }, face_match: { status: 'declined' } }, 'passed', 'failed'],
    [{ ...NONE, face: { status: 'Approved' } }, 'passed', 'passed'],
    [{ ...NONE, face: { status: 'Declined', liveness_status: 'Approved' } }, 'passed', 'failed'],
  ])('reads the selfie of %j', async (more, liveness, faceMatch) => {
    expect(documentsOf(await collected(more)).assurance).toMatchObject({ liveness, faceMatch })
  })

  it('keeps codes alone of warnings', async () => {
    const outcome = await collected({
      ...NONE,
      warnings: [{ risk: 'TOP_LEVEL' }, { risk: 'lower' }, { risk: 'A'.repeat(65) }, { risk: 7 }, null],
      id_verifications: [{ ...ITEM, warnings: { risk: 'ONE_OBJECT', long_description: 'fake text' } }],
    })
    expect(documentsOf(outcome).assurance?.warnings).toEqual(['TOP_LEVEL', 'ONE_OBJECT'])
  })

  it('needs the agreement to this document and the reference of the start', async () => {
    const { provider, collect, called } = await play(DIDIT)
    await expect(collect(['pan'])).rejects.toThrow(/state_conflict.*document_not_agreed/)
    const lost = { ...toSession(DIDIT), sessionRef: null }
    await expect(provider.collect(lost, DIDIT.credential, async () => undefined)).rejects.toThrow(
      /no_session_ref/,
    )
    await expect(provider.readStatus?.(lost)).rejects.toThrow(/no_session_ref/)
    expect(called()).toEqual([])
  })

  it.each([
    ['Not Started', 'waiting'],
    ['In Progress', 'waiting'],
    ['Something New', 'waiting'],
    ['In Review', 'finished'],
    ['Approved', 'finished'],
    ['Declined', 'finished'],
    ['Expired', 'expired'],
    ['Abandoned', 'expired'],
    ['Kyc Expired', 'expired'],
  ])('asks how a session stands without its data: %s is %s', async (status, expected) => {
    const list = sample('didit/sessions.json')
    list.results[1].status = status
    const { provider, stub } = await play(DIDIT, { sessions: { body: list } })
    const session = { verificationId: 'ver 1&x=/', sessionRef: SESSION.toUpperCase() }
    expect(await provider.readStatus?.(session)).toBe(expected)
    expect(stub.seen.map(({ path }) => path)).toEqual(['/v3/sessions/?vendor_data=ver+1%26x%3D%2F&limit=20'])
  })

  it('goes on waiting for a session that the list does not hold', async () => {
    for (const results of [[], ['x', null, { session_id: SESSION }]]) {
      const { provider } = await play(DIDIT, { sessions: { body: { results } } })
      expect(await provider.readStatus?.(toSession(DIDIT))).toBe('waiting')
    }
    const { provider } = await play(DIDIT, { sessions: { status: 500 } })
    await expect(provider.readStatus?.(toSession(DIDIT))).rejects.toThrow(/provider_unavailable/)
  })

  it('opens the breaker at once when the key is refused, without a second try', async () => {
    for (const status of [401, 403]) {
      const { collect, called } = await play(DIDIT, { decision: { status, body: { detail: 'x' } } })
      expect(failure(await collect())).toBe('vendor_misconfigured')
      expect(failure(await collect())).toBe('vendor_misconfigured')
      expect(called()).toEqual(['decision'])
    }
  })
})

describe('didit by token', () => {
  it('sends the bearer and no key, under v2', async () => {
    const { provider, collect, stub, called } = await play(DIDIT_BY_TOKEN)
    await startWith(provider)
    expect(told(await collect())).toBe('documents')
    expect(called()).toEqual(['token', 'session', 'decision'])
    expect(stub.seen.slice(1).map(({ path }) => path)).toEqual([
      '/v2/session/',
      `/v2/session/${SESSION}/decision/`,
    ])
    for (const { headers } of stub.seen.slice(1)) {
      expect(headers.authorization).toBe(`Bearer ${TOKEN}`)
      expect(headers['x-api-key']).toBeUndefined()
    }
  })

  it.each(['v1', 'v2', 'v3'])('speaks %s where the settings say so', async (version) => {
    const { provider, stub } = await play(withVersion(version))
    await startWith(provider)
    expect(stub.seen[1]?.path).toBe(`/${version}/session/`)
    expect(provider.readStatus !== undefined).toBe(version === 'v3')
  })

  it('sends v1 the two fields that it knows', () => {
    const request = { verificationId: VERIFICATION_ID, returnUrl: new URL(RETURN_URL) }
    expect(toStartBody(request, WORKFLOW, 'v1')).toEqual({
      vendor_data: VERIFICATION_ID,
      callback: RETURN_URL,
    })
  })

  it.each([401, 403])('replaces a token refused with %i once, and goes on', async (status) => {
    const { collect, called, stub } = await play(DIDIT_BY_TOKEN, {
      token: (_, time) => ({ body: { access_token: `fake-token-${time}`, expires_in: 60_000 } }),
      decision: (_, time) => (time === 0 ? { status, body: { detail: 'x' } } : decision()),
    })
    expect(told(await collect())).toBe('documents')
    expect(called()).toEqual(['token', 'decision', 'token', 'decision'])
    expect(stub.seen.at(-1)?.headers.authorization).toBe('Bearer fake-token-1')
  })

  it('takes the second refusal for a word about the account', async () => {
    const { provider, collect, called, logs } = await play(DIDIT_BY_TOKEN, {
      session: { status: 403, body: { detail: 'x' } },
    })
    const error = await startFault(provider)
    expect(toldOf(error)).toBe('provider_unauthorized credentials_refused')
    expect(called()).toEqual(['token', 'session', 'token', 'session'])
    expect(failure(await collect())).toBe('vendor_misconfigured')
    expect(called()).toHaveLength(4)
    const text = serialise(error) + JSON.stringify(logs)
    for (const secret of [TOKEN, 'test-didit-secret', 'test-didit-client', HANDLE]) {
      expect(text).not.toContain(secret)
    }
  })

  it('asks for one token when many journeys begin together', async () => {
    const { provider, called } = await play(DIDIT_BY_TOKEN)
    await Promise.all(Array.from({ length: 10 }, () => startWith(provider)))
    expect(called().filter((name) => name === 'token')).toHaveLength(1)
  })

  it.each([
    [{ status: 401 }, 'provider_unauthorized', 'vendor_misconfigured'],
    [{ status: 400 }, 'provider_refused_request', 'vendor_misconfigured'],
    [{ status: 503 }, 'provider_unavailable', 'vendor_unavailable'],
    [{ body: {} }, 'provider_bad_response', 'bad_response'],
  ])('fails without a token: %j', async (token, code, reason) => {
    const script: Script = { token }
    const starting = await play(DIDIT_BY_TOKEN, script)
    expect((await startFault(starting.provider)).code).toBe(code)
    expect(starting.called()).not.toContain('session')
    const reading = await play(DIDIT_BY_TOKEN, script)
    expect(failure(await reading.collect())).toBe(reason)
  })

  it('is refused when the key is set as well, and when a part is missing', () => {
    const connection: Connection = {
      id: 'didit',
      vendor: 'didit',
      displayName: 'Didit',
      baseUrl: new URL('https://verification.didit.me'),
      authUrl: new URL('https://apx.didit.me'),
      credentials: { ...DIDIT_BY_TOKEN.credentials, apiKey: 'test-didit-key' },
      sandbox: false,
      allowedHosts: [],
    }
    const rule = { production: true, allowedLoopbackOrigins: [] }
    expect(() => createProvider(connection, rule)).toThrow(/no_connection.*two_credentials/)
    for (const name of ['clientId', 'clientSecret', 'workflowId']) {
      const { [name]: _, ...credentials } = DIDIT_BY_TOKEN.credentials
      expect(() => createProvider({ ...connection, credentials }, rule)).toThrow(`missing=${name}`)
    }
  })
})
