import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Cookie, Page } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'
import { expectAccessible } from './accessible'
import { expect, heading, test } from './fixtures'
import { inDatabase, makeInvite, signInStaff } from './staff'

// How staff get in and stay in: one-time link, passkey of a virtual authenticator with user verification, password with
// authenticator app and no script, step-up, recovery codes, team (docs/security-rules.md ID-01, ID-05 to ID-07).

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const newEmail = () => `staff-${randomUUID()}@example.invalid`

/** A built-in authenticator that verifies its user at once, as Chromium's own tools simulate it. */
async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

/** As an operator makes it on the team page; the operator is signed out of this browser afterwards. */
async function inviteAs(page: Page, email: string, role: string): Promise<string> {
  await signInStaff(page, ['operator'])
  await page.goto('/admin/team')
  await page.getByRole('region', { name: 'Invite somebody' }).getByLabel('Work e-mail').fill(email)
  const roles = page.getByRole('region', { name: 'Invite somebody' }).getByRole('checkbox')
  for (const one of await roles.all()) await one.uncheck()
  await page.getByRole('region', { name: 'Invite somebody' }).getByLabel(role).check()
  await button(page, 'Make the link').click()
  const link = await page.getByLabel('One-time link', { exact: true }).inputValue()
  await page.context().clearCookies({ name: '__Host-ante-staff' })
  return new URL(link).pathname
}

test.describe('with a passkey', () => {
  test.use({ viewport: { width: 1280, height: 800 } })

  test('somebody invited makes one, signs in with it, confirms with it, and the link is gone', async ({
    page,
    consoleErrors,
  }) => {
    await addAuthenticator(page)
    const email = newEmail()
    const link = await inviteAs(page, email, 'operator')
    await page.goto(link)
    await expectAccessible(page)
    await page.getByLabel('Your name').fill('Nandini Kalpanik')
    await button(page, 'Make a passkey and start').click()
    await expect(page).toHaveURL(/\/admin\/account\?done=joined/)
    await expect(page.getByText('You are in')).toBeVisible()

    await button(page, 'Make ten codes').click()
    await expect(page.locator('.codes li')).toHaveCount(10)
    const code = (await page.locator('.codes li').first().textContent()) ?? ''
    await expectAccessible(page)

    consoleErrors.length = 0
    const again = await page.goto(link)
    expect(again?.status()).toBe(404)
    consoleErrors.length = 0 // the browser reports the 404

    await page.goto('/admin/account')
    await button(page, 'Sign out everywhere').click()
    await expect(page.getByText('You are signed out.')).toBeVisible()
    await page.goto('/admin/team')
    await expect(page).toHaveURL(/\/admin\/sign-in\?next=%2Fadmin%2Fteam$/)
    await button(page, 'Sign in with a passkey').click()
    await expect(page).toHaveURL(/\/admin\/team$/)

    const before = await staffCookie(page)
    const hash = createHash('sha256').update(before).digest()
    await inDatabase(
      (sql) =>
        sql`update staff_sessions set factor_at = now() - interval '6 minutes' where token_hash = ${hash}`,
    )
    await page.reload()
    await page.getByRole('link', { name: 'Confirm' }).click()
    await expect(heading(page)).toHaveText('Still you, Nandini Kalpanik?')
    await button(page, 'Confirm with a passkey').click()
    await expect(page).toHaveURL(/\/admin\/team$/)
    await expect(page.getByRole('region', { name: 'Invite somebody' })).toBeVisible()
    expect(await staffCookie(page)).not.toBe(before)

    await page.context().clearCookies({ name: '__Host-ante-staff' })
    await page.goto('/admin/sign-in')
    await page.getByText('Use a recovery code').click()
    const recovery = page.locator('form', { has: page.getByLabel('Recovery code') })
    await recovery.getByLabel('Work e-mail').fill(email)
    await recovery.getByLabel('Recovery code').fill(code.toUpperCase())
    await recovery.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL((url) => url.pathname === '/admin')
    consoleErrors.length = 0 // the home of the desk is tested elsewhere
    await page.goto('/admin/account')
    await expect(page.getByText('9 codes are left.')).toBeVisible()
  })
})

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false, viewport: { width: 360, height: 640 } })

  test('somebody joins and signs in with password and authenticator app; a code works once', async ({
    page,
    consoleErrors,
  }) => {
    const { link, email } = makeInvite(['reviewer'])
    await page.goto(link)
    await expect(page.getByRole('button', { name: 'Make a passkey and start' })).toBeHidden()
    await page.getByLabel('Your name').fill('Ravi Kalpanik')
    await page.getByText('No passkey here').click()
    const secret = ((await page.locator('.totp-secret').textContent()) ?? '').replaceAll(' ', '')
    const app = new TOTP({ secret: Secret.fromBase32(secret) })
    const password = 'seven small boats at dawn'
    await page.getByLabel('Password').fill(password)
    const code = app.generate()
    await page.getByLabel('Six digits').fill(code)
    await button(page, 'Start with password and code').click()
    await expect(page).toHaveURL(/\/admin\/account\?done=joined/)

    await page.context().clearCookies()
    const signIn = async (digits: string) => {
      await page.goto('/admin/sign-in?next=/admin/account')
      await page.getByText('Use password and code').click()
      const form = page.locator('form', { has: page.getByLabel('Six digits') })
      await form.getByLabel('Work e-mail').fill(email)
      await form.getByLabel('Password').fill(password)
      await form.getByLabel('Six digits').fill(digits)
      await form.getByRole('button', { name: 'Sign in' }).click()
    }
    await signIn(code)
    await expect(page.getByRole('alert')).toContainText('That was not accepted')
    await signIn(app.generate({ timestamp: Date.now() + 30_000 }))
    await expect(page).toHaveURL(/\/admin\/account$/)
    const refused = await page.goto('/admin/team') // a reviewer has no such page
    expect(await refused?.text()).not.toContain('@example.invalid')
    consoleErrors.length = 0 // nor does the browser find it
  })
})

