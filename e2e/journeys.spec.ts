import { agree, expect, goAndShare, heading, newestMail, shareAs, test } from './fixtures'

// A player walks the whole way on real parts, each persona to its own end.

test('an adult on IDTO is verified, with seal, masked numbers and a receipt', async ({ page, player }) => {
  await page.goto('/')
  await page.getByRole('link', { name: 'See what we ask for' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await shareAs(page, player, 'adult')
  await expect(heading(page)).toHaveText('You are verified.')
  await expect(page).toHaveURL(/\/verifications\/[0-9a-f-]{36}$/)
  await expect(page.locator('svg.seal')).toHaveCount(1)
  await expect(page.getByText(/XXXX XXXX \d{4}/)).toBeVisible()
  await expect(page.getByText(/XXXXXX\d{3}[A-Z]/)).toBeVisible()
  await expect(page.getByText('through IDTO').first()).toBeVisible()
  const html = await page.content()
  expect(html).not.toMatch(/[A-Z]{5}\d{4}[A-Z](?![\dA-Z])/) // no whole PAN, not in the data beside the markup either
  await page.getByRole('link', { name: 'See your receipt' }).click()
  await expect(page).toHaveURL(/\/me\/receipts\//)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /Download/ }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^consent-receipt-/)
  await page.goto('/verify')
  await expect(heading(page)).toHaveText('You are verified.')
})

test('a minor is not verified, on a page of its own that keeps nothing', async ({ page, player }) => {
  await shareAs(page, player, 'minor')
  await expect(heading(page)).toHaveText('You are under 18, so it ends here.')
  await expect(page.getByText('Not verified').first()).toBeVisible()
  await expect(page.locator('svg.seal')).toHaveCount(0)
  await expect(page.getByRole('button', { name: /Try again/ })).toHaveCount(0)
  await page.goto('/verify')
  await expect(heading(page)).toHaveText('You are under 18, so it ends here.')
})

test('without a PAN: action needed, and sharing again with it verifies', async ({ page, player }) => {
  await shareAs(page, player, 'pan_missing')
  await expect(heading(page)).toHaveText('Your PAN is not in DigiLocker yet.')
  await expect(page.getByText('Action needed').first()).toBeVisible()
  await goAndShare(page, 'adult')
  await expect(heading(page)).toHaveText('You are verified.')
})

test('refusing at DigiLocker leads back with a way on', async ({ page, player }) => {
  await shareAs(page, player, 'refuses')
  await expect(heading(page)).toHaveText('Nothing was shared. That is your choice.')
  await goAndShare(page, 'adult')
  await expect(heading(page)).toHaveText('You are verified.')
})

test('denying on the consent page itself is the same', async ({ page, player }) => {
  await player.signIn()
  await agree(page)
  await goAndShare(page, 'adult', 'Deny')
  await expect(heading(page)).toHaveText('Nothing was shared. That is your choice.')
})

test('a vendor failing on the exchange is not the player: retry works', async ({ page, player }) => {
  await shareAs(page, player, 'fails_on_exchange')
  await expect(heading(page)).toHaveText('The line to DigiLocker broke. It is not you.')
  await goAndShare(page, 'adult')
  await expect(heading(page)).toHaveText('You are verified.')
})

test('an initial on the PAN is accepted, and the page says so', async ({ page, player }) => {
  await shareAs(page, player, 'name_differs')
  await expect(heading(page)).toHaveText('You are verified.')
  await expect(page.getByText('Your PAN carries an initial')).toBeVisible()
})

test('a document changed after it was signed is named, and never verified by a rule', async ({
  page,
  player,
}) => {
  await shareAs(page, player, 'tampered')
  await expect(heading(page)).toHaveText('A person is looking at it.')
  await expect(page.getByText('Signature fails')).toHaveCount(3) // each of the three, on its own card
  await expect(page.locator('svg.seal')).toHaveCount(0)
})

test('a PAN of somebody else: what differs, one after the other, and never verified by a rule', async ({
  page,
  player,
}) => {
  await shareAs(page, player, 'other_person')
  await expect(heading(page)).toHaveText('The birth date differs.')
  await expect(page.getByText('1 of 2')).toBeVisible()
  await page.getByRole('link', { name: 'See the other difference' }).click()
  await expect(heading(page)).toHaveText(/name/)
  await expect(page.getByText('2 of 2')).toBeVisible()
})

test('a slow vendor: the page says it is checking and shows the result without a reload', async ({
  page,
  player,
}) => {
  await player.signIn()
  await agree(page, ['Aadhaar', 'PAN'])
  await goAndShare(page, 'slow')
  await page.waitForURL(/\/verifications\//)
  await expect(heading(page)).toContainText('We are checking.')
  await page.evaluate(() => Object.assign(window, { stayed: true }))
  await expect(heading(page)).toHaveText('You are verified.', { timeout: 40_000 })
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true)
})

test('closing DigiLocker loses nothing: the page offers to go again', async ({ page, player }) => {
  await player.signIn()
  await agree(page)
  await page.getByRole('button', { name: 'Go to DigiLocker' }).click()
  await page.waitForURL(/digilocker-consent/)
  await page.goto('/verify')
  await goAndShare(page, 'adult')
  await expect(heading(page)).toHaveText('You are verified.')
})

test('licence and PAN do as well as Aadhaar', async ({ page, player }) => {
  await player.signIn()
  await agree(page, ['Driving licence', 'PAN'])
  await goAndShare(page, 'adult')
  await expect(heading(page)).toHaveText('You are verified.')
  await expect(page.getByText(/XXXX XXXX/)).toHaveCount(0)
})

test('missing ticks are asked for, with the others kept; not agreeing is as easy', async ({
  page,
  player,
}) => {
  await player.signIn()
  await page.getByRole('checkbox', { name: /^PAN/ }).check()
  await page.getByRole('button', { name: 'I agree' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'One tick is missing.' })).toBeVisible()
  await expect(page.getByRole('checkbox', { name: /^PAN/ })).toBeChecked()
  const [no, yes] = [
    page.getByRole('button', { name: 'I do not agree' }),
    page.getByRole('button', { name: 'I agree' }),
  ]
  const [noBox, yesBox] = [await no.boundingBox(), await yes.boundingBox()]
  expect(Math.abs((noBox?.width ?? 0) - (yesBox?.width ?? 1))).toBeLessThan(2)
  expect(noBox?.height).toBe(yesBox?.height)
  await no.click()
  await expect(heading(page)).toHaveText('Nothing was shared. That is your choice.')
  await expect(page).toHaveURL(/declined/)
})

test('who ticked e-mail is told the result, without a personal word', async ({ page, player }) => {
  await player.signIn()
  await agree(page, ['Aadhaar', 'PAN', 'E-mail'])
  await goAndShare(page, 'adult')
  await expect(heading(page)).toHaveText('You are verified.')
  const name = await page.locator('dl').first().locator('dd').first().innerText()
  await expect.poll(() => newestMail(player.email).subject, { timeout: 20_000 }).toContain('Verified')
  expect(newestMail(player.email).text).not.toContain(name)
  expect(newestMail(player.email).text).toContain('/verifications/')
})

test('withdrawing while away: coming back reads nothing', async ({ page, player, context }) => {
  await player.signIn()
  await agree(page)
  await page.getByRole('button', { name: 'Go to DigiLocker' }).click()
  await page.waitForURL(/digilocker-consent/)
  const other = await context.newPage()
  await other.goto('/me')
  await other.locator('summary').filter({ hasText: 'Withdraw' }).click()
  await other.getByRole('button', { name: 'Withdraw now' }).click()
  await expect(other).toHaveURL(/done=withdrawn/)
  await page.locator('input[name="persona"][value="adult"]').check()
  await page.getByRole('button', { name: /Allow/ }).click()
  await page.waitForURL(/\/verifications\//)
  await expect(heading(page)).toHaveText('You withdrew your consent.')
})

test('no link ticks a box for anybody', async ({ page, player }) => {
  await player.signIn()
  for (const query of [
    'problem=documents_needed&ticked=aadhaar,pan,driving_licence,result_mail',
    'change=1&ticked=pan',
    'aadhaar=yes&pan=on',
  ]) {
    await page.goto(`/verify?${query}`)
    await expect(page.getByRole('checkbox').first()).toBeVisible()
    await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(0)
  }
})
