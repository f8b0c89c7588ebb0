import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { createProvider } from '../index'
import { DIDIT, WEBHOOK_SECRET } from '../testing/case-didit'
import type { Connection, WebhookReading } from '../types'

const SESSION = '00000000-0000-4000-8000-000000000001'
const INSIDE = new Date(1767225660_000)
const OUTSIDE = new Date(1767229200_000)
const EVENT: WebhookReading = {
  kind: 'event',
  deliveryId: 'evt-test-0001',
  reference: SESSION,
  event: 'finished',
}

interface Setup {
  scheme?: 'v2' | 'raw'
  secrets?: Readonly<Record<string, string>>
  sandbox?: boolean
  now?: Date
}

/** What a connection makes of `body` with these headers; by default a live one with the secret of the vectors. */
function read(body: string, headers: Readonly<Record<string, string>>, setup: Setup = {}): WebhookReading {
  const { scheme = 'v2', secrets = { webhookSecret: WEBHOOK_SECRET }, sandbox = false, now = INSIDE } = setup
  const { apiKey = '', workflowId = '' } = DIDIT.credentials
  const connection: Connection = {
    id: 'didit',
    vendor: 'didit',
    displayName: 'Didit',
    baseUrl: new URL('https://verification.didit.me'),
    authUrl: null,
    credentials: { apiKey, workflowId, ...secrets, webhookScheme: scheme },
    sandbox,
    allowedHosts: [],
  }
  const provider = createProvider(connection, { production: false, allowedLoopbackOrigins: [] })
  const delivery = {
    headers: new Map(Object.entries(headers)),
    body: Buffer.from(body),
    pathToken: null,
    now,
  }
  return provider.readWebhook?.(delivery) ?? { kind: 'refused', why: 'shape' }
}

const sign = (text: string, secret = WEBHOOK_SECRET) =>
  createHmac('sha256', secret).update(text).digest('hex')
const signedV2 = (value: Readonly<Record<string, unknown>>, secret = WEBHOOK_SECRET) => {
  const text = JSON.stringify(Object.fromEntries(Object.entries(value).toSorted()))
  return [text, { 'x-signature-v2': sign(text, secret) }] as const
}

interface Vector {
  body: string
  raw: string
  v2: string
  simple: string
  gives: WebhookReading
}

const SIMPLE = '13ecd863b127e615de6eeed77f42d11e6e993b799ba661f2f48cb0f24fd578a4'
const A = `{"created_at":1767225540,"event_id":"evt-test-0001","metadata":{"flow":"test"},"session_id":"${SESSION}","status":"Approved","timestamp":1767225600,"vendor_data":"player-test-1","webhook_type":"status.updated"}`
const A_SIGNED = '4b20c1470ad09e13139c276142542f3953d3ee79bddac7d73b862e69cc070a3e'

