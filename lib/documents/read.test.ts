import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProviderFields } from '@/lib/providers/types'
import { sandboxAnchor } from './anchors'
import { ageOn } from './dates'
import { compareNames } from './names'
import { type ReadOutcome, readDocument } from './read'
import { DOCUMENT_TYPES, type DocumentType } from './types'

const TODAY = '2026-11-20'
const FOLDER = join(import.meta.dirname, 'fixtures')
const TYPE_OF: Readonly<Record<string, DocumentType>> = {
  ADHAR: 'aadhaar',
  OFFLINE_KYC: 'aadhaar',
  PANCR: 'pan',
  DRVLC: 'driving_licence',
}

interface Expected {
  file: string
  type: string
  verdict: string
  business?: string
  facts?: Record<string, string | number | null>
}

const expected: Expected[] = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')).documents
const genuine = expected.filter(({ verdict }) => verdict.startsWith('valid'))
const fixture = (file: string) => readFileSync(join(FOLDER, file))

function readXml(type: DocumentType, raw: Uint8Array | string): ReadOutcome {
  return readDocument(
    { type, kind: 'xml', raw: Buffer.from(raw as string), mediaType: 'application/xml' },
    { today: TODAY },
  )
}

function readFile(file: string, type: string) {
  const outcome = readXml(TYPE_OF[type] ?? 'pan', fixture(file))
  if (outcome.kind !== 'read') throw new Error(`${file}: ${outcome.reason}`)
  return outcome
}

describe('fixtures that are genuine', () => {
  it.each(genuine)('$file gives its facts', ({ file, type, facts = {} }) => {
    const { document } = readFile(file, type)
    const read: Record<string, unknown> = {
      name: document.facts.name,
      dob: document.facts.birthDate,
      dobPrecision: document.facts.birthDate?.length === 4 ? 'year' : 'day',
      gender: document.facts.gender,
      aadhaarLast4: document.facts.numberMasked?.slice(-4),
      state: document.facts.state,
      documentNumber: document.numberNormalised,
      expiry: document.facts.expiresOn,
      age: document.facts.birthDate === null ? null : ageOn(document.facts.birthDate, TODAY),
    }
    for (const [name, value] of Object.entries(facts))
      expect({ [name]: read[name] }).toEqual({ [name]: value })
    expect(document.evidence).toBe('provider_asserted')
  })

  it.each(genuine)(
    '$file has the remark that its business code names',
    ({ file, type, business = 'none' }) => {
      // Three codes compare with a day or another document; they are checks, not remarks.
      const isRemark = !['none', 'under_age', 'name_mismatch', 'dob_mismatch'].includes(business)
      expect(readFile(file, type).document.remarks).toEqual(isRemark ? [business] : [])
    },
  )

  it('keeps the raw form unless a full number is in it', () => {
    const kept = genuine.filter(({ file, type }) => readFile(file, type).keepRaw)
    expect(genuine.filter((entry) => !kept.includes(entry)).map(({ file }) => file)).toEqual([
      'business/eaadhaar.unmasked-uid.xml',
    ])
  })

  it('never shows more than the last four of a number', () => {
    const shown = genuine.map(({ file, type }) => JSON.stringify(readFile(file, type).document.facts))
    expect(shown.filter((text) => /0123|[A-Z]{5}\d{4}[A-Z]|KA00/.test(text))).toEqual([])
  })

  it('compares names across documents', () => {
    const aadhaar = readFile('valid/eaadhaar.xml', 'ADHAR').document.facts.name ?? ''
    const pan = (file: string) => readFile(file, 'PANCR').document.facts.name ?? ''
    expect(compareNames(aadhaar, pan('business/pan.reordered-name.xml')).outcome).toBe('match')
    expect(compareNames(aadhaar, pan('business/pan.name-mismatch.xml')).outcome).toBe('mismatch')
  })
})

