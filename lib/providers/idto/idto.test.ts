import { describe, expect, it } from 'vitest'
import { IDTO, REFERENCE } from '../testing/case-idto'
import { failure, missing, play, startFault, startWith } from '../testing/play'
import { CODE, HANDLE, LICENCE, PAN, PDF, PURPOSE, STATE, sample, VERIFIER } from '../testing/vendor-case'

describe('idto', () => {
  const verdict = (code: unknown, status = 200) => ({
    status,
    body: { status: 'error', code, message: 'text' },
  })

  it('sends every documented field', async () => {
    const { provider, collect, stub } = await play(IDTO)
    await startWith(provider)
    await collect(['aadhaar', 'pan', 'driving_licence'])
    const bodies = Object.fromEntries(stub.seen.map(({ path, body }) => [path, body]))
    expect(bodies['/verify/digilocker/initiate_session']).toEqual({
      user_id: expect.stringMatching(/^jrny_[0-9a-f]{32}$/),
      consent: true,
      consent_purpose: PURPOSE,
      redirect_url: `https://app.example.test/api/kyc/x/callback/${HANDLE}`,
      redirect_to_signup: false,
      documents_for_consent: ['ADHAR', 'PANCR', 'DRVLC'],
      state: STATE,
    })
    expect(bodies['/verify/digilocker/get_reference']).toEqual({ code: CODE, code_verifier: VERIFIER })
    expect(bodies['/verify/digilocker/user_details']).toEqual({ reference_key: REFERENCE })
    expect(bodies['/verify/digilocker/issued_docs']).toEqual({ reference_key: REFERENCE })
    expect(bodies['/verify/digilocker/fetch_aadhaar']).toEqual({ reference_key: REFERENCE })
    expect(stub.seen.filter(({ path }) => path.endsWith('_xml')).map(({ body }) => body)).toEqual([
      { reference_key: REFERENCE, uri: 'in.gov.pan-PANCR-ZZZPN0000Z' },
      { reference_key: REFERENCE, uri: 'in.gov.transport-DRVLC-KA0020120000000' },
    ])
    const accepts = Object.fromEntries(
      stub.seen.map(({ path, headers }) => [path.split('/').at(-1), headers.accept]),
    )
    expect(accepts).toMatchObject({ user_details: 'application/json', fetch_aadhaar: 'application/xml' })
    expect(accepts).toMatchObject({ get_issued_docs_xml: 'application/xml' })
  })

  it.each(['url', 'auth_url'])('finds the link under %s, also inside result or data', async (name) => {
    const link = 'https://digilocker.idto.ai/digilocker?client_id=x'
    for (const body of [{ [name]: link }, { result: { [name]: link } }, { data: { [name]: link } }]) {
      const { provider } = await play(IDTO, { initiate_session: { body } })
      expect((await startWith(provider)).authorizationUrl).toBe(link)
    }
  })

  it.each([3001, '3001', 3002])('reports code %s at the start as our fault', async (code) => {
    for (const status of [200, 400]) {
      const { provider, called } = await play(IDTO, { initiate_session: verdict(code, status) })
      expect((await startFault(provider)).code).toBe('provider_refused_request')
      expect(called()).toHaveLength(1)
    }
  })

  it.each([
    [2005, 'not_shared'],
    [2007, 'not_in_locker'],
    ['2007', 'not_in_locker'],
    [2009, 'issuer_unavailable'],
  ])('reads code %s before any status', async (code, reason) => {
    for (const status of [200, 400, 401, 404, 500]) {
      const { collect, called } = await play(IDTO, { fetch_aadhaar: verdict(code, status) })
      expect(missing(await collect(['aadhaar']))).toEqual([{ type: 'aadhaar', reason }])
      expect(called().filter((name) => name === 'fetch_aadhaar')).toHaveLength(code === 2009 ? 3 : 1)
    }
  })

  it('finds the code in every place that was seen', async () => {
    const bodies = [
      { error_code: 2007 },
      { detail: { code: 2007 } },
      { detail: { error_code: '2007', message: 'x' } },
    ]
    for (const body of bodies) {
      const { collect } = await play(IDTO, { fetch_aadhaar: { status: 400, body } })
      expect(missing(await collect(['aadhaar']))).toEqual([{ type: 'aadhaar', reason: 'not_in_locker' }])
    }
  })

  it('searches four objects deep, and no body is too deep to be answered', async () => {
    const nested = (levels: number) => `${'{"detail":'.repeat(levels)}"code 2007"${'}'.repeat(levels)}`
    const coded = (levels: number) => nested(levels).replace('"code 2007"', '{"code":2007}')
    const reasonOf = async (text: string) => {
      const { collect } = await play(IDTO, { fetch_aadhaar: { status: 400, body: text } })
      return missing(await collect(['aadhaar', 'pan']))
    }
    expect(await reasonOf(coded(3))).toEqual([{ type: 'aadhaar', reason: 'not_in_locker' }])
    expect(await reasonOf(coded(4))).not.toEqual([{ type: 'aadhaar', reason: 'not_in_locker' }])
    const { collect } = await play(IDTO, { get_reference: { status: 500, body: nested(90_000) } })
    expect(failure(await collect())).toBe('exchange_interrupted')
  })

  it('ends at code 2010 and at a refused consent', async () => {
    for (const name of ['get_reference', 'user_details', 'fetch_aadhaar', 'issued_docs']) {
      const { collect } = await play(IDTO, { [name]: verdict(2010, 400) })
      expect(failure(await collect(['aadhaar', 'pan']))).toBe('session_ended')
    }
    const { collect } = await play(IDTO, { user_details: verdict(2005) })
    expect(failure(await collect())).toBe('consent_refused')
  })

  it.each([400, 404])('calls a %i on the exchange a refusal', async (status) => {
    const { collect } = await play(IDTO, { get_reference: { status, body: { detail: 'Invalid code' } } })
    expect(failure(await collect())).toBe('exchange_refused')
  })

  it('accepts the key at top level, in result and in data, and never the account’s own', async () => {
    const key = { reference_key: REFERENCE }
    for (const body of [key, { result: key }, { status: 'success', data: { ...key, expires_at: null } }]) {
      const { collect, kept } = await play(IDTO, { get_reference: { body } })
      await collect(['aadhaar'])
      expect(kept[0]?.access).toBe(REFERENCE)
    }
    const { collect } = await play(IDTO, { get_reference: { body: { user: { reference_key: 'not ours' } } } })
    expect(failure(await collect())).toBe('bad_response')
  })

  it.each([
    ['2026-11-20T06:30:00.000000', '2026-11-20T06:30:00.000Z'],
    ['2026-11-20 06:30:00', '2026-11-20T06:30:00.000Z'],
    ['2026-11-20T12:00:00+05:30', '2026-11-20T06:30:00.000Z'],
    ['2026-11-20T09:00:00', '2026-11-20T06:55:00.000Z'],
    ['soon', '2026-11-20T06:55:00.000Z'],
  ])('reads expires_at %s as %s', async (text, expected) => {
    const { collect, kept } = await play(IDTO, {
      get_reference: { body: { reference_key: 'k', expires_at: text } },
    })
    await collect(['aadhaar'])
    expect(kept[0]?.expiresAt.toISOString()).toBe(expected)
  })

  it.each(['xml', 'data', 'result'])('unwraps XML from JSON under %s', async (name) => {
    const { collect } = await play(IDTO, { fetch_aadhaar: { body: { [name]: '  <KycRes ret="Y"/>' } } })
    const outcome = await collect(['aadhaar'])
    expect(outcome).toMatchObject({ documents: [{ kind: 'xml', mediaType: 'application/xml' }] })
  })

  it('takes a raw upstream 404 for an unreadable Aadhaar', async () => {
    const detail =
      '404 Client Error: Not Found for url: https://upstream.example/public/oauth2/1/xml/eaadhaar'
    for (const status of [404, 500]) {
      const { collect, called } = await play(IDTO, { fetch_aadhaar: { status, body: { detail } } })
      expect(missing(await collect(['aadhaar']))).toEqual([{ type: 'aadhaar', reason: 'unreadable' }])
      expect(called().filter((name) => name === 'fetch_aadhaar')).toHaveLength(1)
    }
  })

  it('reads the PAN through the list, and tries the two PAN routes only when that road is missing', async () => {
    const happy = await play(IDTO)
    await happy.collect(['pan'])
    expect(happy.called()).toEqual(['get_reference', 'user_details', 'issued_docs', 'get_issued_docs_xml'])
    const noRoute = { status: 404, body: { detail: 'Not Found' } }
    const plain = await play(IDTO, { get_issued_docs_xml: noRoute, fetch_pan: { body: PAN } })
    expect(await plain.collect(['pan'])).toMatchObject({ documents: [{ type: 'pan', kind: 'xml' }] })
    const other = await play(IDTO, {
      issued_docs: noRoute,
      fetch_pan: { status: 405 },
      'fetch_pan/xml': { body: PAN },
    })
    expect(await other.collect(['pan'])).toMatchObject({ documents: [{ type: 'pan', kind: 'xml' }] })
    expect(other.called().slice(-2)).toEqual(['fetch_pan', 'fetch_pan/xml'])
    const none = await play(IDTO, { get_issued_docs_xml: noRoute, get_issued_docs: { body: PDF } })
    expect(await none.collect(['pan'])).toMatchObject({ documents: [{ type: 'pan', kind: 'pdf' }] })
  })

  it('takes the PDF where the list offers no XML, and refuses JSON or XML in its place', async () => {
    const list = sample('idto/issued_docs.json')
    list.issued_docs.items[1].mime = ['application/pdf']
    const pdf = await play(IDTO, { issued_docs: { body: list }, get_issued_docs: { body: PDF } })
    expect(await pdf.collect(['driving_licence'])).toMatchObject({ documents: [{ kind: 'pdf' }] })
    expect(pdf.stub.seen.at(-1)).toMatchObject({ headers: { accept: 'application/pdf' } })
    for (const body of [{ pdf: 'JVBERi0=' }, LICENCE]) {
      const { collect } = await play(IDTO, { issued_docs: { body: list }, get_issued_docs: { body } })
      expect(failure(await collect(['driving_licence']))).toBe('bad_response')
    }
  })

  it('tries XML where an older list names one form only, and takes the PDF when there is none', async () => {
    const list = sample('idto/issued_docs.json')
    list.issued_docs.items[0].mime = 'application/pdf'
    const xml = await play(IDTO, { issued_docs: { body: list } })
    expect(await xml.collect(['pan'])).toMatchObject({ documents: [{ kind: 'xml' }] })
    const none = { status: 404, body: { detail: 'document has no such form' } }
    const replies = { issued_docs: { body: list }, get_issued_docs_xml: none, get_issued_docs: { body: PDF } }
    const pdf = await play(IDTO, { ...replies, fetch_pan: none })
    expect(await pdf.collect(['pan'])).toMatchObject({ documents: [{ kind: 'pdf' }] })
  })

  it('sends another PAN code only when the settings name one', async () => {
    const { stub, provider } = await play({ ...IDTO, credentials: { ...IDTO.credentials, panCode: 'PANCD' } })
    await startWith(provider, ['pan'])
    expect(stub.seen[0]?.body).toMatchObject({ documents_for_consent: ['PANCD'] })
  })

  it('lists once more when an address has vanished', async () => {
    const gone = { status: 404, body: { error: 'invalid_uri' } }
    const { collect, called } = await play(IDTO, {
      get_issued_docs_xml: (_, time) => (time === 0 ? gone : { body: PAN }),
    })
    expect(await collect(['pan'])).toMatchObject({ documents: [{ type: 'pan' }] })
    expect(called().slice(2)).toEqual([
      'issued_docs',
      'get_issued_docs_xml',
      'issued_docs',
      'get_issued_docs_xml',
    ])
  })

  it('fails when the profile cannot be read', async () => {
    const { collect } = await play(IDTO, { user_details: { status: 500 } })
    expect(failure(await collect())).toBe('vendor_unavailable')
  })

  it.each([
    [
      { code: 'c', codeVerifier: VERIFIER, state: 's' },
      { kind: 'shared', code: 'c', verifier: VERIFIER, state: 's' },
    ],
    [
      { code: 'c', code_verifier: VERIFIER, codeVerifier: 'x' },
      { kind: 'shared', code: 'c', verifier: VERIFIER, state: null },
    ],
    [
      { code: 'c', code_verifier: VERIFIER.replaceAll('-', '%2D') },
      { kind: 'shared', code: 'c', verifier: VERIFIER, state: null },
    ],
    [
      { code: 'c', code_verifier: 'short%2D' },
      { kind: 'shared', code: 'c', verifier: 'short%2D', state: null },
    ],
    [
      { code: 'c', code_verifier: '%zz%E0' },
      { kind: 'shared', code: 'c', verifier: '%zz%E0', state: null },
    ],
    [
      { error: 'access_denied', error_description: '<b>', state: 's' },
      { kind: 'refused', reason: 'denied', state: 's' },
    ],
    [
      { error: 'server_error', code: 'c' },
      { kind: 'refused', reason: 'failed', state: null },
    ],
    [{ code: 'c' }, { kind: 'unclear', state: null }],
    [
      { code: '', code_verifier: VERIFIER, status: 'success' },
      { kind: 'unclear', state: null },
    ],
    [{}, { kind: 'unclear', state: null }],
  ])('reads the return %j', async (query, expected) => {
    const { provider } = await play(IDTO)
    expect(provider.readReturn(new Map(Object.entries(query)))).toEqual(expected)
  })
})
