import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCanonicalJson } from './canonical'

const canonical = (text: string) => toCanonicalJson(Buffer.from(text))

describe('canonical JSON', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['100.0', '100'],
    ['1e2', '100'],
    ['1E+2', '100'],
    ['95.40', '95.4'],
    ['9007199254740993', '9007199254740993'],
    ['9007199254740993.0', '9007199254740992'],
    ['10000000000000000000000', '10000000000000000000000'],
    ['9e20', '900000000000000000000'],
    ['0.0001', '0.0001'],
    ['0.00009', '9e-05'],
    ['0.00001', '1e-05'],
    ['1.5e-7', '1.5e-07'],
    ['-0.00001234', '-1.234e-05'],
    ['1e-10', '1e-10'],
    ['5e-324', '5e-324'],
    ['1e-400', '0'],
    ['123456789012345.5', '123456789012345.5'],
  ])('writes the number %s as %s', (text, expected) => {
    expect(canonical(`[ "${' '.repeat(20)}", ${text} ] `)).toBe(`["${' '.repeat(20)}",${expected}]`)
  })

  it('never writes out more than twice of what came', () => {
    const many = (number: string) => canonical(`[${Array(10_000).fill(number).join(',')}]`)
    expect(many('9e20')).toBeNull()
    expect(many('1e308')).toBeNull()
    expect(many('9e4')?.length).toBe(60_001)
  })

  it.each([
    ['"\\/"', '"/"'],
    ['"\\u002f\\u003C&"', '"/<&"'],
    ['"\\"\\\\"', '"\\"\\\\"'],
    ['"\\b\\t\\n\\f\\r\\u0001\\u001F"', '"\\b\\t\\n\\f\\r\\u0001\\u001f"'],
    ['"\\u007f\\u0080\\u2028"', '"\u007f\u0080\u2028"'],
    ['"\u007f\u0085\u2028é"', '"\u007f\u0085\u2028é"'],
    ['"\\ud83d\\ude00"', '"😀"'],
    ['"e\u0301"', '"e\u0301"'],
    ['""', '""'],
  ])('writes the string %s as it is', (text, expected) => {
    expect(canonical(text)).toBe(expected)
  })

  it.each([
    ['{"10":1,"9":2,"2":3}', '{"10":1,"2":3,"9":2}'],
    ['{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
    ['{"\\u0061":1,"a":2}', '{"a":2}'],
    ['{"__proto__":{"a":1},"constructor":2}', '{"__proto__":{"a":1},"constructor":2}'],
    ['{"😀":1,"\ue000":2,"Z":3,"a":4}', '{"Z":3,"a":4,"\ue000":2,"😀":1}'],
    ['{"b":[{}, [ ],{ "y":1 , "x" : null }],"a":true}', '{"a":true,"b":[{},[],{"x":null,"y":1}]}'],
  ])('orders the keys of %s', (text, expected) => {
    expect(canonical(text)).toBe(expected)
  })

  it.each([
    ['nothing', ''],
    ['a byte order mark', '\ufeff{}'],
    ['two values', '{} {}'],
    ['a comma too many', '[1,]'],
    ['a comma in an object', '{"a":1,}'],
    ['a missing colon', '{"a" 1}'],
    ['a bare key', '{a:1}'],
    ['single quotes', "{'a':1}"],
    ['a comment', '{}// x'],
    ['an open string', '"abc'],
    ['an open object', '{"a":1'],
    ['a line end in a string', '"a\nb"'],
    ['an unknown escape', '"\\x41"'],
    ['a name of the prototype as an escape', '"\\constructor"'],
    ['half an escape', '"\\u12"'],
    ['half a pair', '"\\ud83d"'],
    ['a pair the wrong way round', '"\\ude00\\ud83d"'],
    ['half a pair as a key', '{"\\ud83d":1}'],
    ['a leading zero', '01'],
    ['a leading plus', '+1'],
    ['a bare point', '1.'],
    ['a sign alone', '-'],
    ['NaN', 'NaN'],
    ['Infinity', '-Infinity'],
    ['a number beyond a double', '1e400'],
    ['a whole float that would be long', '1e21'],
    ['one below zero', '-1e308'],
    ['one with a point', '1000000000000000000000.0'],
    ['a number that never ends', '1'.repeat(600)],
    ['a word of another language', 'None'],
    ['a no-break space', '\u00a0{}'],
  ])('is null for %s', (_, text) => {
    expect(canonical(text)).toBeNull()
  })

  it('is null for broken UTF-8, for bodies that are too long and too deep', () => {
    expect(toCanonicalJson(Uint8Array.from([0x22, 0xc3, 0x22]))).toBeNull()
    expect(toCanonicalJson(Uint8Array.from([0x22, 0xed, 0xa0, 0xbd, 0x22]))).toBeNull()
    expect(canonical(`"${'x'.repeat(1024 * 1024)}"`)).toBeNull()
    expect(canonical('['.repeat(60) + ']'.repeat(60))).not.toBeNull()
    expect(canonical('['.repeat(100_000))).toBeNull()
  })

  it('is the same however the JSON is spaced and ordered, and its own canonical form', () => {
    const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }).map(withShortNumbers)
    fc.assert(
      fc.property(json, fc.infiniteStream(fc.nat()), (value, dice) => {
        const roll = (sides: number) => Number(dice.next().value) % sides
        const once = canonical(JSON.stringify(value))
        expect(once).not.toBeNull()
        expect(canonical(rewritten(JSON.parse(JSON.stringify(value)), roll))).toBe(once)
        expect(canonical(once ?? '')).toBe(once)
        expect(canonical(JSON.stringify(value, null, 2))).toBe(once)
      }),
    )
  })
})

/** Numbers that nobody has to write out: from 1e7 on they may be longer than in the source. */
function withShortNumbers(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, one) => (typeof one === 'number' ? one % 1e7 : one))
}

/** The same value with other spaces, another order of keys and escapes where none are needed. */
function rewritten(value: unknown, roll: (sides: number) => number): string {
  const gap = () => ['', ' ', '\n', '\t\r '][roll(4)]
  if (typeof value === 'string') return escaped(value, roll)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value))
    return `[${gap()}${value.map((one) => rewritten(one, roll) + gap()).join(`,${gap()}`)}]`
  const members = Object.entries(value).map(
    ([key, one]) => `${gap()}${escaped(key, roll)}${gap()}:${gap()}${rewritten(one, roll)}${gap()}`,
  )
  for (let last = members.length - 1; last > 0; last -= 1) {
    const other = roll(last + 1)
    ;[members[last], members[other]] = [members[other] ?? '', members[last] ?? '']
  }
  return `{${gap()}${members.join(',')}}`
}

function escaped(text: string, roll: (sides: number) => number): string {
  const units = text.split('').map((unit) => {
    const isPlain = roll(3) > 0 && unit >= ' ' && unit !== '"' && unit !== '\\'
    return isPlain ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  const joined = units.join('')
  return `"${joined.isWellFormed() ? joined : JSON.stringify(text).slice(1, -1)}"`
}