describe('fixtures that must not be read', () => {
  it.each(expected.filter(({ verdict }) => verdict === 'dtd_forbidden'))('$file', ({ file, type }) => {
    expect(readXml(TYPE_OF[type] ?? 'pan', fixture(file))).toEqual({
      kind: 'unreadable',
      reason: 'dtd_forbidden',
    })
  })
  it('two sets of data beside each other are nobody’s choice', () => {
    const outcome = readXml('aadhaar', fixture('invalid/eaadhaar.xsw-sibling.xml'))
    expect(outcome).toEqual({ kind: 'unreadable', reason: 'fields_missing' })
  })
  it('an unsigned document is read as the vendor’s word', () => {
    expect(readFile('invalid/pan.unsigned.xml', 'PANCR').document.evidence).toBe('provider_asserted')
  })
})

const pan = (root: string, content: string, person = 'name="ASHA NAMOONA" dob="31-01-1990" uid=""') =>
  `<Certificate type="PANCR" ${root}><IssuedTo><Person ${person}/></IssuedTo><CertificateData>${content}</CertificateData></Certificate>`

describe('PAN', () => {
  const remarks = (xml: string) => {
    const outcome = readXml('pan', xml)
    return outcome.kind === 'read' ? outcome.document.remarks : outcome.reason
  }
  it('takes the number of either element, the envelope or the text', () => {
    const texts = [
      pan('', '<PAN num="ZZZPN0000Z"/>'),
      pan('', '<PANVerificationRecord num="ZZZPN0000Z"/>'),
      pan('number="zzzpn0000z"', '<PAN/>'),
      pan('', '<PAN>ZZZPN0000Z</PAN>'),
      pan('number="ZZZPN0000Z"', ''),
    ]
    for (const text of texts) expect(remarks(text)).toEqual([])
  })
  it('notes numbers that disagree, forms that are none and holders that are no person', () => {
    expect(remarks(pan('number="ZZZPN0000Z"', '<PAN num="ZZZPN0000Y"/>'))).toEqual(['document_inconsistent'])
    expect(remarks(pan('number="ZZZPN000Z"', '<PAN/>'))).toEqual(['pan_malformed'])
    expect(remarks(pan('number="ZZZHN0000Z"', '<PAN/>'))).toEqual(['pan_not_individual'])
    expect(remarks(pan('number="ZZZPN0000Z" status="Active"', ''))).toEqual([])
    expect(remarks(pan('number="ZZZPN0000Z" status="S"', ''))).toEqual(['document_not_active'])
  })
  it('needs a number and a name', () => {
    expect(remarks(pan('', ''))).toBe('fields_missing')
    expect(remarks(pan('number="ZZZPN0000Z"', '', 'dob="31-01-1990"'))).toBe('fields_missing')
  })
  it('refuses another type', () => {
    expect(remarks(pan('number="ZZZPN0000Z"', '').replace('PANCR', 'DRVLC'))).toBe('type_unexpected')
    expect(remarks(pan('number="ZZZPN0000Z"', '').replace('PANCR', 'PANCD'))).toEqual([])
  })
  it('drops the holder’s uid and does not keep bytes that hold one', () => {
    const outcome = readXml(
      'pan',
      pan('number="ZZZPN0000Z"', '', 'name="ASHA NAMOONA" dob="31-01-1990" uid="012345678912"'),
    )
    expect(outcome).toMatchObject({ kind: 'read', keepRaw: false })
    expect(JSON.stringify(outcome)).not.toContain('012345678912')
  })
  it('sees a number that is written in character references', () => {
    const hidden = [...'012345678912'].map((digit) => `&#${digit.charCodeAt(0)};`).join('')
    const outcome = readXml(
      'pan',
      pan('number="ZZZPN0000Z"', '', `name="ASHA" dob="31-01-1990" uid="${hidden}"`),
    )
    expect(outcome).toMatchObject({ kind: 'read', keepRaw: false })
  })
  it('sees a number that stands half in a CDATA section', () => {
    const outcome = readXml('pan', pan('number="ZZZPN0000Z"', '<PAN/><Note>0123<![CDATA[4567]]>8906</Note>'))
    expect(outcome).toMatchObject({ kind: 'read', keepRaw: false })
  })
  it('masks a number that stands inside a name', () => {
    const outcome = readXml(
      'pan',
      pan('number="ZZZPN0000Z"', '', 'name="ASHA 0123 4567 8906" dob="31-01-1990"'),
    )
    expect(JSON.stringify(outcome)).toContain('ASHA XXXX XXXX 8906')
  })
})

