import type { Page } from '@playwright/test'
import postgres from 'postgres'
import type { StaffRole } from '../lib/actor'
import { SANDBOX_ACCOUNTS, settingsOf, VENDORS } from '../lib/vendor-settings'
import { type Stack, startStack } from '../scripts/lib/stack.mjs'
import { expectAccessible } from './accessible'
import { agree, expect, heading, test } from './fixtures'
import { giveStaffSession, type MadeStaff, makeStaff } from './staff'

// The providers page, on a stack of its own: its order of connections and the moods of its sandbox are those of this spec.

const APP_PORT = 4340
const PAIR = { clientId: 'FAKE-DL-CLIENT', clientSecret: 'fake-dl-secret-of-a-browser-test' }
const SECRETS = [
  PAIR.clientSecret,
  ...VENDORS.flatMap((vendor) =>
    settingsOf(vendor).flatMap(({ name, secret }) => (secret ? (SANDBOX_ACCOUNTS[vendor][name] ?? []) : [])),
  ),
]

test.describe.configure({ mode: 'serial' })
test.use({ baseURL: `http://localhost:${APP_PORT}`, viewport: { width: 1440, height: 900 } })

let stack: Stack
let owner: postgres.Sql
let operator: MadeStaff

test.beforeAll(async () => {
  test.setTimeout(120_000)
  stack = await startStack({
    name: 'providers',
    env: { LIMITS_FILE: 'e2e/limits.json', MAILBOX_DIR: '.data/test/mailbox' },
    appPort: APP_PORT,
    sandboxPort: 4350,
  })
  operator = makeStaff(['operator'], undefined, stack)
  owner = postgres(stack.ownerUrl, { max: 1, onnotice: () => {} })
})

test.afterAll(async () => {
  await owner?.end()
  await stack?.stop()
})

async function signIn(page: Page, roles: readonly StaffRole[]) {
  await giveStaffSession(page, makeStaff(roles, undefined, stack))
}

