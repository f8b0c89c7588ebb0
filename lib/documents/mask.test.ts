import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  containsFullAadhaar,
  hasVerhoeffCheck,
  maskAadhaar,
  maskFullAadhaar,
  maskLicence,
  maskPan,
} from './mask'

const CHECKED = ['000000000003', '012345678906', '098765432106', '100000000004', '111111111115']
const MORE = ['123456789010', '199999999996', '2363', '123451', '1428570']
const UNCHECKED = [
  '012345678907',
  '013345678906',
  '012354678906',
  '01234567890',
  '0123456789060',
  '012345678912',
]

describe('Verhoeff', () => {
  it.each([...CHECKED, ...MORE])('accepts %s', (digits) => {
    expect(hasVerhoeffCheck(digits)).toBe(true)
  })
  it.each([...UNCHECKED, '', '01234567890x', '٠١٢٣'])('refuses %s', (digits) => {
    expect(hasVerhoeffCheck(digits)).toBe(false)
  })
  it('finds every wrong digit and every swap of neighbours', () => {
    const good = '012345678906'
    const wrong = [...good].flatMap((digit, at) =>
      [...'0123456789']
        .filter((other) => other !== digit)
        .map((other) => good.slice(0, at) + other + good.slice(at + 1)),
    )
    const swapped = [...good.slice(1)].flatMap((digit, at) =>
      digit === good[at] ? [] : [good.slice(0, at) + digit + good[at] + good.slice(at + 2)],
    )
    expect(wrong.length + swapped.length).toBe(119)
    expect([...wrong, ...swapped].filter(hasVerhoeffCheck)).toEqual([])
  })
})

describe('a full Aadhaar number', () => {
  it.each([
    'call 012345678906 now',
    '0123 4567 8906',
    '0123-4567-8906',
    '0123\u20134567\u20138906',
    'x0123.4567.8906,',
    '0123 4567 8906 5600',
    '5600 0123 4567 8906',
    'uid="012345678912"',
    "uid = '0123 4567 8912'",
    '"masked_uid": "012345678907"',
    '"aadhaar_number":"111122223333"',
    '<Aadhaar>012345678907</Aadhaar>',
    'vid="0000111122223333"',
    Buffer.from('uid="012345678907"', 'utf16le').toString('latin1'),
  ])('is seen in %j', (text) => {
    expect(containsFullAadhaar(text)).toBe(true)
    expect(containsFullAadhaar(new TextEncoder().encode(text))).toBe(true)
  })
  it.each([
    '',
    'uid="xxxxxxxx1234"',
    'uid=""',
    '012345678907',
    '0123456789060',
    'txn="TEST:0000000000000000"',
    'ts="2026-11-19T12:00:00.000+05:30"',
    'verifiedOn="19-11-2026 12:00:00"',
    '29-02-1992 29-02-1992',
    'KA0020120000000',
    'uuid="0123456789"',
  ])('is not seen in %j', (text) => {
    expect(containsFullAadhaar(text)).toBe(false)
  })
  it('never survives masking, whatever surrounds it', () => {
    const gap = fc.constantFrom('', ' ', '-')
    const around = fc.string().map((text) => text.replace(/\d/g, ''))
    fc.assert(
      fc.property(fc.constantFrom(...CHECKED), gap, around, around, (number, between, before, after) => {
        const written = [number.slice(0, 4), number.slice(4, 8), number.slice(8)].join(between)
        const masked = maskFullAadhaar(`${before}${written}${after}`)
        expect(masked).not.toContain(written)
        expect(containsFullAadhaar(masked)).toBe(false)
      }),
    )
  })
  it('looks through 2 MB of almost-labels soon', () => {
    const started = performance.now()
    expect(containsFullAadhaar('uid'.repeat(700_000))).toBe(false)
    expect(performance.now() - started).toBeLessThan(2000)
  })
  it.each(['', '"', "'"])('looks through 2 MB of blanks behind uid=%s soon', (sign) => {
    const started = performance.now()
    expect(containsFullAadhaar(`<a uid=${sign}${' '.repeat(200_000)}x`)).toBe(false)
    expect(containsFullAadhaar(`<a uid=${sign}${' '.repeat(2_000_000)}012345678907`)).toBe(true)
    expect(performance.now() - started).toBeLessThan(2000)
  })
  it('keeps the last four digits and the gaps', () => {
    expect(maskFullAadhaar('no 0123 4567 8912, or 012345678907')).toBe('no XXXX XXXX 8912, or XXXXXXXX8907')
    expect(maskFullAadhaar('मेरा ०१२३ ४५६७ ८९१२ है')).toBe('मेरा XXXX XXXX ८९१२ है')
    expect(maskFullAadhaar('\u{1d7ce}'.repeat(12))).toBe(`XXXXXXXX${'\u{1d7ce}'.repeat(4)}`)
  })
})

describe('masks for showing', () => {
  it.each([
    ['xxxxxxxx1234', 'XXXX XXXX 1234'],
    ['XXXX XXXX 1234', 'XXXX XXXX 1234'],
    ['********1234', 'XXXX XXXX 1234'],
    ['012345678912', 'XXXX XXXX 8912'],
    ['0123-4567-8912', 'XXXX XXXX 8912'],
    ['1234', null],
    ['xxxxxxxx12', null],
    ['', null],
  ])('Aadhaar %j is %j', (number, masked) => {
    expect(maskAadhaar(number)).toBe(masked)
  })
  it('PAN and licence keep four characters', () => {
    expect(maskPan('ZZZPN0000Z')).toBe('XXXXXX000Z')
    expect(maskLicence('KA0020120000000')).toBe('XXXXXXXXXXX0000')
    expect(maskLicence('0000')).toBe('XXXX')
  })
})
