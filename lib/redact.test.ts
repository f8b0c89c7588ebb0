import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redact } from './redact'

// Numbers start with 0 or 1, as no Aadhaar number does.

const AADHAAR = '012345678901'
const PAN = 'AAAPN0000A'
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('what goes', () => {
  test.each([
    ['twelve digits', '012345678901'],
    ['in groups', '0123 4567 8901'],
    ['with dashes', '0123-4567-8901'],
    ['with dots', '0123.4567.8901'],
    ['one by one', '0,1,2,3,4,5,6,7,8,9,0,1'],
    ['with zero-width blanks', '0123\u200b4567\u200d8901'],
    ['with a soft hyphen and a turn of direction', '0123\u00ad4567\u202e8901'],
    ['with no-break blanks', '0123\u00a04567\u202f8901'],
    ['with NUL', '0\u00001\u00002\u00003\u00004\u00005\u00006\u00007\u00008\u00009\u00000\u00001'],
    ['glued to letters', 'uid012345678901x'],
    ['in Devanagari', '०१२३४५६७८९०१'],
    ['in Tamil', '௦௧௨௩ ௪௫௬௭ ௮௯௦௧'],
    ['in Arabic', '٠١٢٣٤٥٦٧٨٩٠١'],
    ['full width', '０１２３４５６７８９０１'],
    ['mathematical', '𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎𝟏'],
    ['superscript', '⁰¹²³⁴⁵⁶⁷⁸⁹⁰¹'],
    [
      'with marks over them',
      '0\u03321\u03322\u03323\u03324\u03325\u03326\u03327\u03328\u03329\u03320\u03321',
    ],
    ['percent-encoded', '%30%31%32%33%34%35%36%37%38%39%30%31'],
    ['percent-encoded twice', '%2530%2531%2532345678901'],
    ['as JSON escapes', '\\u0030\\u0031\\u0032345678901'],
    ['as escaped JSON escapes', '\\\\u0030\\\\u0031\\\\u0032345678901'],
    ['as hexadecimal escapes', '\\x30\\x31\\x32345678901'],
    ['as entities', '&#48;&#49;&#50;345678901'],
    ['as hexadecimal entities', '&#x30;&#x31;&#x32;345678901'],
    ['with escaped line ends', '0123\\n4567\\r\\n8901'],
    ['form-encoded blanks', '0123+4567+8901'],
  ])('an Aadhaar number: %s', (_, written) => {
    const out = redact(`before ${written} after`)
    expect(out).toMatch(/^before .*\[(aadhaar|number)\].* after$/)
    expect(out).not.toMatch(/\d/)
  })

  test.each([
    ['Virtual ID', '0123 4567 8901 2345', '[number]'],
    ['PAN', PAN, '[pan]'],
    ['PAN, small letters', 'aaapn0000a', '[pan]'],
    ['PAN, spaced', 'AAAPN 0000 A', '[pan]'],
    ['PAN, full width', 'ＡＡＡＰＮ００００Ａ', '[pan]'],
    ['PAN within a name', `in.gov.pan-PANCR-${PAN}`, 'in.gov.[token]'],
    ['licence', 'KA0020140001234', '[licence]'],
    ['licence, written out', 'KA-00/2014/0001234', '[licence]'],
    ['licence, spaced', 'KA00 20140001234', '[licence]'],
    ['phone', '5000012345', '[phone]'],
    ['phone, spaced', '50000 12345', '[phone]'],
    ['phone with country', '+91 50000 12345', '+[aadhaar]'],
    ['e-mail', 'a.player+kyc@example.invalid', '[email]'],
    ['e-mail, encoded', 'a.player%40example.invalid', '[email]'],
    ['e-mail in Devanagari', 'नमूना@example.invalid', '[email]'],
    ['password of an address', 'postgres://ante:hunter2@db/ante', 'postgres://ante:[email]'],
    ['birth date', '1990-08-15', '[date]'],
    ['birth date, Indian', '15/08/1990', '[date]'],
    ['JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl', '[token]'],
    ['base64url token', 'kJ8f_2mQ-x7Zp0aVbN3tYw', '[token]'],
    ['hexadecimal token', '9f86d081884c7d659a2feaa0c55ad015', '[token]'],
    ['authorization', 'Bearer abc.def-ghi', 'Bearer [redacted]'],
    ['authorization header', 'Authorization: Basic abc=', 'Authorization:[redacted]'],
    ['XML', '<?xml version="1.0"?><UidData uid="x"><Poi name="N"/></UidData>', '[xml]'],
    ['XML, escaped', '&lt;Poi name=&quot;N&quot;/&gt;', '[xml]'],
    ['XML, percent-encoded', '%3CPoi%20name%3D%22N%22%2F%3E', '[xml]'],
    ['base64 over 200 bytes', Buffer.alloc(201, 'abc').toString('base64'), '[base64]'],
    ['base64 of a PAN', base64(PAN), '[token]'],
    ['base64 of a number', base64(AADHAAR), '[token]'],
    ['base64 of an e-mail', base64('a@b.invalid'), '[token]'],
    ['base64 that began earlier', base64(`xxx${PAN}`).slice(1), '[token]'],
    ['hexadecimal of a PAN', Buffer.from(PAN).toString('hex'), '[token]'],
  ])('%s', (_, written, left) => {
    expect(redact(`[ ${written} ]`)).toBe(`[ ${left} ]`)
  })

  test('a document cut off is gone to the end of the text', () => {
    expect(redact('got <Certificate><Person name="N')).toBe('got [xml]')
    expect(redact('got <Person name="N')).toBe('got [xml]')
  })

  test.each([
    'code=s3cr3t',
    '?a=1&code=s3cr3t&b=2',
    'state=s3cr3t',
    'code_verifier=s3cr3t',
    'codeVerifier: s3cr3t',
    '{"code":"s3cr3t"}',
    '{"code": "s3cr3t \\" s3cr3t"}',
    "{'state': 's3cr3t'}",
    '{\\"token\\":\\"s3cr3t\\"}',
    '{"access_token":"s3cr3t","expires_in":1}',
    '{"code":["s3cr3t"]}',
    'client_secret=s3cr3t&grant_type=x',
    'clientSecret: s3cr3t',
    'password = s3cr3t',
    'x-api-key: s3cr3t',
    'appKey=s3cr3t',
    'authorization: Bearer s3cr3t',
    'set-cookie: s3cr3t; path=/',
    'CODE%3Ds3cr3t',
    'code&#61;s3cr3t',
    'token=[s3cr3t]',
    'token="s3cr3t',
  ])('a secret value: %s', (written) => {
    const out = redact(written)
    expect(out).not.toContain('s3cr3t')
    expect(out).toContain('[redacted]')
  })
})

