import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { hmacHex, type Signable, toCanonical, toSentBody, toSimpleText } from './signing'

// Vectors of the vendor's fixtures and of the sheet, section 10.8.

const SECRET = 'test-webhook-secret'
const SIMPLE = '13ecd863b127e615de6eeed77f42d11e6e993b799ba661f2f48cb0f24fd578a4'

type Body = { [name: string]: Signable | undefined }

/** The event that all vectors share, with what is special about one. */
function event(changes: Body): Body {
  return {
    created_at: 1767225540,
    event_id: 'evt-test-0001',
    session_id: '00000000-0000-4000-8000-000000000001',
    status: 'Approved',
    timestamp: 1767225600,
    webhook_type: 'status.updated',
    ...changes,
  }
}

interface Vector {
  name: string
  body: Body
  sent: string
  canonical?: string
  raw: string
  v2?: string
  simple?: string
}

const HEAD = '{"created_at":1767225540,'
const TAIL =
  '"session_id":"00000000-0000-4000-8000-000000000001","status":"Approved","timestamp":1767225600,"webhook_type":"status.updated"}'

const A = event({ vendor_data: 'player-test-1', metadata: { flow: 'test' } })
const A_SENT =
  '{"created_at":1767225540,"event_id":"evt-test-0001","metadata":{"flow":"test"},"session_id":"00000000-0000-4000-8000-000000000001","status":"Approved","timestamp":1767225600,"vendor_data":"player-test-1","webhook_type":"status.updated"}'

const VECTORS: Vector[] = [
  {
    name: 'A, ASCII',
    body: A,
    sent: A_SENT,
    raw: '4b20c1470ad09e13139c276142542f3953d3ee79bddac7d73b862e69cc070a3e',
  },
  {
    name: 'B, Unicode',
    body: event({ decision: { note: 'ok 😀', first_name: 'José', city: '北京' } }),
    sent: `${HEAD}"decision":{"city":"\\u5317\\u4eac","first_name":"Jos\\u00e9","note":"ok \\ud83d\\ude00"},"event_id":"evt-test-0001",${TAIL}`,
    canonical: `${HEAD}"decision":{"city":"北京","first_name":"José","note":"ok 😀"},"event_id":"evt-test-0001",${TAIL}`,
    raw: '286d0eea5a0e58c3af572f943b9da5ede6aae6b35108c33c9e94cf561a2f4d86',
    v2: 'f98ae2e8138449891e15f1107d64faf0ccb3f70e65dc7e836926361d33205c56',
  },
  {
    name: 'C, numbers',
    body: event({
      decision: {
        score: 95.4,
        threshold: 100.0,
        zero: -0.0,
        tiny: 1e-5,
        big: 9007199254740993n,
        huge: 10n ** 22n,
      },
    }),
    sent: `${HEAD}"decision":{"big":9007199254740993,"huge":10000000000000000000000,"score":95.4,"threshold":100,"tiny":1e-05,"zero":0},"event_id":"evt-test-0001",${TAIL}`,
    raw: '1534e98095b3b5337659fede1f6270ed6a874762332acaebd67d58f276a40207',
  },
  {
    name: 'D, keys',
    body: event({ metadata: { 9: 'nine', '\ud83d\ude00': 'astral', 10: 'ten', 2: 'two', '\ue000': 'bmp' } }),
    sent: `${HEAD}"event_id":"evt-test-0001","metadata":{"10":"ten","2":"two","9":"nine","\\ue000":"bmp","\\ud83d\\ude00":"astral"},${TAIL}`,
    canonical: `${HEAD}"event_id":"evt-test-0001","metadata":{"10":"ten","2":"two","9":"nine","\ue000":"bmp","😀":"astral"},${TAIL}`,
    raw: 'ad64a07cc7f59070b2c4a0e72d0dc2d58ae462a7e9eab9ae2375738286993656',
    v2: '1aed54dc40c14daab6aeed8e05cfb2b7298633a85073ad58bd26b78f92499362',
  },
  {
    name: 'E, mixed types',
    body: event({
      decision: {
        expiration_date: null,
        is_final: true,
        reviews: [],
        url: 'https://media.example.test/a/b?x=1&y=<2>',
        warnings: [{ risk: 'b' }, { risk: 'a' }],
      },
      metadata: {},
    }),
    sent: `${HEAD}"decision":{"expiration_date":null,"is_final":true,"reviews":[],"url":"https://media.example.test/a/b?x=1&y=<2>","warnings":[{"risk":"b"},{"risk":"a"}]},"event_id":"evt-test-0001","metadata":{},${TAIL}`,
    raw: '9825d2c9d859390cf3b5734dfc84150a6ce282b34785dd9334072dffa3e2940d',
  },
  {
    name: 'F, declined',
    body: event({ status: 'Declined' }),
    sent: `${HEAD}"event_id":"evt-test-0001",${TAIL.replace('Approved', 'Declined')}`,
    raw: '303655b80d0b090efa13433249b9cadceeffdb1439a9ec8c79e2182366b9e800',
    simple: 'b6ac8179c1dbfb0b2a1eb6268db59b6f9eeb8fa837159bf58a1d234379b89a88',
  },
  {
    name: 'G, null status',
    body: event({ status: null }),
    sent: `${HEAD}"event_id":"evt-test-0001",${TAIL.replace('"Approved"', 'null')}`,
    raw: '9f78e1b7c808ff9a7b2e0e63854e835b54db129cf2ff1c54b1eddfcaee900bda',
    simple: 'b67dd3d8cdfb3f8bd16c6b4164200c07f2bec022eb222dc26d364c356ef96373',
  },
  {
    name: 'H, no session',
    body: {
      event_id: 'evt-test-0002',
      status: 'ACTIVE',
      timestamp: 1767225600,
      webhook_type: 'user.status.updated',
    },
    sent: '{"event_id":"evt-test-0002","status":"ACTIVE","timestamp":1767225600,"webhook_type":"user.status.updated"}',
    raw: 'd84618f5bd6c95b17c69a4764f38406067a2bb98fbff701f0271eb3f84fb4bcd',
    simple: 'c71c731db9cdd780f19ec5fb99e1a031d732e2b90f08c463e9c4fc6814e815d0',
  },
  {
    name: 'I, control characters',
    body: event({ metadata: { sep: '\u2028', quote: '"\\/', line: 'a\nb\tc\u001f\u007f' } }),
    sent: `${HEAD}"event_id":"evt-test-0001","metadata":{"line":"a\\nb\\tc\\u001f\\u007f","quote":"\\"\\\\/","sep":"\\u2028"},${TAIL}`,
    canonical: `${HEAD}"event_id":"evt-test-0001","metadata":{"line":"a\\nb\\tc\\u001f\u007f","quote":"\\"\\\\/","sep":"\u2028"},${TAIL}`,
    raw: 'e87a4d314e453aa50c7ddb617db10773808c3859924e3fbbfc9cc2df308bdc71',
    v2: 'de796d1e6097158d773449963ead5298fd57e330f55ccc38df27a03d10f06837',
  },
]

