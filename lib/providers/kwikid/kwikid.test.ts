import { describe, expect, it } from 'vitest'
import { ACCESS_TOKEN, KWIKID } from '../testing/case-kwikid'
import { failure, missing, play, serialise, startFault, startWith, told } from '../testing/play'
import { AADHAAR, ALL, HANDLE, HTML, NOW, PAN, RETURN_URL, sample } from '../testing/vendor-case'

describe('kwikid', () => {
  it('sends every documented field', async () => {
    const { provider, collect, stub } = await play(KWIKID)
    await startWith(provider)
    await collect()
    expect(stub.seen.map(({ path, body }) => [path.split('/').at(-1), body])).toEqual([
      ['init', { handshake_id: HANDLE, callback_url: RETURN_URL }],
      ['get_issued_files', {}],
      ['get_aadhaar_xml', {}],
      ['get_document_xml', {}],
      ['get_document_xml', {}],
    ])
  })

  it('sends no query in the return address and hands the link on as it came', async () => {
    const { provider, stub } = await play(KWIKID)
    const started = await provider.start({
      verificationId: 'ver-1',
      returnUrl: new URL(`${RETURN_URL}?a=b#c`),
      state: 'state',
      documents: ALL,
      purpose: 'x',
    })
    expect(stub.seen[0]?.body).toEqual({ handshake_id: HANDLE, callback_url: RETURN_URL })
    expect(started.authorizationUrl).toBe(sample('kwikid/init.json').redirection_url)
    expect(started.sessionRef).toBe(HANDLE)
  })

  it('never says where the link would have led', async () => {
    const body = { redirection_url: 'https://evil.example/redirect?authorization=QmVhcmVyIHNlY3JldA==' }
    const { provider, logs } = await play(KWIKID, { init: { body } })
    expect(serialise(await startFault(provider)) + JSON.stringify(logs)).not.toMatch(/evil|QmVhcmVy/)
  })

  it('keeps the token before it reads anything', async () => {
    const { collect, kept, called } = await play(KWIKID)
    await collect(['aadhaar'])
    expect(kept).toEqual([{ access: ACCESS_TOKEN, expiresAt: new Date(NOW.getTime() + 50 * 60_000) }])
    expect(called()).toEqual(['get_aadhaar_xml'])
  })

  it('closes the door for everybody only when its own bearer is refused', async () => {
    const dead = { status: 401, body: { detail: {}, message: 'Unauthorized' } }
    const reads = await play(KWIKID, { get_aadhaar_xml: dead, get_issued_files: dead })
    for (let i = 0; i < 3; i += 1) expect(failure(await reads.collect())).toBe('session_ended')
    expect(reads.called()).toHaveLength(3)
    const noBearer = { status: 400, body: { error: 'Authorization token is required' } }
    const rude = await play(KWIKID, { get_aadhaar_xml: noBearer })
    for (let i = 0; i < 3; i += 1)
      expect(failure(await rude.collect(['aadhaar']))).toBe('vendor_misconfigured')
    expect(rude.called()).toHaveLength(3)
    const start = await play(KWIKID, { init: dead })
    for (let i = 0; i < 3; i += 1) await startFault(start.provider)
    expect(start.called()).toHaveLength(1)
  })

  it('repeats a fault once and no more', async () => {
    const { collect, called } = await play(KWIKID, { get_aadhaar_xml: { status: 500, body: { error: 'x' } } })
    expect(failure(await collect(['aadhaar']))).toBe('vendor_unavailable')
    expect(called()).toHaveLength(2)
  })

  it.each([
    ['a body that explains', { message: 'Your data has expired' }],
    ['text in its place', { aadhaar_xml: 'Please refresh your Aadhaar' }],
    ['nothing', { aadhaar_xml: '' }],
    ['null', { aadhaar_xml: null }],
    ['an object', { aadhaar_xml: { next: 'renew' } }],
    ['an HTML page', { aadhaar_xml: HTML }],
    ['XML without a person', { aadhaar_xml: '<KycRes ret="N"/>' }],
  ])('takes a 200 with %s for an Aadhaar that must be renewed', async (_, body) => {
    const { collect, called } = await play(KWIKID, { get_aadhaar_xml: { body } })
    expect(missing(await collect(['aadhaar']))).toEqual([{ type: 'aadhaar', reason: 'renewal_needed' }])
    expect(called()).toHaveLength(1)
  })

  it('accepts XML behind blanks', async () => {
    const body = { aadhaar_xml: `\n  ${AADHAAR.toString()}` }
    const { collect } = await play(KWIKID, { get_aadhaar_xml: { body } })
    expect(await collect(['aadhaar'])).toMatchObject({ documents: [{ type: 'aadhaar', kind: 'xml' }] })
  })

  it.each([{ document_xml: 'text' }, { document_xml: null }, { document_xml: HTML }, { error: 'x' }, {}])(
    'calls a document unreadable when 200 brings %j',
    async (body) => {
      const { collect } = await play(KWIKID, { get_document_xml: { body } })
      expect(missing(await collect(['pan']))).toEqual([{ type: 'pan', reason: 'unreadable' }])
    },
  )

  it.each([
    'in.gov.pan-PANCR-ZZZPN0000Z\r\nX-Injected: 1',
    'in.gov.pan-PANCR-ज़',
    ' in.gov.pan-PANCR',
    'x'.repeat(5000),
  ])('does not put %j into a header', async (uri) => {
    const body = sample('kwikid/get_issued_files.json')
    body.issued_files.items[2].uri = uri
    const { collect, called } = await play(KWIKID, { get_issued_files: { body } })
    expect(missing(await collect(['pan']))).toEqual([{ type: 'pan', reason: 'unreadable' }])
    expect(called()).toEqual(['get_issued_files'])
  })

  it('refuses a token that cannot be a header, without any call', async () => {
    for (const code of ['', 'a\r\nb', 'tökén', ' t', 'x'.repeat(5000)]) {
      const { collect, called, kept } = await play(KWIKID)
      const outcome = await collect(['aadhaar'], { stage: 'returned', code, verifier: null })
      expect(failure(outcome)).toBe('exchange_refused')
      expect([called(), kept]).toEqual([[], []])
    }
  })

  it('leaves a document without XML alone: there is no PDF call', async () => {
    const body = sample('kwikid/get_issued_files.json')
    body.issued_files.items[2].mime = ['application/pdf']
    const { collect, called } = await play(KWIKID, { get_issued_files: { body } })
    expect(told(await collect(['pan']))).toBe('missing unreadable')
    expect(called()).toEqual(['get_issued_files'])
    body.issued_files.items[2].mime = 'application/pdf'
    const older = await play(KWIKID, { get_issued_files: { body } })
    expect(await older.collect(['pan'])).toMatchObject({ documents: [{ type: 'pan', raw: PAN }] })
  })

  it('reads the Aadhaar also when the list does not come', async () => {
    const { collect, called } = await play(KWIKID, { get_issued_files: { status: 500 } })
    expect(await collect()).toMatchObject({
      documents: [{ type: 'aadhaar' }],
      missing: [
        { type: 'pan', reason: 'issuer_unavailable' },
        { type: 'driving_licence', reason: 'issuer_unavailable' },
      ],
    })
    expect(called()).toEqual(['get_issued_files', 'get_issued_files', 'get_aadhaar_xml'])
  })

  const shared = (code: string, state: string | null = null) => ({
    kind: 'shared',
    code,
    verifier: null,
    state,
  })
  const refused = (reason: 'denied' | 'failed') => ({ kind: 'refused', reason, state: null })
  it.each([
    [{ dl_token: 'a', access_token: 'b' }, shared('a')],
    [{ token: 'd', AccessToken: 'c', accessToken: 'b', access_token: 'a' }, shared('a')],
    [{ token: 'd', AccessToken: 'c', accessToken: 'b' }, shared('b')],
    [{ token: 'd', AccessToken: 'c' }, shared('c')],
    [{ token: 'd' }, shared('d')],
    [{ token: 'd', status: 'success', success: 'true', handshake_id: 'h' }, shared('d', 'h')],
    [{ token: 'd', error: 'false' }, shared('d')],
    [{ token: 'd', handshake_id: '' }, shared('d', '')],
    [{ token: 'd', error: 'access_denied' }, refused('denied')],
    [{ token: 'd', status: 'failed' }, refused('failed')],
    [{ token: 'd', success: 'false' }, refused('failed')],
    [{ status: '401' }, refused('failed')],
    [{ success: 'false', message: 'User cancelled <script>' }, refused('denied')],
    [{ error: 'x', error_description: 'consent denied' }, refused('denied')],
    [{ code: 'oauth-code' }, { kind: 'unclear', state: null }],
    [{ dl_token: 'a\r\nb' }, { kind: 'unclear', state: null }],
    [{ status: 'success' }, { kind: 'unclear', state: null }],
    [{}, { kind: 'unclear', state: null }],
  ])('reads the return %j', async (query, expected) => {
    const { provider } = await play(KWIKID)
    expect(provider.readReturn(new Map(Object.entries(query)))).toEqual(expected)
  })
})