describe('driving licence', () => {
  const licence = (root: string, content = '<DrivingLicense/>') =>
    `<Certificate type="DRVLC" ${root}><IssuedTo><Person name="ASHA NAMOONA" dob="31-01-1990"><Address state="Karnataka"/></Person></IssuedTo><CertificateData>${content}</CertificateData></Certificate>`
  it('takes spaces, hyphens and slashes out of the number', () => {
    const outcome = readXml('driving_licence', licence('number="KA-00 2012/0000000"'))
    expect(outcome).toMatchObject({ document: { numberNormalised: 'KA0020120000000' } })
  })
  it('tolerates nested categories and a default namespace', () => {
    const nested =
      '<DrivingLicense><Categories><Category code="NT" issueDate="01-03-2012"/></Categories></DrivingLicense>'
    const text = licence('xmlns="urn:namoona" number="KA0020120000000"', nested)
    expect(readXml('driving_licence', text)).toMatchObject({
      document: { facts: { issuedOn: '2012-03-01' } },
    })
  })
  it('counts the last day and distrusts an end that cannot be read', () => {
    const remarks = (expiry: string) =>
      readXml('driving_licence', licence(`number="KA00" expiryDate="${expiry}"`))
    expect(remarks('20-11-2026')).toMatchObject({ document: { remarks: [] } })
    expect(remarks('19-11-2026')).toMatchObject({ document: { remarks: ['document_expired'] } })
    expect(remarks('soon')).toMatchObject({ document: { remarks: ['document_inconsistent'] } })
    expect(remarks('')).toMatchObject({ document: { remarks: [], facts: { expiresOn: null } } })
  })
})

describe('Aadhaar', () => {
  const record = (attributes: string, user: string) =>
    `<KycRes ${attributes}><UidData ${user}</UidData></KycRes>`
  it('is refused without name or number, but a negative answer may be empty', () => {
    const empty = readXml('aadhaar', record('ret="Y"', '><Poi/>'))
    expect(empty).toEqual({ kind: 'unreadable', reason: 'fields_missing' })
    expect(readXml('aadhaar', '<KycRes ret="N"/>')).toMatchObject({
      document: { remarks: ['kyc_not_successful', 'dob_unusable'], facts: { name: null } },
    })
  })
  it('notes a copy that is past its time', () => {
    const text = record(
      'ret="Y" ttl="2026-11-19T12:00:00"',
      'uid="xxxxxxxx1234"><Poi name="Asha" dob="31-01-1990"/>',
    )
    expect(readXml('aadhaar', text)).toMatchObject({ document: { remarks: ['document_expired'] } })
  })
  it('drops a portrait that is no picture', () => {
    const text = record(
      'ret="Y"',
      'uid="xxxxxxxx1234"><Poi name="Asha" dob="31-01-1990"/><Pht>javascript:</Pht>',
    )
    expect(readXml('aadhaar', text)).toMatchObject({ document: { facts: { photo: null } } })
  })
})

