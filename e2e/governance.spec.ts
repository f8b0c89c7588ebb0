import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { DESK_LOOKS, expectAccessibleIn } from './accessible'
import { expect, test } from './fixtures'
import { inDatabase, signInStaff } from './staff'

// Analytics, policy and audit as the people of the desk use them. Publishing the shipped policy again changes nothing for the
// other specs.

test.use({ viewport: { width: 1440, height: 900 } })

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

/** No fault that axe knows, by day and by night, and nothing wider than the narrowest desk. */
async function expectFit(page: Page) {
  await expectAccessibleIn(page, DESK_LOOKS, page.url(), async (at) => {
    const wider = await page.locator('.gov').evaluate((one) => one.scrollWidth - one.clientWidth)
    expect(wider, at).toBeLessThanOrEqual(0)
  })
  await page.setViewportSize({ width: 1440, height: 900 })
}

test('analytics say what they count and open its cases', async ({ page }) => {
  await inDatabase(
    (sql) => sql`
      insert into analytics_days (day, measure, key, connection_id, policy_version, sandbox, amount)
      select (now() at time zone 'Asia/Kolkata')::date - place % 5, measure, key, 'idto', '3', false, amount
      from generate_series(0, 4) as place, (values
        ('state', 'approved', 12), ('state', 'rejected', 3), ('state', 'awaiting_reviewer', 4), ('state', 'cancelled', 1),
        ('step', 'approved', 12), ('step', 'decided', 3), ('step', 'checked', 4), ('step', 'left', 1),
        ('reason', 'name_differs', 5), ('first_pass', 'approved', 11), ('first_pass', 'other', 8),
        ('player', 'ms', 1900000), ('player', 'attempts', 19), ('review', 'ms', 240000), ('review', 'closed', 3)
      ) as numbers (measure, key, amount) on conflict do nothing returning measure`,
  )
  await signInStaff(page, ['viewer'])
  await page.goto('/admin/analytics?days=7&connection=idto&sandbox=false')
  const begun = page.getByRole('listitem').filter({ hasText: 'A new try is a new attempt' })
  await expect(begun.locator('.figure')).toHaveText('100')
  await expect(begun.getByRole('link')).toHaveAttribute(
    'href',
    /^\/admin\/queue\?connection=idto&sandbox=no&from=[\d-]+&to=[\d-]+$/,
  )
  const yielded = page.getByRole('listitem').filter({ hasText: 'First-pass yield' })
  await expect(yielded).toContainText('57.9 %')
  await expect(yielded).toContainText('55 of 95')
  const funnel = page.getByRole('region', { name: 'Funnel' })
  await expect(funnel.getByRole('row', { name: /^Checked/ })).toContainText('95')
  await expect(page.getByRole('img', { name: /Attempts by day/ })).toBeVisible()
  await page.getByText('The numbers as a table').click()
  await expect(page.getByRole('row', { name: /20 12 3 0 4 0 1/ })).toHaveCount(5)
  await expect(page.getByRole('row', { name: /name_differs/ }).getByRole('link')).toHaveAttribute(
    'href',
    /reason=name_differs/,
  )
  await expectFit(page)
  await page.goto('/admin/analytics?connection=nobody')
  await expect(page.getByRole('heading', { name: 'No attempt began in these days.' })).toBeVisible()
})

test('a policy is written by one, tried, and published by another', async ({ page, browser }) => {
  await signInStaff(page, ['operator'], 'Meher Udaharan')
  await page.goto('/admin/policy')
  await button(page, 'Write a new version').click()
  const editor = page.getByLabel('The policy, as JSON')
  const whole = await editor.inputValue()
  await editor.fill(whole.replace('"ageYears": 18', '"ageYears": 12').replace('"3"', '"e2e"'))
  await button(page, 'Save').click()
  await expect(page.getByRole('alert').filter({ hasText: 'This is no policy yet' })).toContainText('ageYears')
  await editor.fill(whole.replace('"ageYears": 18', '"ageYears": 21').replace('"3"', '"e2e"'))
  await button(page, 'Save').click()
  await expect(page.getByText('Players have to be 21 years old instead of 18.')).toBeVisible()
  await button(page, 'Try it').click()
  await expect(page.getByText(/decisions made again/)).toBeVisible()
  await expect(page.getByText('You wrote in this draft: somebody else')).toBeVisible()
  await expectFit(page)
  await editor.fill(whole)
  await button(page, 'Save').click()
  await expect(page.getByText('Nothing: it decides the same.')).toBeVisible()

  const other = await browser.newPage()
  await signInStaff(other, ['lead'], 'Nandini Kalpanik')
  await other.goto(new URL(page.url()).pathname)
  await button(other, 'Publish version 3').click()
  await expect(other.getByRole('status').filter({ hasText: 'in force now' })).toBeVisible()
  await expect(other).toHaveURL(/\/admin\/policy\?done=published$/)
  const row = other.getByRole('region', { name: 'Published' }).getByRole('row').nth(1)
  await expect(row).toContainText('Nandini Kalpanik')
  await expect(row).toContainText('Meher Udaharan')
  await other.goto(new URL(page.url()).pathname)
  await expect(other.getByRole('heading', { name: 'Published draft' })).toBeVisible()
  await expect(other.getByText('What changes')).toBeHidden()
  await other.close()
})

test('the audit log is narrowed by its address, and its copy verifies', async ({ page }, { outputDir }) => {
  const me = await signInStaff(page, ['auditor'], 'Farida Kalpanik')
  await page.goto('/admin/policy')
  await page.goto('/admin/audit')
  await expect(page.getByText(/Verified up to checkpoint|Not verified yet/)).toBeVisible()
  await expect(page.getByRole('row').nth(1)).toBeVisible()
  await expectFit(page)
  await page.getByRole('link', { name: 'Take a copy, verify it' }).click()
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download audit.jsonl' }).click()
  const file = `${outputDir}/audit.jsonl`
  await (await downloading).saveAs(file)
  expect(readFileSync(file, 'utf8')).toContain('audit.exported')
  const { status, stdout } = spawnSync(process.execPath, ['scripts/audit-verify.mjs', '--from', file], {
    encoding: 'utf8',
  })
  expect(status, stdout).toBe(0)
  await page.goto(`/admin/audit?actor=${me.id}`)
  await page.getByLabel('Action begins with').fill('audit.')
  await button(page, 'Show').click()
  await expect(page).toHaveURL(/action=audit\./)
  await expect(page.getByRole('row', { name: /audit\.exported/ })).toContainText('Farida Kalpanik')
  await page.goto('/admin/audit?reference=ZZZZ-ZZZZ')
  await expect(page.getByRole('heading', { name: 'No event is like that.' })).toBeVisible()
})
