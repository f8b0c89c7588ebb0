import { readFile } from 'node:fs/promises'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, Locator, Page } from '@playwright/test'
import type { PersonaId } from '../sandbox/personas'
import { expect, heading, shareAs, test } from './fixtures'
import { giveStaffSession, makeStaff, signInStaff } from './staff'

// A working day at the desk, by keyboard alone: claim next, compare, reveal, decide, undo, decide again, export. And what
// happens to typed text when the claim is gone. Other specs have cases in the same queue, so only our own are decided.

test.use({ viewport: { width: 1440, height: 900 } })

/** A player with a case that waits for a person; their page and the reference of the case. */
async function makeCase(
  browser: Browser,
  player: { signIn(page: Page): Promise<void> },
  persona: PersonaId,
): Promise<{ page: Page; reference: string }> {
  const page = await (await browser.newContext({ viewport: { width: 360, height: 640 } })).newPage()
  await shareAs(page, { email: '', signIn: () => player.signIn(page) }, persona)
  const reference = await page.locator('.pick-all').first().textContent()
  return { page, reference: reference ?? '' }
}

async function isAccessible(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
  expect(found, name).toEqual([])
}

/** Goes on by Tab until the control has focus. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let press = 0; press < 120; press += 1) {
    await page.keyboard.press('Tab')
    if (await control.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error('Tab never got there')
}

/** Finds a case by its reference through the palette, and opens it. */
async function openCase(page: Page, reference: string): Promise<void> {
  await page.keyboard.press('/')
  await page.keyboard.type(reference)
  await page.keyboard.press('Enter')
  await expect(page.getByText('1 found')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.locator('.casehead')).toContainText(reference)
}

/** Presses C until the page, which may just have come, has taken it. */
async function claimByKey(page: Page): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('c')
    await expect(page.getByRole('button', { name: 'Release' })).toBeVisible({ timeout: 2000 })
  }).toPass()
}

const atQueue = (page: Page) => expect(page.getByRole('heading', { level: 1 })).toHaveText('Queue')

test('a working day, by keyboard alone', async ({ page, browser, player }) => {
  test.setTimeout(120_000)
  const one = await makeCase(browser, player, 'one_letter')
  await signInStaff(page, ['reviewer', 'lead'], 'Meher Udaharan')
  await page.goto('/admin')
  await expect(heading(page)).toHaveText('Home')
  await isAccessible(page, 'home')

  await page.keyboard.press('g')
  await page.keyboard.press('q')
  await atQueue(page)
  await page.keyboard.press('j')
  await expect(page.locator('tbody a:focus')).toHaveCount(1)
  await page.keyboard.press('Space')
  await expect(page.getByRole('complementary', { name: 'Preview' })).toBeVisible()
  await isAccessible(page, 'queue with preview')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('complementary', { name: 'Preview' })).toHaveCount(0)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Shortcuts' })).toBeVisible()
  await isAccessible(page, 'shortcuts')
  await page.keyboard.press('Escape')

  await page.keyboard.press('n')
  await page.waitForURL(/\/admin\/cases\//)
  const release = page.getByRole('button', { name: 'Release' })
  await expect(release).toBeVisible()
  await tabTo(page, release)
  await page.keyboard.press('Enter')
  await expect(page.getByText('Given back.')).toBeVisible()

  await openCase(page, one.reference)
  await claimByKey(page)
  await expect(page.locator('.fact-key .is-different')).toHaveCount(2)
  const name = page.locator('.fact-key .fact-value').nth(1)
  await expect(name).toContainText('••')
  await tabTo(page, page.getByRole('button', { name: 'Reveal: Name' }))
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Reveal: Name' })
  await tabTo(page, dialog.getByRole('button', { name: 'Reveal' }))
  await page.keyboard.press('Enter')
  await expect(page.getByText('shown until')).toBeVisible()
  await expect(name).not.toContainText('•')

  await page.keyboard.press('d')
  await expect(page.getByRole('checkbox', { name: /Names alike/ })).toBeChecked()
  await isAccessible(page, 'case with a verdict')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
  await page.keyboard.press('z')
  await expect(page.getByText('Undone.')).toBeVisible()
  await expect(release).toBeVisible()

  await page.keyboard.press('r')
  await expect(page.getByLabel('Which document again')).toHaveValue('pan')
  await expect(page.locator('.drawer .letter')).toContainText('Correct your PAN first.')
  await page.keyboard.press('Control+Enter')
  await expect(page.locator('.casehead')).toContainText('Asked again', { timeout: 20_000 })
  await expect(heading(one.page)).toHaveText('Correct your PAN first.')

  await page.keyboard.press('g')
  await page.keyboard.press('q')
  await atQueue(page)
  await tabTo(page, page.getByRole('button', { name: 'Export' }))
  await page.keyboard.press('Enter')
  const begins = page.waitForEvent('download')
  const download = page.getByRole('button', { name: 'Download' })
  await expect(download).toBeVisible()
  await tabTo(page, download)
  await page.keyboard.press('Enter')
  const file = await readFile(await (await begins).path(), 'utf8')
  expect(file.split('\n').length).toBeGreaterThan(1)
  expect(file).not.toMatch(/\d{4} ?\d{4} ?\d{4}/)
})

test('a claim that is gone keeps what was typed, and a colleague sees who has it', async ({
  page,
  browser,
  player,
  context,
}) => {
  test.setTimeout(90_000)
  const { reference } = await makeCase(browser, player, 'year_only')
  await signInStaff(page, ['reviewer'], 'Arjun Namoona')
  await page.goto('/admin/players')
  await isAccessible(page, 'players')
  await openCase(page, reference)
  await claimByKey(page)
  await page.keyboard.press('w')
  await page.keyboard.type('Asked the transport office.')
  await page.keyboard.press('Escape')

  const colleague = await (await browser.newContext({ viewport: { width: 1024, height: 768 } })).newPage()
  await giveStaffSession(colleague, makeStaff(['reviewer'], 'Farida Kalpanik'))
  await colleague.goto(page.url())
  await expect(colleague.getByText('Arjun Namoona has it.')).toBeVisible()
  await isAccessible(colleague, 'case of a colleague, narrow')

  const other = await context.newPage()
  await other.goto(page.url())
  await other.getByRole('button', { name: 'Release' }).click()
  await expect(other.getByText('Given back.')).toBeVisible()
  await page.bringToFront()
  await page.keyboard.press('d')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('This case is no longer in your hand.')).toBeVisible()
  await page.reload()
  await claimByKey(page)
  await expect(page.getByRole('radio', { name: /Reject/ })).toBeChecked()

  await page.getByRole('link', { name: 'All of this player' }).click()
  await expect(page.getByText('Attempts', { exact: true })).toBeVisible()
  await isAccessible(page, 'player')
})

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false })

  test('queue, filters and a case are read by links and forms', async ({ page }) => {
    await signInStaff(page, ['viewer'])
    await page.goto('/admin/queue?all=yes')
    await atQueue(page)
    await page.getByText('Columns').click()
    await page.getByRole('checkbox', { name: 'Vendor' }).uncheck()
    await page.getByRole('button', { name: 'Use these' }).click()
    await expect(page.getByRole('columnheader', { name: 'Vendor' })).toHaveCount(0)
    await page.locator('tbody a').first().click()
    await expect(page.getByText('What each source says')).toBeVisible()
    await expect(page.getByRole('button', { name: /Reveal/ })).toHaveCount(0)
  })
})
