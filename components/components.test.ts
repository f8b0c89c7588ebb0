import { readFile } from 'node:fs/promises'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { DocumentType } from '@/lib/documents/types'
import { messagesFor } from '@/lib/i18n/messages'
import type { JourneyView, StepView } from '@/lib/verification/types'
import { Evidence } from './evidence'
import { collate } from './name-collation'
import { Passbook, stepTitle } from './passbook'
import { OUTLINES } from './ui/outlines'
import { placeOf, wayOf } from './way'

// Names that the installed package keeps as an alias of another file.
const ALIASES: Readonly<Record<string, string>> = { 'circle-alert': 'circle-exclamation-point' }

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

describe('two spellings of a name', () => {
  it('are laid under each other word by word', () => {
    expect(collate('Sanika Kalpanik Rao', 'SONIKA KALPANIK  RAO')).toEqual([
      { one: 'SANIKA', two: 'SONIKA' },
      { one: 'KALPANIK', two: 'KALPANIK' },
      { one: 'RAO', two: 'RAO' },
    ])
  })

  it('are not when words are missing or longer, where letters would mislead', () => {
    expect(collate('Sanika Rao', 'Sanika Kalpanik Rao')).toBeNull()
    expect(collate('Sanika Rao', 'Saanika Rao')).toBeNull()
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
