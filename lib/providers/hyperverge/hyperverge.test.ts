import { describe, expect, it } from 'vitest'
import { readDocument } from '@/lib/documents/read'
import type { DocumentType } from '@/lib/documents/types'
import { createHttpClient } from '../http'
import { detailsReply, HYPERVERGE, PATH_TOKEN, problem, REFERENCE } from '../testing/case-hyperverge'
import { failure, missing, play, serialise, startFault, startWith, told, toSession } from '../testing/play'
import { startVendor } from '../testing/scripted-vendor'
import { HTML, LICENCE, NOW, PAN, RETURN_URL, sample } from '../testing/vendor-case'
import type { Connection, WebhookReading } from '../types'
import { hypervergeApi } from './api'
import { updateCredentials } from './credentials-call'
import { createReference, isReference, sha256, toTransactionId } from './transform'

const documentOf = async (reply: ReturnType<typeof detailsReply>, type: DocumentType = 'driving_licence') => {
  const { collect, stub } = await play(HYPERVERGE, { docDetails: reply })
  const outcome = await collect([type])
  return { document: outcome.kind === 'documents' ? outcome.documents[0] : undefined, stub, outcome }
}

describe('hyperverge', () => {
  it('sends every documented field', async () => {
    const { provider, collect, stub } = await play(HYPERVERGE)
    const { sessionRef } = await startWith(provider)
    await collect()
    expect(stub.seen.map(({ path, body }) => [path.split('/').at(-1), body])).toEqual([
      ['start', { referenceId: sessionRef, redirectURL: RETURN_URL }],
      [
        'eAadhaarDetails',
        { referenceId: REFERENCE, aadhaarFile: 'no', blockMinors: 'yes', returnCreatedTimeStamp: 'yes' },
      ],
      ['docDetails', { referenceId: REFERENCE, pan: 'yes', panXMLFile: 'yes', blockMinors: 'yes' }],
      ['docDetails', { referenceId: REFERENCE, dl: 'yes', dlXMLFile: 'yes', blockMinors: 'yes' }],
    ])
  })

  it('makes a new reference for every try and never sends one twice', async () => {
    const { provider, stub } = await play(HYPERVERGE, { start: { status: 500 } })
    await startFault(provider)
    await startFault(provider)
    const sent = stub.seen.map(({ body }) => (body as { referenceId: string }).referenceId)
    expect(new Set(sent).size).toBe(2)
    expect(sent).toHaveLength(2)
    for (const reference of sent) expect(isReference(reference)).toBe(true)
  })

  it('keeps references and transaction ids within what they allow', () => {
    const id = '0190a6e0-0000-7000-8000-000000000001'
    const reference = createReference(id)
    expect(reference).toMatch(/^0190a6e0-0000-7000-8000-000000000001_[\w-]{22}$/)
    expect(createReference('x'.repeat(90)).length).toBeLessThanOrEqual(64)
    expect(isReference(createReference('a b/c_d'))).toBe(true)
    expect(isReference(id)).toBe(false)
    expect(toTransactionId(`a b\r\nc${'x'.repeat(90)}`)).toMatch(/^a-b--c[x]{58}$/)
  })

  it.each(['url', 'consentUrl', 'redirectUrl'])('finds the link under %s', async (name) => {
    const link = 'https://digilocker.meripehchaan.gov.in/x'
    const { provider } = await play(HYPERVERGE, {
      start: { body: { status: 'success', statusCode: 200, result: { [name]: link } } },
    })
    expect((await startWith(provider)).authorizationUrl).toBe(link)
  })

  it('needs a link', async () => {
    const { provider } = await play(HYPERVERGE, {
      start: { body: { status: 'success', statusCode: '200', result: {} } },
    })
    expect(await startFault(provider)).toMatchObject({ code: 'provider_bad_response', why: 'no_link' })
  })

  it('gives the parsed Aadhaar in our words', async () => {
    const { collect } = await play(HYPERVERGE)
    expect(await collect(['aadhaar'])).toMatchObject({
      documents: [
        {
          kind: 'fields',
          mediaType: 'application/json',
          fields: {
            name: 'ASHA EXAMPLE',
            birthDate: '31-01-1990',
            gender: 'F',
            number: 'xxxxxxxx0000',
            address: '1, Sample Road, Sampletown, Karnataka, 560000',
            state: 'Karnataka',
          },
        },
      ],
    })
  })

  it('puts the address together when there is no line of it', async () => {
    const body = sample('hyperverge/eAadhaarDetails.json')
    delete body.result.address
    const { collect } = await play(HYPERVERGE, { eAadhaarDetails: { body } })
    expect(await collect(['aadhaar'])).toMatchObject({
      documents: [{ fields: { address: '1, Sample Road, Sampletown, Sample District, Karnataka, 560000' } }],
    })
  })

  it('leaves a full Aadhaar number to the reader, which masks it and keeps no bytes', async () => {
    const body = sample('hyperverge/eAadhaarDetails.json')
    body.result.maskedAadhaarNumber = '012345678912'
    const { collect, logs } = await play(HYPERVERGE, { eAadhaarDetails: { body } })
    const outcome = await collect(['aadhaar'])
    const [document] = outcome.kind === 'documents' ? outcome.documents : []
    if (document === undefined) throw new Error('no document')
    const read = readDocument(document, { today: '2026-11-20' })
    expect(read).toMatchObject({ keepRaw: false, document: { remarks: ['aadhaar_unmasked'] } })
    expect(JSON.stringify(read) + JSON.stringify(logs)).not.toContain('01234567')
  })

  it.each([
    ['review', true],
    ['Pass', undefined],
    ['', undefined],
    [null, undefined],
  ])('doubts an Aadhaar whose action is %j: %j', async (action, inDoubt) => {
    const body = sample('hyperverge/eAadhaarDetails.json')
    body.result.summary = { action }
    const { collect } = await play(HYPERVERGE, { eAadhaarDetails: { body } })
    const outcome = await collect(['aadhaar'])
    const [document] = outcome.kind === 'documents' ? outcome.documents : []
    expect(document?.kind === 'fields' && document.fields.inDoubt).toBe(inDoubt ?? undefined)
  })

  it('keeps its doubt about a licence, XML or not', async () => {
    const reply = detailsReply('dl', { xmlFile: LICENCE.toString() })
    const body = reply.body as { result: Record<string, unknown> }
    body.result.summary = { action: 'manualReview' }
    const { document } = await documentOf(reply)
    expect(document).toMatchObject({ kind: 'fields', fields: { inDoubt: true } })
  })

  it.each(['xmlFile', 'dlXMLFile', 'xml'])('takes the XML under %s, as text or base64', async (name) => {
    for (const text of [
      LICENCE.toString(),
      ` ${LICENCE.toString()}`,
      LICENCE.toString('base64'),
      `data:application/xml;base64,${LICENCE.toString('base64')}`,
    ]) {
      const { document } = await documentOf(detailsReply('dl', { [name]: text }))
      expect(document).toMatchObject({ type: 'driving_licence', kind: 'xml', mediaType: 'application/xml' })
    }
  })

  it('fetches XML behind a link, without any key', async () => {
    let origin = ''
    const { collect, stub, logs } = await play(HYPERVERGE, {
      docDetails: () => detailsReply('dl', { dlXMLFile: `${origin}/api/digilocker/file?sig=secret` }),
      'file?sig=secret': { body: LICENCE },
    })
    origin = stub.origin
    expect(await collect(['driving_licence'])).toMatchObject({ documents: [{ kind: 'xml' }] })
    const asked = stub.seen.at(-1)
    expect(asked?.method).toBe('GET')
    expect(JSON.stringify(asked?.headers)).not.toMatch(/test-hv|ver-1/)
    expect(JSON.stringify(logs)).not.toContain('secret')
  })

  it.each([
    'https://bucket.s3.ap-south-1.amazonaws.com/x.xml',
    'https://evil.example/x.xml',
    'http://files.hyperverge.co/x.xml',
    'https://u:p@files.hyperverge.co/x.xml',
    'https://169.254.169.254/latest',
    'http://10.0.0.1/',
    'text that is no XML',
    '',
    '<Certificate type="PANCR" number="X"/>',
    '<Error><Code>AccessDenied</Code></Error>',
    HTML,
  ])('falls back to the fields when the XML is %j', async (text) => {
    const { document, stub } = await documentOf(detailsReply('dl', { xmlFile: text }))
    expect(document).toMatchObject({
      kind: 'fields',
      fields: { name: 'ASHA EXAMPLE', number: 'KA0020120000000', expiresOn: null },
    })
    expect(stub.seen).toHaveLength(1)
  })

  it('takes no licence for a PAN', async () => {
    const reply = detailsReply('pan', { dlXMLFile: PAN.toString(), xml: LICENCE.toString() })
    expect((await documentOf(reply, 'pan')).document).toMatchObject({
      kind: 'fields',
      fields: { number: 'ZZZPN0000Z' },
    })
  })

  it('a licence without XML has no end: unknown, not valid', async () => {
    const { document } = await documentOf(detailsReply('dl'))
    if (document === undefined) throw new Error('no document')
    expect(readDocument(document, { today: '2026-11-20' })).toMatchObject({
      document: {
        evidence: 'provider_asserted',
        remarks: [],
        numberNormalised: 'KA0020120000000',
        facts: { expiresOn: null },
      },
    })
  })

  it.each([
    [{ code: 'PARTIAL', docs_found: [], details: [] }, 'missing not_in_locker'],
    [{ code: 'ALL_FOUND', docs_found: ['pan'], details: [{ doc_type: 'pan' }] }, 'missing not_in_locker'],
    [{ docs_found: ['DL'], details: [] }, 'missing unreadable'],
    [{ docs_found: ['dl'] }, 'missing unreadable'],
    [{ details: [{ doc_type: ' DL ', dl: 'KA00', name: 'A' }] }, 'documents'],
    [{ code: 'ALL_FOUND' }, 'bad_response'],
    [null, 'bad_response'],
  ])('looks at what came, not at the code: %j', async (result, gives) => {
    const { outcome } = await documentOf({ body: { status: 'success', statusCode: '200', result } })
    expect(told(outcome)).toBe(gives)
  })

  it.each([
    [
      'a code, in whatever place',
      { status: 'failure', result: { error: { code: 'ER_AADHAAR_NOT_LINKED' } } },
    ],
    ['a code as text', { status: 'failure', error: 'ER_AADHAAR_NOT_LINKED' }],
    ['errorCode', { status: 'failure', errorCode: 'ER_AADHAAR_NOT_LINKED' }],
    ['an upstream word', { status: 'failure', message: 'aadhaar_not_linked' }],
  ])('reads %s before any status', async (_, body) => {
    for (const status of [200, 400, 401, 422, 500, 504]) {
      const { collect, called } = await play(HYPERVERGE, { eAadhaarDetails: { status, body } })
      if (status === 401 && 'message' in body) continue
      expect(told(await collect(['aadhaar']))).toBe('missing not_linked')
      expect(called()).toHaveLength(1)
    }
  })

  it('trusts the worse of two statuses, a string or a number', async () => {
    for (const statusCode of ['503', 503]) {
      const body = { ...sample('hyperverge/eAadhaarDetails.json'), statusCode }
      const { collect } = await play(HYPERVERGE, { eAadhaarDetails: { body } })
      expect(failure(await collect(['aadhaar']))).toBe('vendor_unavailable')
    }
    const body = sample('hyperverge/eAadhaarDetails.json')
    const worse = await play(HYPERVERGE, { eAadhaarDetails: { status: 500, body } })
    expect(failure(await worse.collect(['aadhaar']))).toBe('vendor_unavailable')
    const number = await play(HYPERVERGE, { eAadhaarDetails: { body: { ...body, statusCode: 200 } } })
    expect(told(await number.collect(['aadhaar']))).toBe('documents')
  })

  it('tells the two kinds of 401 apart, and a third from both', async () => {
    const pair = await play(HYPERVERGE, { eAadhaarDetails: problem(401, 'Missing/Invalid credentials') })
    await pair.collect(['aadhaar'])
    await pair.collect(['aadhaar'])
    expect(pair.called()).toHaveLength(1)
    const ended = await play(HYPERVERGE, { eAadhaarDetails: problem(401, { code: 'ER_EXPIRED_TOKEN' }) })
    await ended.collect(['aadhaar'])
    expect(failure(await ended.collect(['aadhaar']))).toBe('session_ended')
    expect(ended.called()).toHaveLength(2)
    const other = await play(HYPERVERGE, { eAadhaarDetails: problem(401, { code: 'ER_SOMETHING_NEW' }) })
    await other.collect(['aadhaar'])
    expect(failure(await other.collect(['aadhaar']))).toBe('vendor_misconfigured')
    expect(other.called()).toHaveLength(2)
  })

  it('hands on what came before somebody turned out to be under age', async () => {
    const { collect } = await play(HYPERVERGE, { docDetails: problem(422, { code: 'ER_MINOR_ACCOUNT' }) })
    expect(await collect()).toMatchObject({
      documents: [{ type: 'aadhaar' }],
      missing: [
        { type: 'pan', reason: 'minor' },
        { type: 'driving_licence', reason: 'minor' },
      ],
    })
  })

  it.each(['ER_MINOR_ACCOUNT', 'ER_DIGILOCKER_MINOR_ACCOUNT', 'MINOR_ACCOUNT'])(
    'says who is under age: %s',
    async (code) => {
      for (const status of [400, 422]) {
        const reply = problem(status, { code, message: 'x' })
        const { collect, called } = await play(HYPERVERGE, { eAadhaarDetails: reply })
        expect(missing(await collect(['aadhaar', 'pan']))).toEqual([
          { type: 'aadhaar', reason: 'minor' },
          { type: 'pan', reason: 'minor' },
        ])
        expect(called()).toEqual(['eAadhaarDetails'])
      }
    },
  )

  it('waits only while no document is shared', async () => {
    const none = problem(422, { code: 'ER_CONSENT_MISSING' })
    const all = await play(HYPERVERGE, { eAadhaarDetails: none, docDetails: none })
    expect(await all.collect()).toEqual({ kind: 'pending', retryAfterMs: 5_000, why: 'consent_missing' })
    const some = await play(HYPERVERGE, { eAadhaarDetails: none })
    expect(await some.collect(['aadhaar', 'pan'])).toMatchObject({
      documents: [{ type: 'pan' }],
      missing: [{ type: 'aadhaar', reason: 'not_shared' }],
    })
  })

  it('needs the reference of start', async () => {
    const { provider } = await play(HYPERVERGE)
    const session = { ...toSession(HYPERVERGE), sessionRef: null }
    const broken = provider.collect(session, { stage: 'referenced' }, async () => undefined)
    await expect(broken).rejects.toThrow(/state_conflict/)
  })
})

