import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeCertificate } from '@/lib/doctor/testing/certificate'
import { listEndingAnchors, readTrustAnchors } from './anchors'
import { fixture, fixtureAnchors, SANDBOX_PEM } from './signing.testing'

const ISSUER = fixture('certs/test-issuer.cert.pem').toString()

/** A folder with these files, `table` as its anchors.json. */
function folderOf(table: unknown, files: Record<string, string> = { 'issuer.pem': ISSUER }): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ante-anchors-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  if (table !== undefined)
    writeFileSync(
      path.join(folder, 'anchors.json'),
      typeof table === 'string' ? table : JSON.stringify(table),
    )
  return folder
}

function readFolder(folder: string | undefined, production = false) {
  const problems: string[] = []
  const source = {
    text: () => folder,
    problem: (name: string, found: string | undefined, wanted: string) => {
      problems.push(`${name}: found ${found}, expected ${wanted}`)
    },
  }
  return { anchors: readTrustAnchors(source, production), problems }
}

const entry = (more: object = {}) => ({ file: 'issuer.pem', types: ['ADHAR'], ...more })

describe('trust anchors', () => {
  it('are none without the setting', () => {
    expect(readFolder(undefined)).toEqual({ anchors: [], problems: [] })
  })

  it('are read with the defaults of the table', () => {
    const { anchors, problems } = readFolder(folderOf([entry()]))
    expect(problems).toEqual([])
    expect(anchors).toMatchObject([
      {
        file: 'issuer.pem',
        sha256: '7212f2febdcb3a5780d66d03f3fc3a3f6846410b5c4b419a0886b0a86b2ec12e',
        types: ['ADHAR'],
        allowSha1Signature: false,
        revoked: false,
        validFrom: new Date('2025-01-01T00:00:00Z'),
        validTo: new Date('2045-01-01T00:00:00Z'),
      },
    ])
  })

  it('carry who owns them and where they come from, for those who look after them', () => {
    const about = { owner: 'TEST', source: 'letter', confirmed_on: '2026-11-20' }
    expect(readFolder(folderOf([entry(about)])).problems).toEqual([])
  })

  it.each([
    [
      'days of India, the last one as a whole',
      '2026-01-01',
      '2026-12-31',
      '2025-12-31T18:30:00Z',
      '2026-12-31T18:29:59.999Z',
    ],
    [
      'moments',
      '2026-01-01T00:00:00Z',
      '2026-06-01T12:00:00+05:30',
      '2026-01-01T00:00:00Z',
      '2026-06-01T06:30:00Z',
    ],
    [
      'never wider than the certificate',
      '2020-01-01',
      '2099-01-01',
      '2025-01-01T00:00:00Z',
      '2045-01-01T00:00:00Z',
    ],
  ])('have the dates of the table: %s', (_, not_before, not_after, from, to) => {
    const { anchors, problems } = readFolder(folderOf([entry({ not_before, not_after })]))
    expect(problems).toEqual([])
    expect(anchors).toMatchObject([{ validFrom: new Date(from), validTo: new Date(to) }])
  })

  const { cert: elliptic } = makeCertificate({ name: 'ec', validFrom: new Date(0), validTo: new Date(9e12) })
  it.each<[string, string]>([
    ['a folder that is not there', '/absent/folder'],
    ['no anchors.json', folderOf(undefined)],
    ['no JSON', folderOf('[')],
    ['no list', folderOf({ anchors: [] })],
    ['an empty list', folderOf([])],
    ['an unknown type', folderOf([entry({ types: ['PASSPORT'] })])],
    ['no types', folderOf([entry({ types: [] })])],
    ['an unknown word', folderOf([entry({ allow_sha1: true })])],
    ['a flag in words', folderOf([entry({ revoked: 'no' })])],
    ['an impossible date', folderOf([entry({ not_after: '2026-02-30' })])],
    ['a date without an offset', folderOf([entry({ not_before: '2026-02-03T00:00:00' })])],
    ['dates in the wrong order', folderOf([entry({ not_before: '2027-01-01', not_after: '2026-01-01' })])],
    ['dates outside the certificate', folderOf([entry({ not_after: '2024-01-01' })])],
    ['a file that is not there', folderOf([entry({ file: 'absent.pem' })])],
    [
      'a file outside the folder',
      folderOf([entry({ file: `../${path.basename(folderOf([entry()]))}/issuer.pem` })]),
    ],
    ['a file that is no certificate', folderOf([entry()], { 'issuer.pem': 'hello' })],
    ['two certificates in one file', folderOf([entry()], { 'issuer.pem': ISSUER + SANDBOX_PEM })],
    ['a key that is not RSA', folderOf([entry()], { 'issuer.pem': elliptic })],
    ['the same certificate twice', folderOf([entry(), entry({ types: ['PANCR'] })])],
  ])('refuse %s in one line that names the setting', (_, folder) => {
    const { problems } = readFolder(folder)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^TRUST_ANCHORS_DIR: found .+, expected [^\n]+$/)
  })

  it('tell every problem at once', () => {
    const table = [entry({ types: ['X'] }), entry({ file: 'absent.pem' }), entry()]
    const { anchors, problems } = readFolder(folderOf(table))
    expect(problems).toHaveLength(2)
    expect(anchors).toHaveLength(1)
  })

  it('made for tests are refused in production (FL-17)', () => {
    for (const text of [ISSUER, SANDBOX_PEM]) {
      const { anchors, problems } = readFolder(folderOf([entry()], { 'issuer.pem': text }), true)
      expect(anchors).toEqual([])
      expect(problems).toEqual([expect.stringContaining('no TEST certificate in production')])
    }
  })

  it('are told of when they end within the days, or are over, but not when revoked', () => {
    const at = (days: number) => new Date(Date.parse('2026-11-20T00:00:00Z') + days * 86_400_000)
    const named = (file: string, days: number, revoked = false) =>
      fixtureAnchors({ file, validTo: at(days), revoked })[0] as ReturnType<typeof fixtureAnchors>[number]
    const all = [named('over', -1), named('soon', 60), named('later', 61), named('revoked', 1, true)]
    expect(listEndingAnchors(all, at(0), 60).map(({ file }) => file)).toEqual(['over', 'soon'])
  })
})
