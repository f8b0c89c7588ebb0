import type { Browser, Locator, Page } from '@playwright/test'
import type { PersonaId } from '../sandbox/personas'
import { expect, shareAs } from './fixtures'

// What the specs of the desk do again and again.

/** A player with a case that waits for a person; their page and the reference of the case. */
export async function makeCase(
  browser: Browser,
  player: { signIn(page: Page): Promise<void> },
  persona: PersonaId,
  baseURL?: string,
): Promise<{ page: Page; reference: string }> {
  const page = await browser.newPage({ viewport: { width: 360, height: 640 }, ...(baseURL && { baseURL }) })
  await shareAs(page, { email: '', signIn: () => player.signIn(page) }, persona)
  const reference = await page.locator('.pick-all').first().textContent()
  return { page, reference: reference ?? '' }
}

/** Goes on by Tab until the control has focus. */
export async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let press = 0; press < 120; press += 1) {
    await page.keyboard.press('Tab')
    if (await control.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error('Tab never got there')
}

/** Finds a case by its reference through the palette, and opens it. */
export async function openCase(page: Page, reference: string): Promise<void> {
  await pressUntil(page, ['Control+k'], page.getByRole('dialog'))
  await page.keyboard.type(reference)
  await page.keyboard.press('Enter')
  await expect(page.getByText('1 found')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.locator('.casehead')).toContainText(reference)
}

/** Claims the case that is open. */
export async function claimByKey(page: Page): Promise<void> {
  await pressUntil(page, ['c'], page.getByRole('button', { name: 'Release' }))
}

/** Presses until the page, which may just have come and know no keys yet, has taken them. */
export async function pressUntil(page: Page, keys: readonly string[], shown: Locator): Promise<void> {
  await expect(async () => {
    for (const key of keys) await page.keyboard.press(key)
    await expect(shown).toBeVisible({ timeout: 2000 })
  }).toPass()
}
