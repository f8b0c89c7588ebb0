import { expect, test } from 'vitest'
import { readDocument } from '@/lib/documents/read'
import { DEFAULT_POLICY } from '@/lib/policy/current'
import { decide } from '@/lib/policy/decide'
import type { ProviderFields } from '@/lib/providers/types'
import { LOCKER, TODAY } from './input.testing'
import { toCheckedDocument } from './to-checked-document'

// Names as they may really arrive, from the vendor's reply to the decision: never a crash, never a pass.

const BASE: ProviderFields = {
  name: 'Parikshan Kumar Namoona',
  number: 'ZZZPN0000Z',
  birthDate: '1992-02-29',
  gender: 'M',
  address: 'Udaharan Road 1',
  state: null,
  issuedOn: null,
  expiresOn: null,
  photo: null,
  kind: null,
}

function decideOn(name: string, state: string | null = null) {
  const read = (type: 'aadhaar' | 'pan', fields: ProviderFields) => {
    const raw = new TextEncoder().encode('{}')
    const answer = readDocument(
      { type, kind: 'fields', mediaType: 'application/json', raw, fields },
      { today: TODAY },
    )
    if (answer.kind === 'unreadable') throw new Error(answer.reason)
    return toCheckedDocument(answer.document, TODAY)
  }
  const documents = [
    read('aadhaar', { ...BASE, number: 'xxxxxxxx1234' }),
    read('pan', { ...BASE, name, state }),
  ]
  return decide({ ...LOCKER, documents }, DEFAULT_POLICY)
}

test.each([
  ['Devanagari', 'परीक्षण कुमार नमूना'],
  ['one word', 'Namoona'],
  ['200 letters', 'N'.repeat(200)],
  ['200 words', 'Namoona '.repeat(200)],
  ['an emoji', 'Parikshan Kumar Namoona 🙂'],
  ['right-to-left override', '\u202EParikshan Kumar Namoona'],
  ['half a surrogate pair', 'Parikshan Kumar Namoona \uD83D'],
  ['a zero-width space', 'Parikshan\u200B Kumar Namoona'],
  ['markup', '<script>Parikshan Kumar Namoona</script>'],
])('%s in one name goes to a person', (_, name) => {
  expect(decideOn(name).status).toBe('awaiting_reviewer')
})

test('half a surrogate pair in the State is no crash either', () => {
  expect(decideOn('Parikshan Kumar Namoona', '\uDC00').status).toBe('approved')
})

test('photo, number and street never reach a decision', () => {
  const [document] = [toCheckedDocument(readPan(), TODAY)]
  expect(JSON.stringify(document)).not.toMatch(/ZZZPN|Udaharan|iVBOR/)
})

function readPan() {
  const fields = { ...BASE, photo: 'iVBORw0KGgoAAAA=' }
  const raw = new TextEncoder().encode('{}')
  const answer = readDocument(
    { type: 'pan', kind: 'fields', mediaType: 'application/json', raw, fields },
    { today: TODAY },
  )
  if (answer.kind === 'unreadable') throw new Error(answer.reason)
  return answer.document
}
