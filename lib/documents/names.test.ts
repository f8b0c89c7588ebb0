import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareNames, isComparable, type NameKind, type NameOutcome, normaliseName } from './names'

describe('normaliseName', () => {
  it.each([
    ['Parikshan Kumar Namoona', 'PARIKSHAN KUMAR NAMOONA'],
    ['  Shri  Parikshan-Kumar  Namoona ', 'PARIKSHAN KUMAR NAMOONA'],
    ['Late Dr. Parikshan Namoona', 'PARIKSHAN NAMOONA'],
    ['Kumari Kalpana Namoona', 'KALPANA NAMOONA'],
    ['Kumari', 'KUMARI'],
    ['Kalpana Kumari', 'KALPANA KUMARI'],
    ["D'Souza Namoona", 'D SOUZA NAMOONA'],
    ['Paríkshan Ñamoona', 'PARIKSHAN NAMOONA'],
    ['Parikshan Namoona S/O Kalpanik Namoona', 'PARIKSHAN NAMOONA'],
    ['Kalpana Namoona w / o Parikshan', 'KALPANA NAMOONA'],
    ['Parikshan (D/O Koi)', 'PARIKSHAN'],
    ['ＰＡＲＩＫＳＨＡＮ', 'PARIKSHAN'],
    ['...', ''],
    ['', ''],
  ])('%j becomes %j', (name, expected) => {
    expect(normaliseName(name)).toBe(expected)
  })
})

describe('compareNames', () => {
  const FULL = 'Parikshan Kumar Namoona'

  it.each<[string, string, NameOutcome, NameKind]>([
    [FULL, 'PARIKSHAN KUMAR NAMOONA', 'match', 'same'],
    [FULL, 'NAMOONA PARIKSHAN KUMAR', 'match', 'order'],
    [FULL, 'Shri Parikshan Kumar Namoona', 'match', 'title'],
    [FULL, 'Parikshan Namoona', 'close', 'word_missing'],
    [FULL, 'PARIKSHAN K NAMOONA', 'close', 'initial'],
    [FULL, 'PARIXAN KUMAR NAMUNA', 'close', 'spelling'],
    [FULL, 'P K NAMOONA', 'review', 'initials'],
    ['Namoona P', 'Parikshan Namoona', 'review', 'initials'],
    [FULL, 'PARIKSHANA KUMARI NAMOONA', 'review', 'gendered'],
    [FULL, 'KALPANIK KUMAR NAMOONA', 'mismatch', 'other'],
    [FULL, 'KOI AUR KALPANIK', 'mismatch', 'other'],
    ['', 'anything', 'unusable', 'other'],
    ['', '', 'unusable', 'other'],
  ])('the table: %j and %j: %s (%s)', (a, b, outcome, kind) => {
    expect(compareNames(a, b)).toMatchObject({ outcome, kind })
    expect(compareNames(b, a)).toMatchObject({ outcome, kind })
  })

  it.each<[string, string, NameOutcome]>([
    ['Mohd Kalpanik', 'MOHAMMED KALPANIK', 'match'],
    ['Md. Kalpanik', 'Muhammad Kalpanik', 'match'],
    ['Parikshan Kr. Namoona', FULL, 'match'],
    ['Namoona', 'NAMOONA', 'match'],
    ['Namoona', 'Namuna', 'close'],
    ['Namoona', 'Parikshan Namoona', 'review'],
    ['P', 'Parikshan', 'review'],
    ['Parikshan', 'Kalpanik', 'mismatch'],
    ['P Namoona', 'K Namoona', 'mismatch'],
    ['Parikshan P Namoona', 'Parikshan K Namoona', 'mismatch'],
    ['Parikshan Namoona', 'Parikshan Namoone', 'review'],
    ['Parikshan Namoona', 'Parikhsan Namoona', 'review'],
    ['Om Namoona', 'Am Namoona', 'mismatch'],
    ['Kumari Kalpana', 'Kalpana Kumari', 'match'],
    ['Parikshan Parikshan Namoona', 'Parikshan Namoona', 'close'],
    ['Parikshan Kumar Udaharan Namoona', 'Parikshan Namoona', 'review'],
    ['Ananya V Namoona', 'Ananya W Namoona', 'mismatch'],
    ["D'Souza Namoona", 'D SOUZA NAMOONA', 'match'],
    ['Parikshan Namoona S/O Kalpanik', 'Parikshan Namoona', 'match'],
  ])('beyond the table: %j and %j: %s', (a, b, outcome) => {
    expect(compareNames(a, b).outcome).toBe(outcome)
    expect(compareNames(b, a).outcome).toBe(outcome)
  })

  it.each([
    ['Devanagari', 'परीक्षण नमूना'],
    ['Devanagari that loses its marks', 'काल'],
    ['two scripts', 'Parikshan नमूना'],
    ['an emoji', 'Parikshan 🙂 Namoona'],
    ['right-to-left override', 'Parikshan \u202EanoomaN'],
    ['a zero-width joiner', 'Pari\u200Dkshan Namoona'],
    ['Cyrillic look-alikes', 'Pаrikshan Namoona'],
    ['half a surrogate pair', 'Parikshan \uD800'],
    ['a null byte', 'Parikshan\u0000Namoona'],
    ['markup', '<b>Parikshan</b>'],
    ['digits alone', '12345'],
    ['marks alone', '\u0301\u0301'],
    ['title alone, dotted away', '...'],
    ['far too long', 'Namoona '.repeat(5000)],
  ])('%s is never compared, not even with itself', (_, name) => {
    expect(isComparable(name)).toBe(false)
    expect(compareNames(name, name).outcome).toBe('unusable')
    expect(compareNames(name, 'Parikshan Namoona').outcome).toBe('unusable')
  })

  it('compares a name of 200 letters', () => {
    const long = `${'Parikshan '.repeat(15)}${'N'.repeat(50)}`
    expect(compareNames(long, long).outcome).toBe('match')
    expect(compareNames(long, `${long}X`).outcome).toBe('review')
    expect(compareNames('N'.repeat(200), 'M'.repeat(200)).outcome).toBe('mismatch')
  })

  it('explains an initial, and says whose it is', () => {
    const { words, shorter } = compareNames('Shri Parikshan Kumar Namoona', 'NAMOONA K PARIKSHAN')
    expect(words).toEqual([
      { first: 'SHRI', second: null, mark: 'title_dropped', letters: null },
      { first: 'PARIKSHAN', second: 'PARIKSHAN', mark: 'same', letters: null },
      { first: 'KUMAR', second: 'K', mark: 'initial_of', letters: null },
      { first: 'NAMOONA', second: 'NAMOONA', mark: 'same', letters: null },
    ])
    expect(shorter).toBe('second')
  })

  it('explains a spelling letter by letter', () => {
    const { words } = compareNames('Parikshan Namoona', 'Parixan Namoona')
    const marked = (letters: { letter: string; same: boolean }[] | undefined) =>
      letters?.map(({ letter, same }) => (same ? letter : letter.toLowerCase())).join('')
    expect(words[0]?.mark).toBe('spelling')
    expect(marked(words[0]?.letters?.first)).toBe('PARIkshAN')
    expect(marked(words[0]?.letters?.second)).toBe('PARIxAN')
  })

  it('explains what is missing, extra and different', () => {
    expect(compareNames(FULL, 'Parikshan Namoona').words[1]).toMatchObject({
      first: 'KUMAR',
      mark: 'missing',
    })
    expect(compareNames('Parikshan Namoona', FULL).words[2]).toMatchObject({ second: 'KUMAR', mark: 'extra' })
    expect(compareNames(FULL, 'Kalpanik Kumar Namoona').words[0]).toEqual({
      first: 'PARIKSHAN',
      second: 'KALPANIK',
      mark: 'differs',
      letters: null,
    })
  })
})