describe('a vendor’s own fields', () => {
  const fields: ProviderFields = {
    kind: null,
    issuedOn: null,
    expiresOn: null,
    name: 'ASHA EXAMPLE',
    birthDate: '31/01/1990',
    gender: 'Female',
    number: 'xxxxxxxx0000',
    address: '1, Sample Road',
    state: 'Karnataka',
    photo: '/9j/AAAA',
  }
  const read = (type: DocumentType, more: Partial<ProviderFields> = {}, raw = '{}') =>
    readDocument(
      {
        type,
        kind: 'fields',
        raw: Buffer.from(raw),
        mediaType: 'application/json',
        fields: { ...fields, ...more },
      },
      { today: TODAY, trust: { anchors: [sandboxAnchor()], at: new Date() } },
    )
  it('are facts of the same shape and never signed', () => {
    expect(read('aadhaar')).toEqual({
      kind: 'read',
      keepRaw: true,
      document: {
        type: 'aadhaar',
        evidence: 'provider_asserted',
        signature: 'not_checked',
        anchorSha256: null,
        remarks: [],
        numberNormalised: null,
        issuedBy: null,
        facts: {
          name: 'ASHA EXAMPLE',
          birthDate: '1990-01-31',
          gender: 'F',
          numberMasked: 'XXXX XXXX 0000',
          address: '1, Sample Road',
          state: 'Karnataka',
          issuedOn: null,
          expiresOn: null,
          photo: '/9j/AAAA',
        },
      },
    })
  })
  it('with a full number are masked and their bytes not kept', () => {
    const outcome = read('aadhaar', { number: '012345678912' })
    expect(outcome).toMatchObject({ keepRaw: false, document: { remarks: ['aadhaar_unmasked'] } })
    expect(JSON.stringify(outcome)).not.toContain('01234567')
    expect(read('aadhaar', {}, '{"masked_uid":"012345678912"}')).toMatchObject({ keepRaw: false })
  })
  it('with digits hidden in escapes are found too', () => {
    const hidden = [...'012345678912'].map((digit) => `\\u003${digit}`).join('')
    expect(read('aadhaar', {}, `{"masked_uid":"${hidden}"}`)).toMatchObject({ keepRaw: false })
    const deep = `${'{"a":'.repeat(90_000)}"${hidden}"${'}'.repeat(90_000)}`
    expect(read('aadhaar', {}, deep)).toMatchObject({ keepRaw: false })
  })

  it.each<[string, DocumentType, Partial<ProviderFields>, object]>([
    [
      'a PAN',
      'pan',
      { number: ' zzzpn 0000z' },
      { numberNormalised: 'ZZZPN0000Z', remarks: [], facts: { numberMasked: 'XXXXXX000Z', expiresOn: null } },
    ],
    ['the PAN of a firm', 'pan', { number: 'ZZZCN0000Z' }, { remarks: ['pan_not_individual'] }],
    [
      'a PAN that is masked already',
      'pan',
      { number: 'XXXXX0000X' },
      { remarks: ['pan_not_individual'], facts: { numberMasked: 'XXXXXX000X' } },
    ],
    [
      'no PAN at all',
      'pan',
      { number: '123' },
      { remarks: ['pan_malformed'], numberNormalised: null, facts: { numberMasked: null } },
    ],
    [
      'a licence without an end',
      'driving_licence',
      { number: 'KA-00 2012/0000000' },
      {
        numberNormalised: 'KA0020120000000',
        remarks: [],
        facts: { numberMasked: 'XXXXXXXXXXX0000', issuedOn: null, expiresOn: null },
      },
    ],
    [
      'a licence on its last day',
      'driving_licence',
      { number: 'KA00', issuedOn: '01/03/2012', expiresOn: '20-11-2026' },
      { remarks: [], facts: { issuedOn: '2012-03-01', expiresOn: '2026-11-20' } },
    ],
    [
      'a licence past its end',
      'driving_licence',
      { number: 'KA00', expiresOn: '2026-11-19' },
      { remarks: ['document_expired'] },
    ],
    [
      'a licence with an end that cannot be read',
      'driving_licence',
      { number: 'KA00', expiresOn: 'soon' },
      { remarks: ['document_inconsistent'], facts: { expiresOn: null } },
    ],
    [
      'a photo document',
      'photo_document',
      { kind: 'Passport', number: 'Z 0000001', issuedOn: '2020-01-31', expiresOn: '31012030' },
      {
        type: 'photo_document',
        evidence: 'provider_asserted',
        numberNormalised: null,
        remarks: [],
        facts: { numberMasked: 'XXXX0001', issuedOn: '2020-01-31', expiresOn: '2030-01-31' },
      },
    ],
    [
      'a short number',
      'photo_document',
      { number: 'A12' },
      { facts: { numberMasked: 'XXX' }, numberNormalised: null },
    ],
    [
      'a photo document past its end',
      'photo_document',
      { number: 'Z0000001', expiresOn: '19/11/2026' },
      { remarks: ['document_expired'] },
    ],
    [
      'one that the vendor did not pass',
      'photo_document',
      { number: 'Z0000001', inDoubt: true },
      { remarks: ['document_not_active'] },
    ],
    [
      'an Aadhaar that the vendor did not pass',
      'aadhaar',
      { inDoubt: true },
      { remarks: ['document_not_active'] },
    ],
  ])('read %s', (_, type, more, document) => {
    expect(read(type, more)).toMatchObject({ kind: 'read', keepRaw: true, document: { ...document } })
  })

  it.each([
    ['31-01-1990', '1990-01-31', []],
    ['31/01/1990', '1990-01-31', []],
    ['31011990', '1990-01-31', []],
    ['1990-01-31', '1990-01-31', []],
    ['1990', '1990', ['dob_year_only']],
    ['31-01-90', null, ['dob_unusable']],
    ['31/01/90', null, ['dob_unusable']],
    ['01-31-1990', null, ['dob_unusable']],
    ['XX-XX-1990', null, ['dob_unusable']],
    ['', null, ['dob_unusable']],
    [null, null, ['dob_unusable']],
  ])('read the birth date %j as %j', (birthDate, expected, remarks) => {
    for (const type of DOCUMENT_TYPES) {
      const number = type === 'aadhaar' ? 'xxxxxxxx0000' : 'ZZZPN0000Z'
      expect(read(type, { birthDate, number })).toMatchObject({
        document: { remarks, facts: { birthDate: expected } },
      })
    }
  })

  it.each([
    { number: '0123 4567 8912' },
    { number: '012345678912' },
    { number: 'Z1', address: 'c/o 0123-4567-8912' },
    { number: 'Z1', name: 'ASHA 012345678912' },
  ])('with twelve digits in a photo document are remarked, masked and not kept: %j', (more) => {
    const outcome = read('photo_document', more)
    expect(outcome).toMatchObject({ keepRaw: false, document: { remarks: ['aadhaar_unmasked'] } })
    expect(JSON.stringify(outcome)).not.toMatch(/0123[ -]?4567/)
  })
  it('with a full number elsewhere in the reply of a photo document are remarked as well', () => {
    const outcome = read('photo_document', { number: 'Z0000001' }, '{"personal_uid":"012345678912"}')
    expect(outcome).toMatchObject({ keepRaw: false, document: { remarks: ['aadhaar_unmasked'] } })
  })

  it.each(DOCUMENT_TYPES)('need a name and a number: %s', (type) => {
    const missing = { kind: 'unreadable', reason: 'fields_missing' }
    for (const more of [{ name: null }, { name: ' ' }, { number: null }, { number: ' ' }])
      expect(read(type, { number: 'xxxxxxxx0000', ...more })).toEqual(missing)
  })
})