test('the cookie of staff is __Host-, Secure, HttpOnly and Strict, and opens nothing of a player', async ({
  page,
}) => {
  const staff = await signInStaff(page, ['viewer'])
  const [cookie] = (await page.context().cookies()).filter(({ name }) => name.includes('staff'))
  expect(cookie).toMatchObject({
    name: '__Host-ante-staff',
    secure: true,
    httpOnly: true,
    sameSite: 'Strict',
  })
  await page.goto('/verify')
  await expect(page).toHaveURL(/\/sign-in/)
  await page.context().addCookies([{ ...cookie, name: '__Host-ante-session', value: staff.token } as Cookie])
  await page.goto('/verify')
  await expect(page).toHaveURL(/\/sign-in/)
})

test('passkeys are open to the pages of the desk alone', async ({ request }) => {
  const policyOf = async (at: string) => (await request.get(at)).headers()['permissions-policy'] ?? ''
  expect(await policyOf('/admin/sign-in')).toContain('publickey-credentials-get=(self)')
  for (const at of ['/', '/sign-in', '/administrators', '/healthz'])
    expect(await policyOf(at)).toContain('publickey-credentials-get=()')
})

test('every action of the desk refuses a caller without cookie, by its id in the built app', async ({
  playwright,
}) => {
  const actions = listActions()
  expect(actions.length).toBeGreaterThan(15)
  const request = await playwright.request.newContext({ baseURL: test.info().project.use.baseURL ?? '' })
  for (const { id, at, name } of actions) {
    const headers = { 'next-action': id, 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain' }
    const answer = await request.post(at, { headers, data: '[{"unexpected":"field"}]', maxRedirects: 0 })
    const said = `${answer.headers()['x-action-redirect'] ?? ''} ${await answer.text()}`
    expect(said, name).toMatch(/\/admin\/sign-in\?next=|"code":"not_signed_in"/)
    expect(said, name).not.toContain('"ok":true')
  }
  await request.dispose()
})

/** Actions of signed-in pages, and a page that each may be sent to. */
function listActions(): { id: string; at: string; name: string }[] {
  const { node } = JSON.parse(readFileSync('.next/server/server-reference-manifest.json', 'utf8')) as {
    node: Record<string, { exportedName: string; filename: string; workers: Record<string, unknown> }>
  }
  return Object.entries(node)
    .filter(([, { filename }]) => /^app\/admin\/(?!\(open\)\/(sign-in|setup)\/)/.test(filename))
    .map(([id, { exportedName, workers }]) => {
      const [page = ''] = Object.keys(workers)
      const at = page.replace(/^app|\/\([^)]+\)|\/page$/g, '').replaceAll(/\[[^\]]+\]/g, randomUUID())
      return { id, at, name: exportedName }
    })
}

const staffCookie = async (page: Page) =>
  (await page.context().cookies()).find(({ name }) => name === '__Host-ante-staff')?.value ?? ''
