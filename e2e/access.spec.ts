import type { Page } from '@playwright/test'
import { expectAccessible, expectAccessibleIn } from './accessible'
import { agree, goAndShare, shareAs, test } from './fixtures'

// WCAG 2.2 AA by machine on every player page, phone and desktop, light and dark; and that nothing overflows.

const LOOKS = [
  { width: 320, height: 640, colorScheme: 'light' },
  { width: 360, height: 640, colorScheme: 'dark' },
  { width: 1280, height: 900, colorScheme: 'light' },
] as const

test('pages before the journey', async ({ page, consoleErrors }) => {
  for (const path of [
    '/',
    '/sign-in',
    '/sign-in?step=code&problem=wrong_code',
    '/verify/notice',
    '/verify/returned',
    '/help',
    '/no-such-page',
  ])
    await check(page, path)
  consoleErrors.length = 0 // the browser reports the 404
})

test('the journey and its ends', async ({ page, player }) => {
  test.setTimeout(180_000)
  await player.signIn()
  await check(page)
  await agree(page)
  await check(page)
  await goAndShare(page, 'pan_missing')
  await page.waitForURL(/\/verifications\//)
  await check(page)
  await goAndShare(page, 'refuses')
  await page.waitForURL(/\/verifications\//)
  await check(page)
  await goAndShare(page, 'adult')
  await page.waitForURL(/\/verifications\//)
  await check(page)
  await check(page, '/me')
  await page
    .getByRole('link', { name: /receipt/i })
    .first()
    .click()
  await page.waitForURL(/receipts/)
  await check(page)
  await check(page, '/verify/declined')
  await page.goto('/me')
  for (const fold of await page.locator('summary').all()) await fold.click()
  await check(page)
  await check(page, '/me/ask/correction')
  await check(page, '/me/erase')
  await page.getByRole('button', { name: 'Erase everything now' }).click()
  await page.waitForURL(/\/erased$/)
  await check(page)
})

test('the page of a minor and of a review', async ({ page, player }) => {
  await shareAs(page, player, 'minor')
  await expectAccessible(page)
})

async function check(page: Page, path?: string): Promise<void> {
  if (path !== undefined) await page.goto(path)
  await expectAccessibleIn(page, LOOKS)
}
