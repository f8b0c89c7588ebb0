import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { agree, expect, goAndShare, shareAs, test } from './fixtures'

// WCAG 2.2 AA by machine on every player page, phone and desktop, light and dark; and that nothing overflows.

const LOOKS = [
  { width: 320, height: 640, colorScheme: 'light' },
  { width: 360, height: 640, colorScheme: 'dark' },
  { width: 1280, height: 900, colorScheme: 'light' },
] as const

for (const look of LOOKS) {
  test.describe(`${look.width} wide, ${look.colorScheme}`, () => {
    test.use({ viewport: { width: look.width, height: look.height }, colorScheme: look.colorScheme })

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
  })
}

test('the page of a minor and of a review', async ({ page, player }) => {
  await shareAs(page, player, 'minor')
  await check(page)
})

async function check(page: Page, path?: string): Promise<void> {
  if (path !== undefined) await page.goto(path)
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`,
  )
  expect(found, page.url()).toEqual([])
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflow, `sideways scroll on ${page.url()}`).toBeLessThanOrEqual(0)
}
