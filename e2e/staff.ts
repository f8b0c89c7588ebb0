import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { buildSync } from 'esbuild'
import postgres from 'postgres'
import type { StaffRole } from '../lib/actor'
import type { Stack } from '../scripts/lib/stack.mjs'

// Signs somebody of the staff in without the pages, for specs about other things. staff.spec.ts goes through the pages.

const PROGRAM = '.data/test/staff-program.mjs'
const KEYS = Object.fromEntries(
  ['auth-secret', 'data-keys', 'index-key', 'checkpoint-key'].map((name) => [
    `${name.toUpperCase().replace('-', '_')}_FILE`,
    path.resolve('.data/test/keys', name),
  ]),
)

export interface MadeStaff {
  id: string
  name: string
  email: string
  /** What the session cookie holds. */
  token: string
}

type Installation = Pick<Stack, 'appUrl' | 'databaseUrl'>
const shared = (): Installation => JSON.parse(readFileSync('.data/test/e2e.json', 'utf8'))

/** Makes somebody with these roles and opens a session; no browser has it yet. `at`: a stack of a spec's own. */
export function makeStaff(roles: readonly StaffRole[], name = 'Nandini Kalpanik', at = shared()): MadeStaff {
  return { name, ...runProgram(name, roles, at) }
}

/** Makes a one-time link for somebody new. `at`: a stack of a spec's own. */
export function makeInvite(roles: readonly StaffRole[], at = shared()): { email: string; link: string } {
  return runProgram('--invite', roles, at)
}

/** Gives all documents of an attempt this name, as if a vendor had sent it. */
export function callThem(verificationId: string, name: string, at = shared()): void {
  const { changed } = runProgram('--call', [verificationId, name], at)
  if (changed === 0) throw new Error('the attempt has no document with a name')
}

function runProgram(name: string, roles: readonly string[], { appUrl, databaseUrl }: Installation) {
  bundle()
  const settings = { APP_ENV: 'test', APP_URL: appUrl, DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent' }
  const { stdout, stderr, status } = spawnSync(process.execPath, [PROGRAM, name, ...roles], {
    encoding: 'utf8',
    env: { NODE_ENV: 'test', PATH: process.env.PATH, ...settings, ...KEYS },
  })
  if (status !== 0) throw new Error(`no staff: ${stderr}`)
  return JSON.parse(stdout)
}

/** Signs this page's browser in as somebody new with these roles, a factor shown just now. */
export async function signInStaff(
  page: Page,
  roles: readonly StaffRole[],
  name?: string,
): Promise<MadeStaff> {
  const staff = makeStaff(roles, name)
  await giveStaffSession(page, staff)
  return staff
}

/** Puts an open session into this page's browser. */
export async function giveStaffSession(page: Page, { token }: Pick<MadeStaff, 'token'>): Promise<void> {
  const cookie = { name: '__Host-ante-staff', value: token, domain: 'localhost', path: '/' }
  await page.context().addCookies([{ ...cookie, secure: true, httpOnly: true, sameSite: 'Strict' as const }])
}

let isBundled = false

function bundle() {
  if (isBundled) return
  buildSync({
    entryPoints: ['e2e/staff-program.ts'],
    outfile: PROGRAM,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    packages: 'external',
    alias: { 'server-only': path.resolve('node_modules/server-only/empty.js') },
    logLevel: 'error',
  })
  isBundled = true
}

/** Runs one statement as the owner of the tables, for what no page does: letting time pass. */
export async function inDatabase<Row extends object>(
  work: (sql: postgres.Sql) => Promise<Row[]>,
): Promise<Row[]> {
  const { ownerUrl } = JSON.parse(readFileSync('.data/test/e2e.json', 'utf8'))
  const sql = postgres(ownerUrl, { max: 1 })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}
