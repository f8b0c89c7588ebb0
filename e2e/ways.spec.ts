import { agree, codeFor, expect, goAndShare, heading, leaveAndCatchReturn, test } from './fixtures'

// The same way in other shoes: without JavaScript, in Hindi, through another tab, with a wrong code.

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('everything works, to the result', async ({ page, player }) => {
    await player.signIn()
    await agree(page)
    await goAndShare(page, 'adult')
    await page.waitForURL(/\/verifications\//)
    await expect(heading(page)).toHaveText('You are verified.')
  })
})

test('in Hindi, switched on the page and remembered', async ({ page, player }) => {
  await player.signIn()
  await page.getByRole('button', { name: 'हिन्दी' }).click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'hi')
  await expect(page).toHaveURL(/\/verify$/)
  for (const tick of ['आधार', 'पैन'])
    await page.getByRole('checkbox', { name: new RegExp(`^${tick}`) }).check()
  await page.getByRole('button', { name: 'सहमत हूँ', exact: true }).click()
  await expect(page).toHaveURL(/\/verify\/leave$/)
  await page
    .locator('form[action="/api/kyc/start"]')
    .getByRole('button')
    .or(page.locator('button[form]'))
    .first()
    .click()
  await page.waitForURL(/digilocker-consent/)
  await page.getByRole('button', { name: /Allow/ }).click()
  await page.waitForURL(/\/verifications\//)
  await expect(page.locator('svg.seal')).toHaveCount(1)
  await expect(page.locator('html')).toHaveAttribute('lang', 'hi')
  await expect(heading(page)).toHaveText(/[\u0900-\u097F]/)
})

test('a wrong code is said, the fifth ends it, and a new one signs in', async ({ page, player }) => {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail', { exact: true }).fill(player.email)
  await page.getByRole('button', { name: 'Send me the digits' }).click()
  await expect(page).toHaveURL(/step=code/)
  expect(page.url()).not.toContain(player.email)
  const wrong = codeFor(player.email) === '000000' ? '111111' : '000000'
  const tryWrong = async () => {
    await page.getByLabel('Six digits').fill(wrong)
    const answered = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await answered
  }
  for (let n = 0; n < 4; n += 1) {
    await tryWrong()
    await expect(page.getByLabel('Six digits')).toHaveValue('') // React empties the form when the answer is there
    await expect(page.getByText('These are not the digits we sent.')).toBeVisible()
  }
  await tryWrong()
  await expect(page.getByText('These digits have run out.')).toBeVisible()
  await player.signIn()
})

test('signing out ends the session at once, in every tab', async ({ page, player, context }) => {
  await player.signIn()
  const second = await context.newPage()
  await second.goto('/me')
  await page.goto('/me')
  await page.getByRole('button', { name: /Sign out/ }).click()
  await page.waitForURL(/\/$/)
  await second.goto('/me')
  await expect(second).toHaveURL(/\/sign-in/)
})

test('coming back in another browser reads nothing and says what to do', async ({
  page,
  player,
  browser,
}) => {
  const { back } = await leaveAndCatchReturn(page, player)
  const elsewhere = await browser.newContext()
  const other = await elsewhere.newPage()
  await other.goto(back)
  await expect(other).toHaveURL(/\/verify\/returned$/)
  await expect(heading(other)).toContainText('You are back')
  await elsewhere.close()
  await page.goto(back)
  await expect(heading(page)).toHaveText('You are verified.')
})

test('a double tap on the way out leaves one journey that works', async ({ page, player }) => {
  await player.signIn()
  await agree(page)
  await page.getByRole('button', { name: 'Go to DigiLocker' }).dblclick()
  await page.waitForURL(/digilocker-consent/)
  await page.getByRole('button', { name: /Allow/ }).click()
  await page.waitForURL(/\/verifications\//)
  await expect(heading(page)).toHaveText('You are verified.')
})

test('back and reload after the return change nothing', async ({ page, player }) => {
  await player.signIn()
  await agree(page)
  await goAndShare(page, 'adult')
  await expect(heading(page)).toHaveText('You are verified.')
  await page.reload()
  await expect(heading(page)).toHaveText('You are verified.')
  await page.goBack()
  await page.goForward()
  await expect(heading(page)).toHaveText('You are verified.')
})
