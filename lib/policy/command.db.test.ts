import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker } from '@/sandbox/test-client'

// `npm run policy:dry-run` as people start it: its exit code, its text and its JSON.

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(path.join(tmpdir(), 'ante-policy-'))
const sandbox = await startSandbox({ port: 0, seed: 23 })
await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port), KYC_CONNECTIONS: 'idto' })
afterAll(() => sandbox.close())

const { makePlayer, agreeTo, bring } = await import('../verification/testing')
const { start } = await import('../verification/start')
const { collect } = await import('../verification/collect')
const { DEFAULT_POLICY } = await import('./current')

function file(name: string, content: unknown): string {
  const at = path.join(folder, name)
  writeFileSync(at, typeof content === 'string' ? content : JSON.stringify(content))
  return at
}

function dryRun(args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [path.join(ROOT, 'scripts/policy-dry-run.mjs'), ...args], {
    cwd: ROOT,
    env: process.env,
  })
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
    })
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...text, code })))
}

beforeAll(async () => {
  for (const persona of ['adult', 'name_differs'] as const) {
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan'])
    const started = await start(player)
    await bring(player, started, await answerAtDigiLocker(started.authorizationUrl, persona))
    await collect({ playerId: player.id, verificationId: started.verificationId })
  }
})

describe('npm run policy:dry-run', { timeout: 60_000 }, () => {
  const strict = () => file('strict.json', { ...DEFAULT_POLICY, version: 'strict', namesThatPass: ['match'] })

  test('ends with 0 when nothing would change', async () => {
    const { code, stdout, stderr } = await dryRun(['shipped'])
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toContain('Policy 3: 2 decisions made again, 0 would change.')
  })

  test('ends with 1 and lists what would change, without a name', async () => {
    const { code, stdout } = await dryRun([strict()])
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^\w{4}-\w{4} {2}approved → awaiting_reviewer {2}names_agree {2}\(all_checks_passed → name_unclear\)$/m,
    )
    expect(stdout).not.toMatch(/namoona|kalpanik|udaharan|parikshan/i)
  })

  test('--json is one object, --last takes the newest', async () => {
    const { code, stdout } = await dryRun([strict(), '--last', '1', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      decided: 1,
      skipped: 0,
      flips: [{ from: 'approved', to: 'awaiting_reviewer', checks: ['names_agree'] }],
    })
  })

  test.each<[string, () => string[], RegExp]>([
    ['no file', () => [], /Needed: one policy file/],
    ['two files', () => ['shipped', 'shipped'], /Needed: one policy file/],
    ['a file that is not there', () => ['/nowhere/policy.json'], /not a file of readable JSON/],
    ['a file that is no JSON', () => [file('broken.json', '{')], /not a file of readable JSON/],
    ['a policy for minors', () => [file('young.json', { ...DEFAULT_POLICY, ageYears: 16 })], /ageYears/],
    ['a count that is none', () => ['shipped', '--last', 'all'], /--last/],
    ['an unknown option', () => ['shipped', '--loud'], /--help/],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, stdout, stderr } = await dryRun(args())
    expect(code, stdout).toBe(2)
    expect(stderr).toMatch(message)
  })

  test('--help explains itself', async () => {
    const { code, stdout } = await dryRun(['--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('npm run policy:dry-run')
  })
})