// Invented events signed with an invented secret; the same construction reproduces the fixtures that Didit published.
const VECTORS: Readonly<Record<string, Vector>> = {
  'A, ASCII': { body: A, raw: A_SIGNED, v2: A_SIGNED, simple: SIMPLE, gives: EVENT },
  'B, Unicode': {
    body: String.raw`{"created_at":1767225540,"decision":{"city":"\u5317\u4eac","first_name":"Jos\u00e9","note":"ok \ud83d\ude00"},"event_id":"evt-test-0001","session_id":"00000000-0000-4000-8000-000000000001","status":"Approved","timestamp":1767225600,"webhook_type":"status.updated"}`,
    raw: '286d0eea5a0e58c3af572f943b9da5ede6aae6b35108c33c9e94cf561a2f4d86',
    v2: 'f98ae2e8138449891e15f1107d64faf0ccb3f70e65dc7e836926361d33205c56',
    simple: SIMPLE,
    gives: EVENT,
  },
  'C, numbers': {
    body: `{"created_at":1767225540,"decision":{"big":9007199254740993,"huge":10000000000000000000000,"score":95.4,"threshold":100,"tiny":1e-05,"zero":0},"event_id":"evt-test-0001","session_id":"${SESSION}","status":"Approved","timestamp":1767225600,"webhook_type":"status.updated"}`,
    raw: '1534e98095b3b5337659fede1f6270ed6a874762332acaebd67d58f276a40207',
    v2: '1534e98095b3b5337659fede1f6270ed6a874762332acaebd67d58f276a40207',
    simple: SIMPLE,
    gives: EVENT,
  },
  'D, keys': {
    body: String.raw`{"created_at":1767225540,"event_id":"evt-test-0001","metadata":{"10":"ten","2":"two","9":"nine","\ue000":"bmp","\ud83d\ude00":"astral"},"session_id":"00000000-0000-4000-8000-000000000001","status":"Approved","timestamp":1767225600,"webhook_type":"status.updated"}`,
    raw: 'ad64a07cc7f59070b2c4a0e72d0dc2d58ae462a7e9eab9ae2375738286993656',
    v2: '1aed54dc40c14daab6aeed8e05cfb2b7298633a85073ad58bd26b78f92499362',
    simple: SIMPLE,
    gives: EVENT,
  },
  'E, mixed types': {
    body: `{"created_at":1767225540,"decision":{"expiration_date":null,"is_final":true,"reviews":[],"url":"https://media.example.test/a/b?x=1&y=<2>","warnings":[{"risk":"b"},{"risk":"a"}]},"event_id":"evt-test-0001","metadata":{},"session_id":"${SESSION}","status":"Approved","timestamp":1767225600,"webhook_type":"status.updated"}`,
    raw: '9825d2c9d859390cf3b5734dfc84150a6ce282b34785dd9334072dffa3e2940d',
    v2: '9825d2c9d859390cf3b5734dfc84150a6ce282b34785dd9334072dffa3e2940d',
    simple: SIMPLE,
    gives: EVENT,
  },
  'F, declined': {
    body: `{"created_at":1767225540,"event_id":"evt-test-0001","session_id":"${SESSION}","status":"Declined","timestamp":1767225600,"webhook_type":"status.updated"}`,
    raw: '303655b80d0b090efa13433249b9cadceeffdb1439a9ec8c79e2182366b9e800',
    v2: '303655b80d0b090efa13433249b9cadceeffdb1439a9ec8c79e2182366b9e800',
    simple: 'b6ac8179c1dbfb0b2a1eb6268db59b6f9eeb8fa837159bf58a1d234379b89a88',
    gives: EVENT,
  },
  'G, null status': {
    body: `{"created_at":1767225540,"event_id":"evt-test-0001","session_id":"${SESSION}","status":null,"timestamp":1767225600,"webhook_type":"status.updated"}`,
    raw: '9f78e1b7c808ff9a7b2e0e63854e835b54db129cf2ff1c54b1eddfcaee900bda',
    v2: '9f78e1b7c808ff9a7b2e0e63854e835b54db129cf2ff1c54b1eddfcaee900bda',
    simple: 'b67dd3d8cdfb3f8bd16c6b4164200c07f2bec022eb222dc26d364c356ef96373',
    gives: { ...EVENT, event: 'progress' },
  },
  'H, no session id': {
    body: '{"event_id":"evt-test-0002","status":"ACTIVE","timestamp":1767225600,"webhook_type":"user.status.updated"}',
    raw: 'd84618f5bd6c95b17c69a4764f38406067a2bb98fbff701f0271eb3f84fb4bcd',
    v2: 'd84618f5bd6c95b17c69a4764f38406067a2bb98fbff701f0271eb3f84fb4bcd',
    simple: 'c71c731db9cdd780f19ec5fb99e1a031d732e2b90f08c463e9c4fc6814e815d0',
    gives: { kind: 'ignored', deliveryId: 'evt-test-0002' },
  },
  'I, control characters': {
    body: String.raw`{"created_at":1767225540,"event_id":"evt-test-0001","metadata":{"line":"a\nb\tc\u001f\u007f","quote":"\"\\/","sep":"\u2028"},"session_id":"00000000-0000-4000-8000-000000000001","status":"Approved","timestamp":1767225600,"webhook_type":"status.updated"}`,
    raw: 'e87a4d314e453aa50c7ddb617db10773808c3859924e3fbbfc9cc2df308bdc71',
    v2: 'de796d1e6097158d773449963ead5298fd57e330f55ccc38df27a03d10f06837',
    simple: SIMPLE,
    gives: EVENT,
  },
}

const refused = (why: string) => ({ kind: 'refused', why })

describe.each(Object.entries(VECTORS))('vector %s', (_, { body, raw, v2, simple, gives }) => {
  it('is genuine in both schemes, and stale an hour later', () => {
    expect(read(body, { 'x-signature-v2': v2 })).toEqual(gives)
    expect(read(body, { 'x-signature': raw }, { scheme: 'raw' })).toEqual(gives)
    expect(read(body, { 'x-signature-v2': v2.toUpperCase() })).toEqual(gives)
    expect(read(body, { 'x-signature-v2': v2 }, { now: OUTSIDE })).toEqual(refused('stale'))
    expect(read(body, { 'x-signature': raw }, { scheme: 'raw', now: OUTSIDE })).toEqual(refused('stale'))
  })

  it('is judged by the configured header alone', () => {
    const others = { 'x-signature': raw, 'x-signature-simple': simple, 'x-timestamp': '1767225660' }
    expect(read(body, others)).toEqual(refused('signature'))
    expect(read(body, { 'x-signature-simple': simple })).toEqual(refused('signature'))
    const strong = { 'x-signature-v2': v2, 'x-signature-simple': simple }
    expect(read(body, strong, { scheme: 'raw' })).toEqual(refused('signature'))
    expect(read(body, { 'x-signature-v2': simple })).toEqual(refused('signature'))
  })

  it('keeps v2 and loses raw when the JSON is spaced anew', () => {
    const spaced = ` ${body}`
    expect(read(spaced, { 'x-signature-v2': v2 })).toEqual(gives)
    expect(read(spaced, { 'x-signature': raw }, { scheme: 'raw' })).toEqual(refused('signature'))
  })
})