test.each(VECTORS)('$name: body, canonical text and three signatures', ({ body, sent, raw, ...more }) => {
  expect(toSentBody(body)).toBe(sent)
  expect(toCanonical(body)).toBe(more.canonical ?? sent)
  expect(hmacHex(SECRET, toSentBody(body))).toBe(raw)
  expect(hmacHex(SECRET, toCanonical(body))).toBe(more.v2 ?? raw)
  expect(hmacHex(SECRET, toSimpleText(body))).toBe(more.simple ?? SIMPLE)
})

test('the simple text is empty where a field is missing and None where it is null', () => {
  const simple = (name: string) => toSimpleText(VECTORS.find((one) => one.name.startsWith(name))?.body ?? {})
  expect(simple('G')).toBe('1767225600:00000000-0000-4000-8000-000000000001:None:status.updated')
  expect(simple('H')).toBe('1767225600::ACTIVE:user.status.updated')
})

const CANONICAL_A = toCanonical(A)

test.each([
  [
    'timestamp before the body',
    hmacHex(SECRET, `1767225600:${CANONICAL_A}`),
    '8ea69929d29b2ade83bdf962708cea6e723f316e9a6a66e80312e92fae6dd6f2',
  ],
  [
    'bars in the simple text',
    hmacHex(SECRET, '00000000-0000-4000-8000-000000000001|Approved|1767225540'),
    'e0feaa8f172d882aaa020b84e7d2edf89dcee68abb846c38257cae64164ccb2e',
  ],
  [
    'a newline behind the body',
    hmacHex(SECRET, `${A_SENT}\n`),
    '5d7b46b3de9be5cd2a70fd2df73ac9f3e9113a609ba332566187ddf4c9058797',
  ],
  [
    'the body printed prettily',
    hmacHex(SECRET, JSON.stringify(JSON.parse(A_SENT), null, 2)),
    'b531c45586647f80419569ffdcf44f32fdb8f614f46bf49555a96cda03428de7',
  ],
  [
    'base64 for hex',
    createHmac('sha256', SECRET).update(A_SENT).digest('base64'),
    'SyDBRwrQnhMTnCdhQlQvOVPT7nm92sfXO4YuacwHCj4=',
  ],
])('must be rejected, so is never sent: %s', (_name, wrong, listed) => {
  expect(wrong).toBe(listed)
  expect([hmacHex(SECRET, toSentBody(A)), hmacHex(SECRET, CANONICAL_A), SIMPLE]).not.toContain(wrong)
})

/** How most samples do it: sorted by the runtime, numbers through doubles. */
function naive(text: string): string {
  const sort = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sort)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
    return Object.fromEntries(entries.map(([name, inner]) => [name, sort(inner)]))
  }
  return JSON.stringify(sort(JSON.parse(text)))
}

test.each([
  ['C', '124770161a462096389b7e54ac4a791e1533bef641834c977ec8aea1de1ba82b'],
  ['D', 'b9b8af2f505203cee1bc98fb04bb529fa99ce79120b611a9958aa257beac4b53'],
])('%s: the usual shortcut yields another value', (name, listed) => {
  const vector = VECTORS.find((one) => one.name.startsWith(name))
  expect(hmacHex(SECRET, naive(vector?.sent ?? ''))).toBe(listed)
  expect([vector?.raw, vector?.v2]).not.toContain(listed)
})

test('small and large numbers are printed as the sender prints them', () => {
  expect(toCanonical([1.5e-7, 0.0001, 0.00012, -2.5e-5, 1e22, 21.5])).toBe(
    '[1.5e-07,0.0001,0.00012,-2.5e-05,10000000000000000000000,21.5]',
  )
  expect(() => toCanonical(Number.NaN)).toThrow(RangeError)
})