describe('what docDetails misses', () => {
  const PAN_URI = 'in.gov.pan-PANCR-ZZZPN0000Z'
  const noPan = problem(422, { code: 'ER_PAN_DATA_NOT_AVAILABLE' })
  const noData = { body: { status: 'success', statusCode: '200', result: { docs_found: [], details: [] } } }
  const list = { body: sample('hyperverge/issuedDocuments.json') }
  const fetched = { body: sample('hyperverge/fetchDocuments.json') }
  const answer = (result: unknown) => ({ body: { status: 'success', statusCode: '200', result } })
  const missed = { docDetails: noPan, issuedDocuments: list, fetchDocuments: fetched }
  const entry = (more: object = {}, data: object = {}) => ({
    uri: PAN_URI,
    ...more,
    data: { number: 'ZZZPN0000Z', name: 'ASHA EXAMPLE', ...data },
  })

  it.each([
    ['a refusal', noPan],
    ['an empty answer', noData],
  ])('is fetched by the address of the list after %s, on their word alone', async (_, docDetails) => {
    const { collect, stub, called } = await play(HYPERVERGE, { ...missed, docDetails })
    const outcome = await collect(['pan'])
    const [document] = outcome.kind === 'documents' ? outcome.documents : []
    if (document === undefined) throw new Error('no document')
    expect(document).toMatchObject({
      kind: 'fields',
      fields: { name: 'ASHA EXAMPLE', number: 'ZZZPN0000Z', birthDate: '31-01-1990' },
    })
    expect(readDocument(document, { today: '2026-11-20' })).toMatchObject({
      document: { evidence: 'provider_asserted', remarks: [], numberNormalised: 'ZZZPN0000Z' },
    })
    expect(called()).toEqual(['docDetails', 'issuedDocuments', 'fetchDocuments'])
    expect(stub.seen.slice(1).map(({ body }) => body)).toEqual([
      { referenceId: REFERENCE },
      { referenceId: REFERENCE, docs: [{ docId: PAN_URI, file: 'no' }] },
    ])
    for (const { method, headers } of stub.seen) {
      expect(method).toBe('POST')
      expect(headers).toMatchObject({
        appid: 'test-hv-app',
        appkey: 'test-hv-secret',
        transactionid: 'ver-1',
      })
    }
  })

  it('asks for the list once, and only when something is missed', async () => {
    const happy = await play(HYPERVERGE, { issuedDocuments: list })
    await happy.collect()
    expect(happy.called()).not.toContain('issuedDocuments')
    const both = await play(HYPERVERGE, { ...missed, docDetails: noData, issuedDocuments: { status: 500 } })
    expect(told(await both.collect(['pan', 'driving_licence']))).toBe('missing not_in_locker not_in_locker')
    expect(both.called()).toEqual(['docDetails', 'issuedDocuments', 'docDetails'])
  })

  it('never asks for what was not agreed, whatever is listed', async () => {
    const { collect, stub } = await play(HYPERVERGE, { ...missed, docDetails: noData })
    expect(missing(await collect(['driving_licence']))).toEqual([
      { type: 'driving_licence', reason: 'not_in_locker' },
    ])
    expect(stub.seen.at(-1)?.body).toMatchObject({
      docs: [{ docId: 'in.gov.transport-DRVLC-KA0020120000000', file: 'no' }],
    })
    expect(JSON.stringify(stub.seen)).not.toMatch(/HSCER|PANCR|ADHAR/)
  })

  it.each([
    ['minor', problem(422, { code: 'ER_MINOR_ACCOUNT' })],
    ['issuer_unavailable', problem(503, { code: 'ER_DIGILOCKER_REPO_SERVICE_RESPERROR' })],
    ['unreadable', answer({ docs_found: ['pan'], details: [] })],
  ])('leaves another reason alone: %s', async (reason, docDetails) => {
    const { collect, called } = await play(HYPERVERGE, { ...missed, docDetails })
    expect(told(await collect(['pan']))).toBe(`missing ${reason}`)
    expect(called()).not.toContain('issuedDocuments')
  })

  it.each([
    [[{ uri: PAN_URI, doctype: 'PANCR', type: 'file' }]],
    [{ items: [{ uri: PAN_URI, docType: 'pancd' }] }],
    [{ documents: [null, 7, { uri: 1 }, { uri: PAN_URI, doc_type: 'PANCR' }] }],
  ])('finds it in the list %j', async (result) => {
    const { collect } = await play(HYPERVERGE, { ...missed, issuedDocuments: answer(result) })
    expect(told(await collect(['pan']))).toBe('documents')
  })

  it.each([
    ['names another document', answer({ documents: [{ type: 'HSCER', uri: 'in.gov.cbse-HSCER-1' }] })],
    ['is empty', answer({ documents: [] })],
    ['is no list', answer({ documents: 'PANCR' })],
    ['has entries of another kind', answer([PAN_URI, { PANCR: PAN_URI }, { type: 'PANCR' }, [], null])],
    ['is nothing', answer(null)],
    ['is a page', { body: HTML, headers: { 'content-type': 'text/html' } }],
    ['is refused for its key', problem(401, 'Missing/Invalid credentials')],
    ['is refused for the consent', problem(422, { code: 'ER_CONSENT_MISSING' })],
    ['comes too late', problem(401, { code: 'ER_EXPIRED_TOKEN' })],
    ['does not exist', problem(404, 'Not Found')],
    ['is limited', problem(429, 'Rate limit')],
    ['is down', problem(500, { code: 'ER_SERVER' })],
    ['breaks off', { instead: (response: { destroy(): void }) => response.destroy() }],
  ])('stays missing when the list %s', async (_, issuedDocuments) => {
    const { collect, called } = await play(HYPERVERGE, { ...missed, issuedDocuments })
    expect(missing(await collect(['pan']))).toEqual([{ type: 'pan', reason: 'not_in_locker' }])
    expect(called()).not.toContain('fetchDocuments')
  })

  it.each([
    ['refused', problem(422, { code: 'ER_PAN_DATA_NOT_AVAILABLE' })],
    ['refused for its key', problem(401, 'Missing/Invalid credentials')],
    ['refused in itself', problem(400, { code: 'ER_VALIDATION', message: PAN_URI })],
    ['answered with a fault', problem(500, { code: 'ER_SERVER' })],
    ['answered with a page', { body: HTML }],
    ['answered with nothing', answer([])],
    ['answered in another shape', answer({ uri: PAN_URI, data: { number: 'ZZZPN0000Z' } })],
    ['answered without a number', answer([entry({}, { number: '' })])],
    ['answered without a name', answer([entry({}, { name: null })])],
    ['answered with another document', answer([entry({ uri: 'in.gov.pan-PANCR-ZZZPN0001Z' })])],
    ['answered without an address', answer([entry({ uri: undefined })])],
    ['answered with more than was asked for', answer([entry(), entry({ uri: 'in.gov.cbse-HSCER-1' })])],
  ])('stays missing when the fetch is %s', async (_, fetchDocuments) => {
    const { collect, called } = await play(HYPERVERGE, { ...missed, fetchDocuments })
    expect(missing(await collect(['pan']))).toEqual([{ type: 'pan', reason: 'not_in_locker' }])
    expect(called().filter((name) => name === 'fetchDocuments')).toHaveLength(1)
  })

  it('is no reason to stop asking: bad answers do not count against the connection', async () => {
    for (const trouble of [
      problem(401, 'Missing/Invalid credentials'),
      problem(500, { code: 'ER_SERVER' }),
      { body: HTML },
    ]) {
      const { collect, called } = await play(HYPERVERGE, { ...missed, issuedDocuments: trouble })
      for (let time = 0; time < 6; time++) await collect(['pan'])
      expect(told(await collect(['aadhaar']))).toBe('documents')
      expect(called().filter((name) => name === 'issuedDocuments')).toHaveLength(6)
    }
  })

  it('puts nothing of the list into a log, an error or the outcome', async () => {
    for (const changes of [
      missed,
      { ...missed, issuedDocuments: problem(400, { code: 'X', message: JSON.stringify(list.body) }) },
      { ...missed, fetchDocuments: problem(400, { code: 'X', message: JSON.stringify(list.body) }) },
    ]) {
      const { collect, logs } = await play(HYPERVERGE, changes)
      const outcome = await collect(['pan'])
      const raw = outcome.kind === 'documents' ? outcome.documents.map(({ raw }) => Buffer.from(raw)) : []
      expect(JSON.stringify(outcome) + raw.join()).not.toMatch(/HSCER|DRVLC|ADHAR/)
      expect(JSON.stringify(logs)).not.toMatch(/HSCER|DRVLC|ADHAR|PANCR|ZZZPN/)
    }
  })

  it('names call and status alone in its faults', async () => {
    const text = JSON.stringify(list.body)
    const stub = await startVendor(() => problem(400, { code: 'X', message: text }))
    const connection = {
      ...{ id: 'hv', vendor: 'hyperverge', displayName: 'x', sandbox: true, allowedHosts: [], authUrl: null },
      ...{ baseUrl: new URL(stub.origin), credentials: HYPERVERGE.credentials },
    } satisfies Connection
    const http = createHttpClient(connection, { production: false, allowedLoopbackOrigins: [stub.origin] })
    const api = hypervergeApi(connection, http)
    const journey = { verificationId: 'ver-1', ref: REFERENCE }
    for (const call of [
      () => api.issuedDocuments(journey, ['pan']),
      () => api.fetchDocuments(journey, 'pan', PAN_URI),
    ]) {
      const error = await call().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'provider_refused_request', httpStatus: 400, breaker: 'none' })
      expect(serialise(error)).not.toMatch(/HSCER|DRVLC|PANCR|ZZZPN|ver-1|test-hv/)
    }
    await http.close()
    await stub.close()
  })
})

