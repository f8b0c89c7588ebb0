import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settingsOf, VENDOR_SETTINGS, VENDORS } from '@/lib/vendor-settings'
import { type RunningSandbox, startSandbox } from '@/sandbox/server'
import type { Report } from './types'

// The command as people start it: its exit code, its text and its JSON.

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const KEY = 'wrong-credential-of-a-test-4712'

/** Set and empty, so that nothing of a developer's .env gets in. */
const NOTHING = Object.fromEntries(
  VENDORS.flatMap((vendor) =>
    ['BASE_URL', ...settingsOf(vendor).map(({ name }) => name)].flatMap((name) => [
      [`${VENDOR_SETTINGS[vendor].prefix}_${name}`, ''],
      [`${VENDOR_SETTINGS[vendor].prefix}_${name}_FILE`, ''],
    ]),
  ),
)
const CLEAN = { CONNECTIONS_FILE: '', CONNECTIONS_FILE_FILE: '', APP_ENV: 'test', APP_URL: '', PORT: '' }

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 1 })
})
afterAll(() => sandbox.close())

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

function doctor(args: string[], environment: Record<string, string> = {}): Promise<Ended> {
  const env = { ...process.env, ...NOTHING, ...CLEAN, SANDBOX_PORT: String(sandbox.port), ...environment }
  const child = spawn(process.execPath, [path.join(ROOT, 'scripts/doctor.mjs'), ...args], { cwd: ROOT, env })
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
    })
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...text, code })))
}

function readJson(stdout: string): { healthy: boolean; reports: Report[] } {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

const WRONG_KEY = () => ({
  IDTO_BASE_URL: sandbox.url,
  IDTO_API_KEY: KEY,
  IDTO_CLIENT_ID: 'sandbox-idto-client',
})

describe('npm run doctor', { timeout: 60_000 }, () => {
  test('ends with 0 on a healthy sandbox', async () => {
    const { code, stdout, stderr } = await doctor(['idto'])
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toContain('IDTO, idto')
    expect(stdout).toContain('healthy')
  })

  test('starts the sandbox for itself when none is running', async () => {
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
      })
    })
    const { code, stdout, stderr } = await doctor(['deepvue'], { SANDBOX_PORT: String(port) })
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toContain('one was started')
  })

  test('ends with 1 on a problem, says what it is, and never says the key', async () => {
    const { code, stdout } = await doctor(['idto'], WRONG_KEY())
    expect(code).toBe(1)
    expect(stdout).toContain('key_refused')
    expect(stdout).toContain('$IDTO_API_KEY')
    expect(stdout).toContain('Ticket')
    expect(stdout).not.toContain(KEY)
  })

  test('--json is one object', async () => {
    const { code, stdout } = await doctor(['--json'], WRONG_KEY())
    expect(code).toBe(1)
    expect(stdout.trim().split('\n')).toHaveLength(1)
    const { healthy, reports } = readJson(stdout)
    expect(healthy).toBe(false)
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatchObject({ connection: 'idto', finding: 'key_refused', healthy: false })
    expect(stdout).not.toContain(KEY)
  })

  test('all connections in turn, and a summary', async () => {
    const { code, stdout } = await doctor([], {
      ...WRONG_KEY(),
      DEEPVUE_BASE_URL: sandbox.url,
      DEEPVUE_API_KEY: 'sandbox-deepvue-secret',
      DEEPVUE_CLIENT_ID: 'sandbox-deepvue-client',
    })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^idto {5}key_refused/m)
    expect(stdout).toMatch(/^deepvue {2}healthy/m)
  })

  test.each([
    ['a connection that nobody has', ['nobody'], {}, /There is no connection "nobody"/],
    ['an unknown option', ['--loud'], {}, /--help/],
    ['two connections', ['idto', 'didit'], {}, /One connection at a time/],
    [
      'an unreadable connections file',
      [],
      { CONNECTIONS_FILE: '/nowhere/connections.json' },
      /cannot be read/,
    ],
  ])('ends with 2 for %s', async (_, args, environment, message) => {
    const { code, stdout, stderr } = await doctor(args, environment)
    expect(code, stdout).toBe(2)
    expect(stderr).toMatch(message)
  })

  test('--help explains itself', async () => {
    const { code, stdout } = await doctor(['--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('npm run doctor')
    expect(stdout).toContain('Exit: 0 healthy')
  })
})
