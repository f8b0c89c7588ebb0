import type { Page } from '@playwright/test'
import {
  agree,
  askFor,
  control,
  expect,
  goAndShare,
  heading,
  leaveNamed,
  SANDBOX_URL,
  shareNamed,
  test,
} from './fixtures'

// From consent to Verified through each of the six vendors.

/** The vendor as the status knows it. */
async function carrier(page: Page): Promise<string> {
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  return page.evaluate(
    async (path) => (await (await fetch(path)).json()).connectionName,
    `/api/kyc/verifications/${id}`,
  )
}

for (const { vendor, name } of [
  { vendor: 'idto', name: 'IDTO' },
  { vendor: 'deepvue', name: 'Deepvue' },
  { vendor: 'hyperverge', name: 'HyperVerge' },
  { vendor: 'digilocker', name: 'DigiLocker (direct)' },
])
  test(`${vendor}: from consent to verified`, async ({ page, player }) => {
    await player.signIn()
    await agree(page)
    await askFor(page, vendor)
    await goAndShare(page, 'adult')
    await expect(heading(page)).toHaveText('You are verified.')
    expect(await carrier(page)).toBe(name)
    await expect(page.getByText(/XXXXXX\d{3}[A-Z]/)).toBeVisible()
    expect(new URL(page.url()).search).toBe('')
  })

test('didit: a photo document and a selfie, from a consent of its own to verified', async ({
  page,
  player,
}) => {
  await player.signIn()
  await page.getByRole('link', { name: 'Use a photo of a document and a selfie instead' }).click()
  await expect(page).toHaveURL(/way=capture/)
  await page.getByRole('checkbox').first().check()
  await page.getByRole('button', { name: 'I agree' }).click()
  await expect(page).toHaveURL(/\/verify\/leave$/)
  await page.getByRole('button', { name: 'Go to Didit' }).click()
  await page.waitForURL(/\/session\//)
  await page.locator('input[name="persona"][value="adult"]').check()
  await page.getByRole('button', { name: /Allow/ }).click()
  await page.waitForURL(/\/verifications\//)
  await expect(heading(page)).toHaveText('You are verified.', { timeout: 20_000 })
  expect(await carrier(page)).toBe('Didit')
})

test.describe('kwikid', () => {
  test('the person that was named is verified, and the link with a token in it is nowhere', async ({
    page,
    player,
  }) => {
    const bodies: string[] = []
    page.on('response', async (response) => {
      const type = response.headers()['content-type'] ?? ''
      if (response.url().startsWith(SANDBOX_URL) || !/html|json|x-component/.test(type)) return
      bodies.push(await response.text().catch(() => ''))
    })
    await player.signIn()
    await leaveNamed(page, 'Parikshan Namoona')
    await shareNamed(page, 'Parikshan Namoona')
    await expect(heading(page)).toHaveText('You are verified.')
    expect(await carrier(page)).toBe('KwikID')
    expect(bodies.length).toBeGreaterThan(3)
    for (const body of bodies) expect(body).not.toMatch(/digilocker\/redirect|authorization=|sandbox-kwikid/)
  })

  test('somebody else than named is never verified by a rule', async ({ page, player }) => {
    await player.signIn()
    await leaveNamed(page, 'Parikshan Namoona')
    await shareNamed(page, 'Somebody Kalpanik')
    await expect(heading(page)).toHaveText('What you wrote does not agree with the documents.')
  })

  test('a hand-over by a form of theirs comes home as well', async ({ page, player }) => {
    await control({ vendor: 'kwikid', mode: { returnMethod: 'post_form' } })
    await player.signIn()
    await leaveNamed(page, 'Parikshan Namoona')
    await shareNamed(page, 'Parikshan Namoona')
    await expect(heading(page)).toHaveText('You are verified.')
    await control({ vendor: 'kwikid', mode: { returnMethod: 'get' } })
  })
})

test('finished at Didit in another browser: never verified by itself, the player is asked, a person decides', async ({
  page,
  player,
  browser,
}) => {
  await player.signIn()
  await page.goto('/verify?way=capture')
  await page.getByRole('checkbox').first().check()
  await page.getByRole('button', { name: 'I agree' }).click()
  await page.getByRole('button', { name: 'Go to Didit' }).click()
  await page.waitForURL(/\/session\//)
  const elsewhere = await browser.newContext()
  const other = await elsewhere.newPage()
  await other.goto(page.url())
  await other.locator('input[name="persona"][value="adult"]').check()
  await other.getByRole('button', { name: /Allow/ }).click()
  await other.waitForURL(/\/verify\/returned/)
  await elsewhere.close()
  // Didit's genuine webhook has told us; nobody brought it home.
  await expect(async () => {
    await page.goto('/verify')
    await expect(heading(page)).toHaveText('Finished in another browser. Was it you?', { timeout: 1000 })
  }).toPass({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Yes, it was me' }).click()
  await expect(heading(page)).toHaveText('A person is looking at it.', { timeout: 20_000 })
})
