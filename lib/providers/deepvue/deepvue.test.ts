import { describe, expect, it } from 'vitest'
import { DEEPVUE, fileReply, JOURNEY } from '../testing/case-deepvue'
import { failure, missing, play, startFault, startWith, toSession } from '../testing/play'
import { ALL, CODE, HANDLE, HTML, PAN, PDF, PURPOSE, sample } from '../testing/vendor-case'

describe('deepvue', () => {
  it('sends every documented field', async () => {
    const { provider, collect, stub } = await play(DEEPVUE)
    await startWith(provider)
    await collect()
    const common = { consent: 'Y', purpose: PURPOSE, initial_deepvue_transaction_id: JOURNEY }
    expect(stub.seen.map(({ path, body }) => [path.split('/').at(-1), body])).toEqual([
      [
        'initiate-session',
        {
          consent: 'Y',
          purpose: PURPOSE,
          redirect_url: `https://app.example.test/api/kyc/x/callback/${HANDLE}`,
          doc_types: ['aadhaar', 'pan', 'dl'],
        },
      ],
      ['access-token', { ...common, digilocker_code: CODE }],
      ['eaadhaar', { ...common, generate_pdf: false }],
      ['issued-files', common],
      ['file', { ...common, uri: 'in.gov.pan-PANCR-ZZZPN0000Z' }],
      ['file', { ...common, uri: 'in.gov.transport-DRVLC-KA0020120000000' }],
    ])
  })

  it('keeps the journey key of the first call apart from the key of each later call', async () => {
    const { collect, kept } = await play(DEEPVUE)
    await collect(['aadhaar'])
    expect(JSON.parse(kept[0]?.access ?? '{}').ref).toBe(JOURNEY)
  })

  it('refuses access that belongs to another session, and a session without a key', async () => {
    const { provider, collect } = await play(DEEPVUE)
    for (const access of ['nonsense', '{"ref":"other","hasAadhaar":true,"profile":{}}']) {
      await expect(collect(ALL, { stage: 'exchanged', access })).rejects.toThrow(/state_conflict/)
    }
    const session = { ...toSession(DEEPVUE), sessionRef: null }
    const broken = provider.collect(
      session,
      { stage: 'returned', code: CODE, verifier: null },
      async () => undefined,
    )
    await expect(broken).rejects.toThrow(/state_conflict/)
  })

  it('gives the parsed Aadhaar in our words', async () => {
    const { collect } = await play(DEEPVUE)
    const outcome = await collect(['aadhaar'])
    expect(outcome).toMatchObject({
      documents: [
        {
          type: 'aadhaar',
          kind: 'fields',
          mediaType: 'application/json',
          fields: {
            name: 'ASHA EXAMPLE',
            birthDate: '31-01-1990',
            gender: 'F',
            number: 'xxxxxxxx0000',
            address: '1, Sample Road, Sample, Sampletown, Sample District, Karnataka, 560000',
            state: 'Karnataka',
            photo: 'BASE64-JPEG',
          },
        },
      ],
    })
  })

  it.each([
    ['no data', { code: 200, sub_code: 'SUCCESS' }, 'not_in_locker'],
    ['null', { code: 200, sub_code: 'SUCCESS', data: null }, 'not_in_locker'],
    ['an empty object', { code: 200, sub_code: 'SUCCESS', data: {} }, 'not_in_locker'],
    [
      'the shape of another product',
      { code: 200, data: { '@entity': 'x', full_name: 'ASHA', address: 'one line' } },
      'unreadable',
    ],
    ['a business failure', { code: 200, sub_code: 'NO_RECORD', message: 'ok', data: null }, 'unreadable'],
    ['a temporary failure', { code: 200, sub_code: 'SOURCE_UNAVAILABLE', data: null }, 'issuer_unavailable'],
    [
      'an upstream word in the message',
      { code: 200, sub_code: 'ERROR', message: 'aadhaar_not_linked' },
      'not_linked',
    ],
  ])('takes %s in a success envelope for what it is', async (_, body, reason) => {
    const { collect } = await play(DEEPVUE, { eaadhaar: { body } })
    expect(missing(await collect(['aadhaar']))).toEqual([{ type: 'aadhaar', reason }])
  })

  it('never branches on the message of a success', async () => {
    const body = { ...sample('deepvue/eaadhaar.json'), message: 'aadhaar_not_linked invalid_token' }
    const { collect } = await play(DEEPVUE, { eaadhaar: { body } })
    expect(missing(await collect(['aadhaar']))).toEqual([])
  })

  it('judges a 200 with an error code inside by that code', async () => {
    const { collect } = await play(DEEPVUE, {
      eaadhaar: { body: { code: 503, detail: 'Source Unavailable' } },
    })
    expect(failure(await collect(['aadhaar']))).toBe('vendor_unavailable')
  })

  it.each([
    ['Inactive client_id', 400, 'vendor_misconfigured', 'provider_forbidden'],
    ['Bad Request', 400, 'exchange_refused', 'provider_refused_request'],
    ['Could not validate credentials', 401, 'vendor_misconfigured', 'provider_unauthorized'],
    ['Not a valid token', 403, 'vendor_misconfigured', 'provider_forbidden'],
    ['Transaction not found', 404, 'session_ended', 'provider_refused_request'],
    ['string does not match pattern', 422, 'exchange_refused', 'provider_refused_request'],
  ])('%s (%i)', async (detail, status, reason, code) => {
    const exchange = await play(DEEPVUE, { 'access-token': { status, body: { detail } } })
    expect(failure(await exchange.collect())).toBe(reason)
    const start = await play(DEEPVUE, { 'initiate-session': { status, body: { detail } } })
    expect((await startFault(start.provider)).code).toBe(code)
  })

  it('restarts when the journey is unknown on a read, and repeats a silent source', async () => {
    const unknown = await play(DEEPVUE, { file: { status: 404, body: { detail: 'unknown' } } })
    expect(failure(await unknown.collect(['pan']))).toBe('session_ended')
    const { collect, called } = await play(DEEPVUE, {
      eaadhaar: (_, time) =>
        time < 2
          ? { status: 503, body: { detail: 'Source Unavailable' } }
          : { body: sample('deepvue/eaadhaar.json') },
    })
    expect(missing(await collect(['aadhaar']))).toEqual([])
    expect(called().filter((name) => name === 'eaadhaar')).toHaveLength(3)
  })

  it('accepts a list under items and a mime of any shape', async () => {
    const { data } = sample('deepvue/issued-files.json')
    const { collect } = await play(DEEPVUE, {
      'issued-files': { body: { code: 200, data: { items: data } } },
    })
    expect(await collect(['pan'])).toMatchObject({ documents: [{ type: 'pan' }] })
  })

  it.each([
    ['XML text', PAN.toString(), 'xml'],
    ['XML text after a space', ` ${PAN.toString()}`, 'xml'],
    ['base64 of XML', PAN.toString('base64'), 'xml'],
    ['base64 in lines', PAN.toString('base64').replace(/.{76}/g, '$&\r\n'), 'xml'],
    ['base64 of a PDF', PDF.toString('base64'), 'pdf'],
  ])('recognises %s in one string', async (_, data, kind) => {
    const { collect } = await play(DEEPVUE, { file: fileReply(data) })
    expect(await collect(['pan'])).toMatchObject({ documents: [{ type: 'pan', kind }] })
  })

  it.each([
    ['a link', 'https://files.example/secret'],
    ['plain text', 'hello'],
    ['an HTML page', HTML],
    ['base64 of something else', Buffer.from('hello hello').toString('base64')],
    ['nothing', ''],
    ['an object', { xml: '<a/>' }],
    ['a PDF above 10 MB', Buffer.concat([PDF, Buffer.alloc(10 * 1024 * 1024)]).toString('base64')],
  ])('refuses %s in its place', async (_, data) => {
    const { collect, called, stub } = await play(DEEPVUE, { file: fileReply(data) })
    expect(failure(await collect(['pan']))).toBe('bad_response')
    expect(called().filter((name) => name === 'file')).toHaveLength(1)
    expect(stub.seen).toHaveLength(3)
  })

  it('does not trust a profile field of another type', async () => {
    const { collect } = await play(DEEPVUE, {
      'access-token': { body: { code: 200, data: { name: 7, expires_in: 'soon', eaadhaar: null } } },
    })
    expect(await collect(['aadhaar'])).toMatchObject({ kind: 'documents', profile: { name: null } })
  })

  it.each([
    [
      { code: 'c', state: 's' },
      { kind: 'shared', code: 'c', verifier: null, state: 's' },
    ],
    [
      { digilocker_code: 'c', transaction_id: 't' },
      { kind: 'shared', code: 'c', verifier: null, state: 't' },
    ],
    [
      { authorization_code: 'c', txn_id: 't' },
      { kind: 'shared', code: 'c', verifier: null, state: 't' },
    ],
    [
      { code: 'c', status: 'SUCCESS' },
      { kind: 'shared', code: 'c', verifier: null, state: null },
    ],
    [
      { code: 'c', status: 'failed' },
      { kind: 'refused', reason: 'failed', state: null },
    ],
    [
      { error: 'access_denied', state: 's' },
      { kind: 'refused', reason: 'denied', state: 's' },
    ],
    [{ error_code: 'USER_CANCELLED' }, { kind: 'refused', reason: 'denied', state: null }],
    [{ status: 'success' }, { kind: 'unclear', state: null }],
    [{ initial_deepvue_transaction_id: 't' }, { kind: 'unclear', state: 't' }],
    [{}, { kind: 'unclear', state: null }],
  ])('reads the return %j', async (query, expected) => {
    const { provider } = await play(DEEPVUE)
    expect(provider.readReturn(new Map(Object.entries(query)))).toEqual(expected)
  })
})