describe('what stays', () => {
  test.each([
    '0b7e3c58-1f7a-4c58-9f2e-6b1d2a9c4e70',
    '11111111-2222-4333-8444-555555555555',
    '7F3K-9QXD',
    '7F3K9QXD',
    '2026-11-21T07:25:58.123Z',
    '2026-11-21 07:25:58+05:30',
    'at 2026-11-21, again',
    '/verifications/0b7e3c58-1f7a-4c58-9f2e-6b1d2a9c4e70/download',
    '/(player)/verifications/[id]',
    '/api/kyc/deepvue-2/callback',
    'all_checks_passed',
    'exchange_interrupted',
    'hyperverge-backup-2',
    'PostgresError:23505',
    'DrizzleQueryError:ECONNREFUSED',
    'call=get_reference status=401 why=credentials_refused',
    'connection=idto why=nothing_brought_back',
    'an attempt is being checked or settled',
    'vendor.call',
    'unhandledRejection',
    'ERR_HTTP2_STREAM_CANCEL',
    'सब ठीक',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text)
  })
})

const encoders: ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => [...text].map((sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
  (text) => [...text].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  (text) => [...text].map((sign) => `&#${sign.charCodeAt(0)};`).join(''),
  (text) => [...text].map((sign) => `&#x${sign.charCodeAt(0).toString(16)};`).join(''),
  (text) => JSON.stringify(JSON.stringify({ name: text })),
  base64,
  (text) => Buffer.from(text).toString('hex'),
]
const encoder = fc.constantFrom(...encoders)
const separator = fc.constantFrom('', ' ', '-', '.', '/', '\u200b', '\u00a0', ' - ', '_', '\u2013')
const zero = fc.constantFrom(0x30, 0x660, 0x966, 0x9e6, 0xbe6, 0xff10, 0x1d7d8)
const number = fc
  .tuple(fc.array(fc.nat(9), { minLength: 11, maxLength: 11 }), separator, zero)
  .map(([digits, between, first]) => {
    const signs = [0, ...digits].map((digit) => String.fromCodePoint(first + digit))
    return [0, 4, 8].map((from) => signs.slice(from, from + 4).join('')).join(between)
  })
const plainNumber = fc
  .array(fc.nat(9), { minLength: 11, maxLength: 11 })
  .map((digits) => `0${digits.join('')}`)
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom('%', '2', '5', '3', '\\', 'u', '0', '&', '#', ';', '1', ' '),
    maxLength: 80,
  }),
  fc
    .array(
      fc.oneof(
        number,
        fc.constantFrom(
          'code=',
          '"',
          "'",
          '[',
          ']',
          '[redacted]',
          '[pan]',
          'token: ',
          '<',
          '>',
          '@',
          PAN,
          '\\',
          'eyJ',
        ),
        fc.string({ maxLength: 6 }),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
)
const OURS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|20\d\d-\d\d-\d\d(?:[T ][\d:.+Z-]+)?/g

describe('for every text', () => {
  test('applied twice is applied once, and nothing throws', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const once = redact(text)
        expect(redact(once)).toBe(once)
      }),
      { numRuns: 3000 },
    )
  })

  test('no group of twelve digits is left', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(redact(text).replace(OURS, 'x')).not.toMatch(/\p{Nd}(?:[^\p{L}\p{N}]{0,4}\p{Nd}){11}/u)
      }),
      { numRuns: 3000 },
    )
  })

  test('a number in any script and grouping is gone', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 20 }),
        number,
        fc.string({ maxLength: 20 }),
        (before, made, after) => {
          expect(redact(`${before} ${made} ${after}`)).not.toContain(made)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('a number or a PAN in any encoding is gone', () => {
    const personal = fc.oneof(plainNumber, fc.constant(PAN))
    fc.assert(
      fc.property(encoder, personal, (encode, made) => {
        const written = encode(made)
        const out = redact(`seen ${written} here`)
        expect(out).not.toContain(written)
        expect(out).not.toContain(made)
        expect(out.startsWith('seen ') && out.endsWith(' here')).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test('our own ids stay, whatever stands around them', () => {
    fc.assert(
      fc.property(
        fc.uuid({ version: [4, 7] }),
        fc.constantFrom('', 'attempt ', '/verifications/'),
        (id, before) => {
          expect(redact(`${before}${id}`)).toBe(`${before}${id}`)
        },
      ),
    )
  })
})

test.each([
  ['letters', 'a'],
  ['digits', '1'],
  ['digits apart', '1 '],
  ['blanks', ' '],
  ['names of secrets', 'token'],
  ['secrets without an end', 'token="'],
  ['secrets half', "token=\\\\'"],
  ['opened tags', '<a'],
  ['at signs', '@'],
  ['mail', 'a@'],
  ['percent', '%25'],
  ['escapes', '\\u005c'],
  ['backslashes', '\\'],
  ['entities', '&amp;'],
  ['base64', 'QUJD'],
  ['JWT', 'eyJ.'],
  ['dates', '1990-08-'],
  ['UUID', '0b7e3c58-1f7a-4c58-'],
  ['marks', '\u0316\u0301'],
  ['lone halves', '\ud800'],
  ['emoji', '🎲'],
])('a megabyte of %s takes a time that grows as the text does', { timeout: 60_000 }, (_, part) => {
  const run = (bytes: number) => {
    const text = part.repeat(bytes / part.length)
    const from = process.cpuUsage()
    redact(text)
    return process.cpuUsage(from).user / 1000
  }
  run(10_000)
  const small = run(100_000)
  const large = run(1_000_000)
  expect(large).toBeLessThan(Math.max(small, 10) * 40) // ten times the text; quadratic would be a hundred
})