describe('deliveries of Didit', () => {
  it.each([
    ['time, colon, body', '8ea69929d29b2ade83bdf962708cea6e723f316e9a6a66e80312e92fae6dd6f2'],
    ['a simple one with bars', 'e0feaa8f172d882aaa020b84e7d2edf89dcee68abb846c38257cae64164ccb2e'],
    ['a body with a line end', '5d7b46b3de9be5cd2a70fd2df73ac9f3e9113a609ba332566187ddf4c9058797'],
    ['a pretty body', 'b531c45586647f80419569ffdcf44f32fdb8f614f46bf49555a96cda03428de7'],
    ['base64', 'SyDBRwrQnhMTnCdhQlQvOVPT7nm92sfXO4YuacwHCj4='],
    ['nothing', ''],
    ['less', A_SIGNED.slice(2)],
    ['more', `${A_SIGNED}00`],
  ])('refuses a signature over %s', (_, value) => {
    expect(read(A, { 'x-signature-v2': value })).toEqual(refused('signature'))
    expect(read(A, { 'x-signature': value }, { scheme: 'raw' })).toEqual(refused('signature'))
  })

  it('refuses what a careless canonical form would sign', () => {
    const { 'C, numbers': c, 'D, keys': d } = VECTORS
    const careless = {
      c: '124770161a462096389b7e54ac4a791e1533bef641834c977ec8aea1de1ba82b',
      d: 'b9b8af2f505203cee1bc98fb04bb529fa99ce79120b611a9958aa257beac4b53',
    }
    expect(read(c?.body ?? '', { 'x-signature-v2': careless.c })).toEqual(refused('signature'))
    expect(read(d?.body ?? '', { 'x-signature-v2': careless.d })).toEqual(refused('signature'))
  })

  it('knows vector C in another spelling of its numbers', () => {
    const body = `{ "webhook_type": "status.updated", "created_at": 1767225540.0, "decision": {"zero": -0.0, "tiny": 0.00001,
      "threshold": 100.0, "score": 95.40, "huge": 10000000000000000000000, "big": 9007199254740993}, "event_id": "evt-test-0001",
      "session_id": "${SESSION}", "status": "Approved", "timestamp": 1767225600 }`
    expect(read(body, { 'x-signature-v2': VECTORS['C, numbers']?.v2 ?? '' })).toEqual(EVENT)
  })

  it('refuses changed fields under a simple signature that still fits', () => {
    const changed = A.replace('player-test-1', 'player-test-2').replace('evt-test-0001', 'evt-test-0009')
    const headers = { 'x-signature': A_SIGNED, 'x-signature-v2': A_SIGNED, 'x-signature-simple': SIMPLE }
    expect(read(changed, headers)).toEqual(refused('signature'))
    expect(read(changed, headers, { scheme: 'raw' })).toEqual(refused('signature'))
  })

  it('takes the secret in use and the one before it, and no other', () => {
    const other = { webhookSecret: 'test-other-secret' }
    expect(read(A, { 'x-signature-v2': A_SIGNED }, { secrets: other })).toEqual(refused('signature'))
    const both = { ...other, webhookSecretPrevious: WEBHOOK_SECRET }
    expect(read(A, { 'x-signature-v2': A_SIGNED }, { secrets: both })).toEqual(EVENT)
    const empty = { ...other, webhookSecretPrevious: '' }
    expect(read(A, { 'x-signature-v2': sign(A, '') }, { secrets: empty })).toEqual(refused('signature'))
  })

  it.each([
    [-301, 'stale'],
    [-300, 'event'],
    [0, 'event'],
    [300, 'event'],
    [301, 'stale'],
  ])('looks at its own time: %i s', (seconds, expected) => {
    const now = new Date((1767225600 + seconds) * 1000)
    const headers = { 'x-signature-v2': A_SIGNED, 'x-timestamp': String(now.getTime() / 1000) }
    const reading = read(A, headers, { now })
    expect(reading.kind === 'refused' ? reading.why : reading.kind).toBe(expected)
  })

  it.each(['1767225600', null, 1767225600.5, -1, undefined])('needs a whole time, not %j', (timestamp) => {
    const [text, headers] = signedV2({ session_id: SESSION, status: 'Approved', timestamp })
    expect(read(text, headers)).toEqual(refused('shape'))
  })

  it.each(['', '[]', '"x"', 'null', '{', '<html>', `{"a":${'['.repeat(80)}`])(
    'refuses the body %j',
    (text) => {
      expect(read(text, { 'x-signature': sign(text) }, { scheme: 'raw' })).toEqual(refused('shape'))
      expect(read(text, { 'x-signature-v2': sign(text) }).kind).toBe('refused')
    },
  )

  it('lets sandbox events in only where the connection is a sandbox', () => {
    const event = { session_id: SESSION, status: 'Approved', timestamp: 1767225600, environment: 'sandbox' }
    const [text, headers] = signedV2(event)
    expect(read(text, headers)).toEqual(refused('environment'))
    expect(read(text, headers, { sandbox: true }).kind).toBe('event')
    const [live, liveHeaders] = signedV2({ ...event, environment: 'live' })
    expect(read(live, liveHeaders, { sandbox: true }).kind).toBe('event')
  })

  it.each([
    ['Approved', 'finished'],
    [' declined ', 'finished'],
    ['In Review', 'finished'],
    ['Not Started', 'progress'],
    ['Resubmitted', 'progress'],
    ['Expired', 'progress'],
    ['Kyc Expired', 'progress'],
    ['constructor', 'progress'],
  ])('takes %s for %s', (status, event) => {
    for (const webhook_type of ['status.updated', 'data.updated', undefined]) {
      const [text, headers] = signedV2({ session_id: SESSION, status, timestamp: 1767225600, webhook_type })
      expect(read(text, headers)).toMatchObject({ kind: 'event', reference: SESSION, event })
    }
  })

  it('ignores events about other things', () => {
    const about = { status: 'Approved', timestamp: 1767225600 }
    for (const more of [
      { session_id: SESSION, webhook_type: 'transaction.created' },
      { webhook_type: 'status.updated' },
      { session_id: '../x', webhook_type: 'status.updated' },
    ]) {
      const [text, headers] = signedV2({ ...about, ...more })
      expect(read(text, headers).kind).toBe('ignored')
    }
  })

  it('names a delivery by its event id, else by its bytes; the reference is lower case', () => {
    const hash = (text: string) => createHash('sha256').update(text).digest('hex')
    for (const event_id of [undefined, 7, '', 'x'.repeat(200), 'a b']) {
      const [text, headers] = signedV2({ session_id: SESSION, timestamp: 1767225600, event_id })
      expect(read(text, headers)).toMatchObject({ deliveryId: hash(text) })
    }
    const upper = '00000000-0000-4000-8000-0000000000AB'
    const [text, headers] = signedV2({ session_id: upper, timestamp: 1767225600, event_id: 'evt:1.2-3_4' })
    expect(read(text, headers)).toMatchObject({ deliveryId: 'evt:1.2-3_4', reference: upper.toLowerCase() })
  })

  it('reads nothing before a signature could fit, and in scheme raw before it fits', () => {
    const decode = vi.spyOn(TextDecoder.prototype, 'decode')
    try {
      const flood = `[${Array(43_600).fill('1e308').join(',')}]`
      for (const value of ['', 'x'.repeat(64), A_SIGNED.slice(1)])
        expect(read(flood, { 'x-signature-v2': value })).toEqual(refused('signature'))
      expect(read(flood, {})).toEqual(refused('signature'))
      expect(read(flood, { 'x-signature': A_SIGNED }, { scheme: 'raw' })).toEqual(refused('signature'))
      expect(decode).not.toHaveBeenCalled()
      expect(read(flood, { 'x-signature-v2': A_SIGNED })).toEqual(refused('shape'))
      expect(decode).toHaveBeenCalledOnce()
    } finally {
      decode.mockRestore()
    }
  })

  it('does not exist without a secret', () => {
    const connection: Connection = {
      id: 'didit',
      vendor: 'didit',
      displayName: 'Didit',
      baseUrl: new URL('https://verification.didit.me'),
      authUrl: null,
      credentials: { apiKey: 'test-didit-key', workflowId: 'w', webhookSecretPrevious: WEBHOOK_SECRET },
      sandbox: false,
      allowedHosts: [],
    }
    const provider = createProvider(connection, { production: false, allowedLoopbackOrigins: [] })
    expect(provider.readWebhook).toBeUndefined()
  })
})