describe('webhook', () => {
  const deliver = async (body: unknown, pathToken: string | null = PATH_TOKEN): Promise<WebhookReading> => {
    const { provider } = await play(HYPERVERGE)
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    if (provider.readWebhook === undefined) throw new Error('no webhook')
    return provider.readWebhook({ headers: new Map(), body: bytes, pathToken, now: NOW })
  }

  it('does not exist without a token of its own', async () => {
    const { webhookPathToken: _, ...credentials } = HYPERVERGE.credentials
    const { provider } = await play({ ...HYPERVERGE, credentials })
    expect(provider.readWebhook).toBeUndefined()
  })

  it.each([null, '', 'x', `${PATH_TOKEN}x`, PATH_TOKEN.slice(1), PATH_TOKEN.toUpperCase()])(
    'is refused behind the address %j',
    async (pathToken) => {
      expect(await deliver({ referenceId: REFERENCE }, pathToken)).toEqual({
        kind: 'refused',
        why: 'signature',
      })
    },
  )

  it.each(['referenceId', 'reference_id', 'transactionId', 'transactionID'])(
    'finds our reference under %s',
    async (name) => {
      const body = { [name]: REFERENCE, name: 'ASHA', status: 'success' }
      expect(await deliver(body)).toEqual({
        kind: 'event',
        deliveryId: sha256(JSON.stringify(body)),
        reference: REFERENCE,
        event: 'finished',
      })
    },
  )

  it('takes the first name that holds a reference of ours', async () => {
    const body = { referenceId: 'theirs', transactionId: REFERENCE }
    expect(await deliver(body)).toMatchObject({ reference: REFERENCE })
  })

  it.each([
    [{ status: 'denied' }, 'refused'],
    [{ event: 'USER_CANCELLED' }, 'refused'],
    [{ status: 'failure' }, 'refused'],
    [{ status: 'success', event: 'consent_granted' }, 'finished'],
    [{ status: { a: 'denied' } }, 'finished'],
    [{}, 'finished'],
  ])('reads %j as %s', async (words, event) => {
    expect(await deliver({ referenceId: REFERENCE, ...words })).toMatchObject({ kind: 'event', event })
  })

  it.each([
    {},
    { referenceId: 7 },
    { referenceId: ['x'] },
    { referenceId: 'too short' },
    { referenceId: '0190a6e0-0000-7000-8000-000000000001' },
    { referenceId: `${REFERENCE}'--` },
    { data: { referenceId: REFERENCE } },
  ])('ignores %j', async (body) => {
    expect(await deliver(body)).toEqual({ kind: 'ignored', deliveryId: sha256(JSON.stringify(body)) })
  })

  it.each(['', '[]', 'null', '"x"', '{"a":', HTML, `{"referenceId":"${'x'.repeat(70_000)}"}`])(
    'refuses a body that is no small object',
    async (body) => {
      expect(await deliver(body)).toEqual({ kind: 'refused', why: 'shape' })
    },
  )
})