describe('anything else', () => {
  it('a photo document is neither XML nor PDF', () => {
    expect(readXml('photo_document', fixture('valid/dl.xml'))).toEqual({
      kind: 'unreadable',
      reason: 'type_unexpected',
    })
    const raw = Buffer.from('%PDF-1.7')
    const pdf = { type: 'photo_document', kind: 'pdf', raw, mediaType: 'application/pdf' } as const
    expect(readDocument(pdf, { today: TODAY })).toEqual({ kind: 'unreadable', reason: 'pdf_only' })
  })

  it('a PDF is for a person to look at', () => {
    const pdf = {
      type: 'pan',
      kind: 'pdf',
      raw: Buffer.from('%PDF-1.7'),
      mediaType: 'application/pdf',
    } as const
    expect(readDocument(pdf, { today: TODAY })).toEqual({ kind: 'unreadable', reason: 'pdf_only' })
  })
  it('never throws', () => {
    const valid = fixture('valid/eaadhaar.xml').toString()
    const cut = fc.nat(valid.length).map((length) => valid.slice(0, length))
    fc.assert(
      fc.property(
        fc.constantFrom(...DOCUMENT_TYPES),
        fc.oneof(fc.string({ unit: 'binary' }), cut),
        (type, text) => {
          expect(['read', 'unreadable']).toContain(readXml(type, text).kind)
        },
      ),
    )
  })
})
