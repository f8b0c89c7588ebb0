import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { diagnose } from './diagnose'
import { CannotExamine, chooseTargets, readTargets } from './targets'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ante-doctor-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: unknown): string {
  const full = path.join(folder, name)
  writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content))
  return full
}

const IDTO = {
  IDTO_BASE_URL: 'https://prod.idto.ai',
  IDTO_API_KEY: 'key-of-a-test-1',
  IDTO_CLIENT_ID: 'id-of-a-test-1',
}
const surroundings = { environment: {}, now: () => new Date(), resolve: async () => [] }

describe('targets', () => {
  test('without any vendor there are six on the sandbox, in production none', () => {
    const targets = readTargets({ SANDBOX_PORT: '4999' })
    expect(targets).toHaveLength(6)
    expect(targets.every(({ source, sandbox }) => source === 'sandbox' && sandbox)).toBe(true)
    expect(targets[0]?.settings.BASE_URL?.value).toBe('http://localhost:4999')
    expect(() => readTargets({ APP_ENV: 'production' })).toThrow(CannotExamine)
  })

  test('one variable is enough to be examined, blanks and all', () => {
    const [target, ...others] = readTargets({ DEEPVUE_API_KEY: ' key ' })
    expect(others).toEqual([])
    expect(target).toMatchObject({ connectionId: 'deepvue', source: 'environment', sandbox: false })
    expect(target?.settings.API_KEY).toMatchObject({ value: ' key ', label: 'DEEPVUE_API_KEY' })
  })

  test('a value may stand in a file, whose last line end does not count', async () => {
    const [target] = readTargets({
      ...IDTO,
      IDTO_API_KEY: undefined,
      IDTO_API_KEY_FILE: file('key', 'key-of-a-test-1\n'),
    })
    if (target === undefined) throw new Error('none')
    expect(target.settings.API_KEY).toMatchObject({
      value: 'key-of-a-test-1',
      shell: '$(cat "$IDTO_API_KEY_FILE")',
    })
    const report = await diagnose(target, surroundings)
    expect(report.finding).toBe('name_not_found')
    expect(report.curl).toContain('$(cat "$IDTO_API_KEY_FILE")')
  })

  test('a file that is not there is the finding', async () => {
    const [target] = readTargets({ ...IDTO, IDTO_API_KEY_FILE: path.join(folder, 'nowhere') })
    if (target === undefined) throw new Error('none')
    const report = await diagnose(target, surroundings)
    expect(report.finding).toBe('setting_unreadable')
    expect(report.diagnosis).toContain('IDTO_API_KEY')
  })

  test('a known vendor without settings is examined by name; any other name is not', async () => {
    const [target] = chooseTargets(IDTO, 'didit')
    if (target === undefined) throw new Error('none')
    const report = await diagnose(target, surroundings)
    expect(report.finding).toBe('setting_missing')
    expect(report.fixes[0]).toContain('DIDIT_BASE_URL, DIDIT_WORKFLOW_ID and DIDIT_API_KEY')
    expect(() => chooseTargets(IDTO, 'nobody')).toThrow(/There are: idto/)
  })

  test('both ways to sign in at Didit are one too many', async () => {
    const [target] = readTargets({
      DIDIT_BASE_URL: 'https://verification.didit.me',
      DIDIT_WORKFLOW_ID: '00000000-0000-4000-8000-00000000000f',
      DIDIT_API_KEY: 'key-of-a-test-2',
      DIDIT_AUTH_URL: 'https://apx.didit.me',
    })
    if (target === undefined) throw new Error('none')
    expect((await diagnose(target, surroundings)).diagnosis).toContain('two ways to sign in')
  })

  test('key and workflow of Didit are told apart by their shape', async () => {
    const [target] = readTargets({
      DIDIT_BASE_URL: 'https://verification.didit.me',
      DIDIT_WORKFLOW_ID: 'key-of-a-test-2',
      DIDIT_API_KEY: '00000000-0000-4000-8000-00000000000f',
    })
    if (target === undefined) throw new Error('none')
    const report = await diagnose(target, surroundings)
    expect(report.finding).toBe('swapped_key_and_id')
    expect(JSON.stringify(report)).not.toContain('key-of-a-test-2')
  })
})

describe('CONNECTIONS_FILE', () => {
  const second = {
    id: 'idto-second',
    vendor: 'idto',
    base_url: 'https://dev.idto.ai',
    settings: { API_KEY: { env: 'SECOND_KEY' }, CLIENT_ID: 'id-of-a-test-3' },
    allowed_hosts: [],
  }

  test('adds accounts beside the variables', () => {
    const environment = {
      ...IDTO,
      SECOND_KEY: 'key-of-a-test-3',
      CONNECTIONS_FILE: file('good.json', { connections: [second] }),
    }
    const targets = readTargets(environment)
    expect(targets.map(({ connectionId }) => connectionId)).toEqual(['idto', 'idto-second'])
    expect(targets[1]?.settings).toMatchObject({
      API_KEY: { value: 'key-of-a-test-3', label: 'API_KEY of idto-second', shell: '$SECOND_KEY' },
      CLIENT_ID: { value: 'id-of-a-test-3', shell: '$IDTO_SECOND_CLIENT_ID' },
    })
    expect(chooseTargets(environment, 'idto-second')).toHaveLength(1)
  })

  test('a secret in the file itself is a finding', async () => {
    const plain = { ...second, settings: { ...second.settings, API_KEY: 'key-of-a-test-3' } }
    const [target] = readTargets({ CONNECTIONS_FILE: file('plain.json', { connections: [plain] }) })
    if (target === undefined) throw new Error('none')
    const report = await diagnose(target, surroundings)
    expect(report.finding).toBe('setting_malformed')
    expect(JSON.stringify(report)).not.toContain('key-of-a-test-3')
  })

  test.each([
    ['not there', () => path.join(folder, 'none.json'), /cannot be read/],
    ['not JSON', () => file('bad.json', 'connections:'), /does not hold JSON/],
    ['of another shape', () => file('shape.json', { connections: [{ ...second, vendor: 'x' }] }), /vendor/],
  ])('one that is %s cannot be examined', (_, where, message) => {
    expect(() => readTargets({ CONNECTIONS_FILE: where() })).toThrow(message)
  })
})
