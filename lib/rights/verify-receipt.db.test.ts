import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'

// The stand-alone checker, copied away from the project, on real receipts and on changed ones.

await openFreshDatabase()
const { makePlayer, agreeTo } = await import('@/lib/verification/testing')
const { withdraw } = await import('@/lib/verification/consenting')
const { findSignedReceipt, listReceipts } = await import('@/lib/consent/consent')
const { makeCertificate } = await import('./certificate')
const { publicJwk } = await import('@/lib/crypto/sign')
const { env } = await import('@/lib/env')

const folder = mkdtempSync(path.join(tmpdir(), 'ante-receipt-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let given = ''
let withdrawn = ''

beforeAll(async () => {
  cpSync(
    fileURLToPath(new URL('../../scripts/verify-receipt.mjs', import.meta.url)),
    path.join(folder, 'verify.mjs'),
  )
  writeFileSync(
    path.join(folder, 'ante-keys.json'),
    JSON.stringify({ keys: [publicJwk(env().checkpointKey)] }),
  )
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const [receipt] = await listReceipts(player)
  given = (await findSignedReceipt(player, receipt?.id ?? '')) ?? ''
  await withdraw(player, receipt?.id ?? '')
  withdrawn = (await findSignedReceipt(player, receipt?.id ?? '')) ?? ''
})

function run(text: string, ...more: string[]) {
  const file = path.join(folder, 'file.json')
  writeFileSync(file, text)
  const { status, stdout, stderr } = spawnSync(process.execPath, ['verify.mjs', 'file.json', ...more], {
    cwd: folder,
    encoding: 'utf8',
    env: { NODE_ENV: 'test' },
  })
  return { status, text: stdout + stderr }
}

/** As much of a signed file as the tests change. */
interface Changeable {
  receipt: {
    purposes: [{ granted: boolean; items: [unknown, { granted: boolean }] }]
    givenAt: { utc: string }
    browser?: string
    extra?: boolean
  }
  certificate: { reason: string }
  signature: { value: string; keyId: string }
  events: [{ event: { at: string; receiptId: string } }]
}

/** The same file with one change. */
function changed(text: string, change: (document: Changeable) => void): string {
  const document = JSON.parse(text) as Changeable
  change(document)
  return JSON.stringify(document)
}

describe('the receipt checker', () => {
  test('finds a receipt valid, also when its members stand in another order', () => {
    expect(run(given)).toMatchObject({ status: 0 })
    const { receipt, signature } = JSON.parse(given) as { receipt: object; signature: object }
    const reversed = Object.fromEntries(Object.entries(receipt).reverse())
    expect(run(JSON.stringify({ signature, receipt: reversed }))).toMatchObject({ status: 0 })
  })

  test('finds the later withdrawal too', () => {
    const { status, text } = run(withdrawn)
    expect(status).toBe(0)
    expect(text).toMatch(/valid +Receipt .*\nvalid +Later event .* withdrawn/)
  })

  test.each<[string, (document: Changeable) => void]>([
    ['a purpose', ({ receipt }) => (receipt.purposes[0].granted = false)],
    ['an item', ({ receipt }) => (receipt.purposes[0].items[1].granted = true)],
    ['the time', ({ receipt }) => (receipt.givenAt.utc = '2020-01-01T00:00:00.000Z')],
    ['an added member', ({ receipt }) => (receipt.extra = true)],
    ['a removed member', ({ receipt }) => delete receipt.browser],
    [
      'the signature',
      ({ signature }) =>
        (signature.value = signature.value.replace(/^./, (sign) => (sign === 'x' ? 'y' : 'x'))),
    ],
    ['the key', ({ signature }) => (signature.keyId = '0000000000000000')],
    ['the later event', ({ events }) => (events[0].event.at = '2020-01-01T00:00:00.000Z')],
  ])('refuses a receipt with %s changed', (_what, change) => {
    const { status, text } = run(changed(withdrawn, change))
    expect(status).toBe(1)
    expect(text).toContain('NOT VALID')
  })

  test("refuses another site's key, even one that claims our key's id", async () => {
    const { generateKeyPairSync } = await import('node:crypto')
    const jwk = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
    const kid = publicJwk(env().checkpointKey).kid
    writeFileSync(path.join(folder, 'other.json'), JSON.stringify({ keys: [{ ...jwk, kid }] }))
    expect(run(given, '--keys', 'other.json').status).toBe(1)
  })

  test('checks an erasure certificate, and refuses a changed one', () => {
    const signed = makeCertificate('6a2f41a3-c54c-4a6e-8b1b-6d3c1c1d9f10', 'player', new Date())
    expect(run(JSON.stringify(signed))).toMatchObject({ status: 0 })
    expect(
      run(changed(JSON.stringify(signed), ({ certificate }) => (certificate.reason = 'minor'))).status,
    ).toBe(1)
  })

  test('refuses one thing of ours in the place of another', () => {
    const { certificate, signature } = makeCertificate(
      '6a2f41a3-c54c-4a6e-8b1b-6d3c1c1d9f10',
      'player',
      new Date(),
    )
    for (const kind of ['receipt', 'export']) {
      const { status, text } = run(JSON.stringify({ [kind]: certificate, signature }))
      expect({ status, text }).toMatchObject({ status: 1, text: expect.stringContaining('NOT VALID') })
    }
    const { events } = JSON.parse(withdrawn) as { events: [{ event: object; signature: object }] }
    const [{ event, signature: ofEvent }] = events
    expect(run(JSON.stringify({ receipt: event, signature: ofEvent })).status).toBe(1)
  })

  test('lets a forged file write nothing into the terminal', () => {
    const { text } = run(JSON.stringify({ receipt: { receiptId: 'x\u001b[2K\r\nvalid' }, signature: {} }))
    expect(text).toBe('NOT VALID  Receipt x?[2K??valid: something else of ours\n')
  })

  test.each([
    ['no JSON', 'x'],
    ['something else', '{"a":1}'],
    ['an event of another receipt', ''],
  ])('says so when it cannot check: %s', (what, text) => {
    const other = text || changed(withdrawn, ({ events }) => (events[0].event.receiptId = 'other'))
    expect(run(other).status, what).toBe(2)
  })
})
