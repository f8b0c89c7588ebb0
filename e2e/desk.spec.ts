import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expectAccessible } from './accessible'
import { claimByKey, makeCase, openCase, pressUntil, tabTo } from './desk'
import { expect, heading, test } from './fixtures'
import { giveStaffSession, makeStaff, signInStaff } from './staff'

// A working day at the desk, by keyboard alone: claim next, compare, reveal, decide, undo, decide again, export. And what
// happens to typed text when the claim is gone. Other specs have cases in the same queue, so only our own are decided.

test.use({ viewport: { width: 1440, height: 900 } })

const atQueue = (page: Page) => expect(page.getByRole('heading', { level: 1 })).toHaveText('Queue')

test('a working day, by keyboard alone', async ({ page, browser, player }) => {
  test.setTimeout(120_000)
  const one = await makeCase(browser, player, 'one_letter')
  await signInStaff(page, ['reviewer', 'lead'], 'Meher Udaharan')
  await page.goto('/admin')
  await expect(heading(page)).toHaveText('Home')
  await pressUntil(page, ['g', 'q'], page.getByRole('heading', { level: 1, name: 'Queue' }))
  await page.keyboard.press('j')
  await expect(page.locator('tbody a:focus')).toHaveCount(1)
  await page.keyboard.press('Space')
  await expect(page.getByRole('complementary', { name: 'Preview' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('complementary', { name: 'Preview' })).toHaveCount(0)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Shortcuts' })).toBeVisible()
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
  await expectAccessible(page, 'case with a verdict')
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
  await openCase(page, reference)
  await claimByKey(page)
  await page.keyboard.press('w')
  await page.keyboard.type('Asked the transport office.')
  await page.keyboard.press('Escape')

  const colleague = await (await browser.newContext({ viewport: { width: 1024, height: 768 } })).newPage()
  await giveStaffSession(colleague, makeStaff(['reviewer'], 'Farida Kalpanik'))
  await colleague.goto(page.url())
  await expect(colleague.getByText('Arjun Namoona has it.')).toBeVisible()
  await expectAccessible(colleague, 'case of a colleague, narrow')

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
  await expect(page.getByText('Asked the transport office.')).toBeVisible()

  await page.getByRole('link', { name: 'All of this player' }).click()
  await expect(page.getByText('Attempts', { exact: true })).toBeVisible()
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
