import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { compareNames } from '@/lib/documents/names'
import type { DocumentType } from '@/lib/documents/types'
import { messagesFor } from '@/lib/i18n/messages'
import type { JourneyView, MismatchView, StepView } from '@/lib/verification/types'
import { Evidence } from './evidence'
import { NameCollation, toColumns } from './name-collation'
import { Passbook, stepTitle } from './passbook'
import { OUTLINES } from './ui/outlines'
import { placeOf, wayOf } from './way'

// Names that the installed package keeps as an alias of another file.
const ALIASES: Readonly<Record<string, string>> = {
  'circle-alert': 'circle-exclamation-point',
  'triangle-alert': 'triangle-exclamation-point',
}

describe('outlines', () => {
  it.each(Object.entries(OUTLINES))('%s is the outline of the installed icons', async (name, shapes) => {
    const file = new URL(
      `../node_modules/lucide-react/dist/esm/icons/${ALIASES[name] ?? name}.mjs`,
      import.meta.url,
    )
    const source = await readFile(file, 'utf8')
    for (const [, geometry] of shapes) {
      for (const value of Object.values(geometry)) expect(source).toContain(`"${value}"`)
    }
  })
})

describe('two documents that differ', () => {
  const words = messagesFor('en')
  const view = (first: string, second: string, change: Partial<MismatchView> = {}): MismatchView => ({
    kind: 'name',
    what: 'several',
    first: { type: 'aadhaar', value: first },
    second: { type: 'pan', value: second },
    words: compareNames(first, second).words,
    isReordered: false,
    ...change,
  })
  const draw = (mismatch: MismatchView) =>
    renderToStaticMarkup(createElement(NameCollation, { mismatch, words }))
  const framed = (html: string) =>
    [...html.matchAll(/<b class="(?:collation-whole )?is-different">([^<]*)/g)].map(([, text]) => text)
  const FULL = 'Sanika Kalpanik Rao'

  it('have letters under each other, with those framed that differ', () => {
    const html = draw(view(FULL, 'SONIKA KALPANIK RAO'))
    expect(framed(html)).toEqual(['A', 'O'])
    expect(html).toContain('Letter 2 of SANIKA is A on Aadhaar and O on PAN.')
    expect(html).toMatch(/Same on both<\/span> <span>KALPANIK RAO/)
  })

  it('leave a gap where a letter is missing, so that the others still stand under each other', () => {
    const html = draw(view(FULL, 'SANIKAH KALPANIK RAO'))
    expect(framed(html)).toEqual(['H'])
    expect(html.match(/is-absent/g)).toHaveLength(1)
    expect(html).toContain('In SANIKAH on PAN stands one letter more: H, at place 7.')
  })

  it('draw an initial, a missing word, another word and another order as themselves, not as letters', () => {
    expect(draw(view(FULL, 'S K RAO'))).toMatch(
      /KALPANIK<\/b><span class="collation-whole"><b class="is-different">K<\/b> <small>initial/,
    )
    expect(draw(view(FULL, 'SANIKA RAO'))).toMatch(/KALPANIK<\/b><span class="collation-none">.*not there/)
    expect(framed(draw(view(FULL, 'MEERA KALPANIK RAO')))).toEqual(['SANIKA', 'MEERA'])
    const order = draw(view(FULL, 'RAO SANIKA KALPANIK', { isReordered: true }))
    expect(order).toMatch(/3<\/small> RAO<\/b><b><small>1<\/small> SANIKA/)
    expect(order).toContain('The words stand in another order.')
    for (const html of [draw(view(FULL, 'S K RAO')), draw(view(FULL, 'SANIKA RAO')), order])
      expect(html).not.toContain('is-absent')
  })

  it('frame the parts of a birth date that differ', () => {
    const html = draw({ ...view('1998-08-14', '1998-09-14', { kind: 'birth_date' }), words: [] })
    expect(framed(html)).toEqual(['Aug', 'Sep'])
    expect(html).toContain('Aadhaar says 14 Aug 1998, PAN says 14 Sep 1998.')
  })

  it('are read out as one picture with a sentence, in Hindi as well', () => {
    const html = renderToStaticMarkup(
      createElement(NameCollation, { mismatch: view(FULL, 'SONIKA KALPANIK RAO'), words: messagesFor('hi') }),
    )
    expect(html).toMatch(/role="img" aria-label="आधार पर Sanika Kalpanik Rao है/)
    expect(html).not.toMatch(/\{\w+\}/)
  })

  it('lose no letter and no place, whatever the two words are', () => {
    const word = fc.stringMatching(/^[A-F]{4,12}$/)
    fc.assert(
      fc.property(word, word, (one, two) => {
        for (const { letters } of compareNames(one, two).words) {
          if (letters === null) continue
          const columns = toColumns(letters)
          expect(columns.map(([a]) => a?.letter ?? '').join('')).toBe(one)
          expect(columns.map(([, b]) => b?.letter ?? '').join('')).toBe(two)
          for (const [a, b] of columns) if (a?.same || b?.same) expect(a?.letter).toBe(b?.letter)
        }
      }),
    )
  })
})

const WORDS = messagesFor('en').journey

function journeyOf(documents: DocumentType[], connectionName: string | null) {
  const step = (key: StepView['key'], document: DocumentType | null = null): StepView => ({
    key,
    document,
    state: 'done',
    at: '2026-11-20T17:11:07Z',
  })
  const steps = [
    step('left'),
    step('shared'),
    ...documents.map((type) => step('document', type)),
    step('checks'),
  ]
  return { steps, connectionName, noticeVersion: 2 } satisfies Partial<JourneyView>
}

describe('an attempt at DigiLocker', () => {
  const journey = journeyOf(['aadhaar', 'pan'], 'IDTO')
  const printed = (carrier: string | null) =>
    renderToStaticMarkup(createElement(Passbook, { journey, carrier, words: WORDS }))

  it('goes to DigiLocker, whoever carries the request', () => {
    expect([wayOf(journey), placeOf(journey, WORDS)]).toEqual(['digilocker', 'DigiLocker'])
    expect(journey.steps.map((step) => stepTitle(step, journey, WORDS))).toEqual([
      'You went to DigiLocker',
      'You came back and had shared',
      'Aadhaar arrived',
      'PAN arrived',
      'Names and birth dates compared',
    ])
  })

  it('names the company in between, and says so when there is none', () => {
    expect(printed('IDTO')).toContain('Through IDTO')
    expect(printed(null)).toContain('With no company in between')
    expect(printed(null)).not.toContain('Through')
  })
})

describe('a document out of DigiLocker', () => {
  const evidence = (level: 'issuer_signed' | 'provider_asserted', sandbox: boolean) =>
    renderToStaticMarkup(
      createElement(Evidence, { level, type: 'pan', vendor: 'IDTO', readAt: null, sandbox, words: WORDS }),
    )

  it('is called signed when we checked the signature, and only then', () => {
    expect(evidence('issuer_signed', false)).toContain('<b>Signed by the Income Tax Department</b>')
    expect(evidence('issuer_signed', false)).toContain('evidence-issuer_signed')
    expect(evidence('provider_asserted', false)).toContain('<b>Sent by DigiLocker</b>')
    expect(evidence('issuer_signed', true)).toContain('<b>Invented by the sandbox</b>')
  })
})

describe('an attempt by photo', () => {
  const journey = journeyOf(['photo_document'], 'Didit')
  const evidence = (level: 'issuer_signed' | 'provider_asserted', sandbox: boolean) =>
    renderToStaticMarkup(
      createElement(Evidence, {
        level,
        type: 'photo_document',
        vendor: 'Didit',
        readAt: null,
        sandbox,
        words: WORDS,
      }),
    )

  it('goes to the page of its vendor and speaks of pictures', () => {
    expect([wayOf(journey), placeOf(journey, WORDS)]).toEqual(['capture', 'Didit'])
    expect(placeOf({ ...journey, connectionName: null }, WORDS)).toBe('the camera page')
    expect(journey.steps.map((step) => stepTitle(step, journey, WORDS))).toEqual([
      'You went to Didit',
      'You came back',
      'Photo document read',
      'Age and document checked',
    ])
  })

  it('is never called signed, and in the sandbox never more than invented', () => {
    expect(evidence('provider_asserted', false)).toContain('Read by Didit from your photo')
    expect(evidence('issuer_signed', false)).not.toContain('igned by')
    expect(evidence('provider_asserted', true)).toContain('Invented by the sandbox')
  })
})
