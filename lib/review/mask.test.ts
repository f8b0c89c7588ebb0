import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareNames, toNameWords } from '@/lib/documents/names'
import { toField } from './csv'
import { maskAligned, maskDate, maskMail, maskName } from './mask'

describe('masks', () => {
  test.each([
    ['Parikshan K Namoona', 'P••• K N•••'],
    ['  o’Namoona-Rao ', 'o N••• R•••'],
    ['परीक्षण नमूना', 'प••• न•••'],
    ['=HYPERLINK("http://evil.invalid")', 'H••• h••• e••• i•••'],
    ['\u202eanoomaN', 'a•••'],
    ['🙂', ''],
    ['', ''],
  ])('the name %j becomes %j', (name, masked) => {
    expect(maskName(name)).toBe(masked)
  })

  test('an address keeps two letters and its end, a date its year', () => {
    expect(maskMail('parikshan@namoona.invalid')).toBe('p•••@n•••.invalid')
    expect(maskDate('1990-08-15')).toBe('1990')
    expect(maskDate('1990')).toBe('1990')
  })

  test('of compared words no more than half is ever shown, and the letter that differs where it can be', () => {
    const [word] = compareNames('Sanika Rao', 'Sonika Rao').words.map(maskAligned)
    expect(word).toMatchObject({ first: 'SA••••', second: 'SO••••', mark: 'spelling' })
    const letters = fc.array(fc.constantFrom('A', 'E', 'K', 'N', 'S', 'H', 'T', 'U'), {
      minLength: 1,
      maxLength: 9,
    })
    const name = fc
      .array(letters, { minLength: 1, maxLength: 4 })
      .map((all) => all.map((one) => one.join('')).join(' '))
    fc.assert(
      fc.property(name, name, (one, two) => {
        const shown = JSON.stringify(compareNames(one, two).words.map(maskAligned))
        for (const whole of [...toNameWords(one), ...toNameWords(two)].filter(({ length }) => length > 2))
          expect(shown).not.toContain(whole)
        for (const { first, second } of compareNames(one, two).words.map(maskAligned))
          for (const text of [first ?? '', second ?? ''].filter(({ length }) => length > 2))
            expect([...text].filter((letter) => letter === '•').length * 2).toBeGreaterThanOrEqual(
              text.length - 1,
            )
      }),
      { numRuns: 400 },
    )
  })
})

describe('a field of a table for spreadsheets', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '  =1', '＝1', '\u200b=1', '\ufeff@x'])(
    '%j begins no formula',
    (value) => {
      expect(toField(value)).toBe(`"'${value}"`)
    },
  )

  test('stays one field whatever it holds', () => {
    expect(toField('a "b", c\r\n=d')).toBe('"a ""b"", c\r\n=d"')
    expect(toField('plain')).toBe('"plain"')
    expect(toField('a\0b')).toBe('"ab"')
  })
})