describe('updateCredentials', () => {
  const PAIR = { clientId: 'FAKE-DL-CLIENT', clientSecret: 'fake-dl-secret-for-tests' }
  const stored = (clientId: string) => ({
    body: { status: 'success', statusCode: '200', result: { DigiLocker: { ...PAIR, clientId } } },
  })

  async function update(reply: ReturnType<typeof problem>, pair = PAIR) {
    const stub = await startVendor(() => reply)
    const connection = {
      ...{ id: 'hv', vendor: 'hyperverge', displayName: 'x', sandbox: true, allowedHosts: [], authUrl: null },
      ...{ baseUrl: new URL(stub.origin), credentials: HYPERVERGE.credentials },
    } satisfies Connection
    const logs: unknown[] = []
    const http = createHttpClient(connection, {
      production: false,
      allowedLoopbackOrigins: [stub.origin],
      log: (fields) => logs.push(fields),
      limits: { backoffMs: 1 },
    })
    const outcome = await updateCredentials(connection, http, pair).catch((error: unknown) => error)
    await http.close()
    await stub.close()
    return { outcome, stub, told: serialise(outcome) + JSON.stringify(logs) }
  }

  it('sends the pair once and answers the id alone', async () => {
    const { outcome, stub } = await update(stored(PAIR.clientId))
    expect(outcome).toEqual({ clientId: PAIR.clientId })
    expect(stub.seen).toHaveLength(1)
    expect(stub.seen[0]).toMatchObject({
      method: 'POST',
      path: '/api/digilocker/updateCredentials',
      body: PAIR,
      headers: { appid: 'test-hv-app', appkey: 'test-hv-secret' },
    })
    expect(stub.seen[0]?.headerNames).not.toContain('transactionId')
  })

  it.each([
    ['another id', stored('OTHER'), 'provider_bad_response', 'client_id_differs', 1],
    ['no id', { body: { status: 'success', result: {} } }, 'provider_bad_response', 'shape:DigiLocker', 1],
    [
      'refused keys of ours',
      problem(401, 'Missing/Invalid credentials'),
      'provider_unauthorized',
      'credentials_refused',
      1,
    ],
    ['a refused pair', problem(404, 'Not Found'), 'provider_refused_request', 'digilocker_pair_refused', 1],
    [
      'a refused pair inside 200',
      { body: { status: 'failure', statusCode: '404', error: 'Not Found' } },
      'provider_refused_request',
      'digilocker_pair_refused',
      1,
    ],
    [
      'trouble of theirs, once more',
      problem(500, 'Internal Server Error'),
      'provider_unavailable',
      'server_error',
      2,
    ],
    [
      'an echo in an error',
      problem(400, { code: 'X', message: JSON.stringify(PAIR) }),
      'provider_refused_request',
      'request_refused',
      1,
    ],
  ])('knows %s, and never repeats the secret', async (_, reply, code, why, times) => {
    const { outcome, stub, told: text } = await update(reply)
    expect(outcome).toMatchObject({ code, why })
    expect(stub.seen).toHaveLength(times)
    expect(text).not.toContain(PAIR.clientSecret)
    expect(text).not.toContain('test-hv-secret')
  })

  it.each(['', 'with space', 'line\nbreak', 'ключ', 'x'.repeat(513)])(
    'sends no secret like %j',
    async (clientSecret) => {
      const { outcome, stub, told: text } = await update(stored(PAIR.clientId), { ...PAIR, clientSecret })
      expect(outcome).toMatchObject({ code: 'bad_request' })
      expect(stub.seen).toHaveLength(0)
      if (clientSecret !== '') expect(text).not.toContain(clientSecret)
    },
  )
})