async function controlOwn(body: unknown, at = '/_control') {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(stack.sandboxUrl + at, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
}

/** Everything that the server answers to this page, scripts included, as text. */
function listenTo(page: Page): () => Promise<string> {
  const bodies: Promise<string>[] = []
  page.on('response', (response) => {
    bodies.push(response.text().catch(() => '')) // a redirect has no body
  })
  return async () => (await Promise.all(bodies)).join('\n')
}

const tiles = (page: Page) => page.getByRole('list', { name: 'Connections in order of use' }).locator('> li')

test('an operator sees a tile per connection, and no page tells a secret', async ({ page }) => {
  const heard = listenTo(page)
  await giveStaffSession(page, operator)
  await page.goto('/admin/providers')
  await expect(tiles(page)).toHaveCount(6)
  await expect(tiles(page).first()).toContainText('0 of 5000')
  await page.goto('/admin/providers/didit')
  await expect(page.getByText('Nobody has looked at this connection yet.')).toBeVisible()
  await page.goto('/admin/providers/didit/set-up')
  await expect(heading(page)).toBeVisible() // what is loading has none
  await page.goto('/admin/providers/hyperverge/credentials')
  await expect(heading(page)).toBeVisible()
  const answers = await heard()
  expect(answers.length).toBeGreaterThan(100_000)
  for (const secret of SECRETS) expect(answers).not.toContain(secret)
})

test('the doctor tells refused keys from a vendor that is down, and shows no secret', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const heard = listenTo(page)
  await giveStaffSession(page, operator)
  await controlOwn({ vendor: 'idto', mode: { account: 'inactive' } })
  await page.goto('/admin/providers/idto')
  await page.getByRole('button', { name: 'Examine now' }).click()
  await expect(page.locator('.diagnosis')).toContainText('IDTO')
  await expect(page.getByRole('row', { name: /Problem Keys/ })).toBeVisible()
  await expect(page.getByRole('row', { name: /Skipped Dry start/ })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Copy: Try it yourself' }).click()
  const curl = await page.evaluate(() => navigator.clipboard.readText())
  expect(curl).toContain('-H "X-API-KEY: $IDTO_API_KEY"')
  await page.getByRole('button', { name: 'Copy: Ticket for IDTO support' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^### IDTO: 401/)

  await controlOwn({ vendor: 'idto', mode: { account: 'active', down: true } })
  await page.getByRole('button', { name: 'Examine again' }).click()
  await expect(page.getByRole('row', { name: /Problem Reachable/ })).toBeVisible()
  await page.goto('/admin/providers')
  await expect(tiles(page).first()).toContainText('The vendor is down')
  await controlOwn({}, '/_control/reset')
  const answers = await heard()
  for (const secret of SECRETS) expect(answers).not.toContain(secret)
})

const lastConnection = async () => {
  const [row] = await owner`select connection_id from verifications order by created_at desc limit 1`
  return row?.connection_id
}

test('order and switches are changed while a player is away, who arrives all the same', async ({
  page,
  player,
  browser,
}) => {
  await player.signIn()
  await agree(page)
  await page.getByRole('button', { name: 'Go to DigiLocker' }).click()
  await page.waitForURL(/digilocker-consent/)
  expect(await lastConnection()).toBe('idto')

  const desk = await browser.newPage({ baseURL: stack.appUrl, viewport: { width: 1440, height: 900 } })
  await giveStaffSession(desk, operator)
  await desk.goto('/admin/providers')
  await desk.getByRole('button', { name: 'Use Deepvue earlier' }).click()
  await expect(desk.getByText('Saved. New players go to Deepvue first.')).toBeVisible()
  await expect(tiles(desk).first()).toContainText('Deepvue')
  await desk.getByRole('button', { name: 'Switch off IDTO for new players' }).click()
  await expect(tiles(desk).nth(1)).toContainText('Off for new players')
  await desk.getByRole('button', { name: 'Switch off Didit for new players' }).click()
  await expect(
    desk.getByRole('alert').filter({ hasText: 'The last connection of its way stays on.' }),
  ).toBeVisible()
  await desk.close()

  await page.locator('input[name="persona"][value="adult"]').check()
  await page.getByRole('button', { name: /Allow/ }).click()
  await expect(heading(page)).toHaveText('You are verified.')
})

test('the next player goes where the order says, and the tile counts it', async ({ page, player }) => {
  await player.signIn()
  await agree(page)
  await page.getByRole('button', { name: 'Go to DigiLocker' }).click()
  await page.waitForURL(/digilocker-consent/)
  expect(await lastConnection()).toBe('deepvue')
  await page.setViewportSize({ width: 1440, height: 900 })
  await giveStaffSession(page, operator)
  const tile = async () => {
    await page.goto('/admin/providers')
    return tiles(page).first().innerText()
  }
  await expect.poll(tile, { timeout: 15_000 }).toMatch(/Working[\s\S]*100 %[\s\S]*1 of 5000/)
})

test('HyperVerge gets a DigiLocker pair; its secret comes back in no answer', async ({ page }) => {
  const heard = listenTo(page)
  await giveStaffSession(page, operator)
  await page.goto('/admin/providers/hyperverge/credentials')
  await page.getByLabel('DigiLocker client id').fill(PAIR.clientId)
  await page.getByLabel('DigiLocker client secret').fill(PAIR.clientSecret)
  await page.getByRole('button', { name: 'Store at HyperVerge' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Stored at HyperVerge.' })).toContainText(
    `Client ${PAIR.clientId}`,
  )
  await expect(page.getByLabel('DigiLocker client secret')).toHaveValue('')
  expect(await heard()).not.toContain(PAIR.clientSecret)
})

/** The page says that there is nothing, and not a word of it came along; the names of vendors stand beside every page. */
async function expectNothing(page: Page, path: string) {
  const answer = await page.goto(`/admin/providers${path}`)
  await expect(heading(page)).toHaveText('There is nothing here.')
  expect(answer?.status(), path).toBe(404)
  expect(await answer?.text(), path).not.toMatch(/IDTO_|[Rr]eturn address|DigiLocker client|Examine/)
}

test('an auditor sees and changes nothing; a viewer gets nothing', async ({ page, consoleErrors }) => {
  await signIn(page, ['auditor'])
  await page.goto('/admin/providers')
  await expect(tiles(page)).toHaveCount(6)
  await expect(page.getByRole('button', { name: /earlier|later|Switch/ })).toHaveCount(0)
  await expectNothing(page, '/hyperverge/credentials')
  await page.context().clearCookies()
  await signIn(page, ['viewer', 'reviewer', 'lead'])
  for (const path of ['', '/idto', '/idto/set-up']) await expectNothing(page, path)
  consoleErrors.length = 0 // the browser reports the 404
})