describe('any names', { timeout: 30_000 }, () => {
  const word = fc.constantFrom(
    ...'Parikshan Parikshana Parixan Kumar Kumara Namoona Namuna Kalpanik Koi Meera Mira P K N Mohd Mohammed'.split(
      ' ',
    ),
  )
  const nameWords = fc.array(word, { minLength: 1, maxLength: 6 })
  const shuffled = nameWords.chain((words) =>
    fc.record({
      words: fc.constant(words),
      other: fc.shuffledSubarray(words, { minLength: words.length, maxLength: words.length }),
    }),
  )
  const anyName = fc.oneof(
    nameWords.map((words) => words.join(' ')),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
  )

  it('compare the same from both sides', () => {
    fc.assert(
      fc.property(anyName, anyName, (a, b) => {
        const [there, back] = [compareNames(a, b), compareNames(b, a)]
        expect([back.outcome, back.kind]).toEqual([there.outcome, there.kind])
      }),
      { numRuns: 2000 },
    )
  })

  it('match themselves in any order', () => {
    fc.assert(
      fc.property(shuffled, ({ words, other }) => {
        expect(compareNames(words.join(' '), other.join(' ')).outcome).toBe('match')
      }),
    )
  })

  it('compare alike in whatever order their words stand', () => {
    fc.assert(
      fc.property(shuffled, nameWords, ({ words, other }, second) => {
        const [a, b] = [words, other].map((one) => compareNames(one.join(' '), second.join(' ')).outcome)
        expect(a).toBe(b)
      }),
      { numRuns: 1000 },
    )
  })

  it('compare alike with a title in front', () => {
    const title = fc.constantFrom('Mr', 'Mrs.', 'Shri', 'Smt', 'Dr', 'Late Shri')
    fc.assert(
      fc.property(nameWords, nameWords, title, (a, b, front) => {
        const plain = compareNames(a.join(' '), b.join(' ')).outcome
        expect(compareNames(`${front} ${a.join(' ')}`, b.join(' ')).outcome).toBe(plain)
      }),
      { numRuns: 1000 },
    )
  })

  it('never match with a word more or a word changed', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'ABEHIKMNOPRSTUVY'), minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 5 }), letters, (words, other) => {
        fc.pre(!/^(MR|MRS|MS|KM|ER|KR|MD|SRI|SHRI|SMT|KUM|KUMAR)$/.test(other))
        const name = words.join(' ')
        expect(compareNames(name, `${name} ${other}`).outcome).not.toBe('match')
        fc.pre(words[0] !== other)
        expect(compareNames(name, [other, ...words.slice(1)].join(' ')).outcome).not.toBe('match')
      }),
      { numRuns: 2000 },
    )
  })

  it('explain every word once', () => {
    fc.assert(
      fc.property(nameWords, nameWords, (a, b) => {
        const { words } = compareNames(a.join(' '), b.join(' '))
        const side = (which: 'first' | 'second') => words.flatMap((one) => one[which] ?? []).sort()
        const upper = (words: string[]) => words.map((one) => one.toUpperCase()).sort()
        expect(side('first')).toEqual(upper(a))
        expect(side('second')).toEqual(upper(b))
      }),
    )
  })
})
