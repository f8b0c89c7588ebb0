import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Download, Page } from '@playwright/test'
import { extractText, getDocumentProxy } from 'unpdf'
import { agree, expect, heading, leaveAndCatchReturn, shareAs, test } from './fixtures'

// My data from end to end: see, take along, take back, ask, erase, and come back as somebody new.

async function download(page: Page, press: () => Promise<void>): Promise<Download> {
  const [file] = await Promise.all([page.waitForEvent('download'), press()])
  return file
}

const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name })

/** Checks a downloaded file with the stand-alone checker and the published keys. */
async function verifyFile(page: Page, file: Download): Promise<{ status: number | null; text: string }> {
  const keys = test.info().outputPath('ante-keys.json')
  writeFileSync(keys, await (await page.request.get('/.well-known/ante-keys.json')).text())
  const args = ['scripts/verify-receipt.mjs', await file.path(), '--keys', keys]
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return { status, text: stdout }
}

test('a verified player sees what is held, takes it along, erases it and comes back as somebody new', async ({
  page,
  player,
  context,
}) => {
  await shareAs(page, player, 'adult')
  await page.goto('/me')
  await expect(page.getByText(player.email)).toBeVisible()
  await page.getByText(/^Aadhaar, read /).click()
  await expect(page.getByText(/XXXX XXXX \d{4}/)).toBeVisible()
  await expect(page.getByText(/Sealed, until .*, then destroyed/).first()).toBeVisible()
  await expect(page.getByText(/You agreed to the notice|A rule of ours compared/).first()).toBeVisible()
  expect(await page.content()).not.toMatch(/[A-Z]{5}\d{4}[A-Z](?![\dA-Z])/) // no whole PAN

  await link(page, 'See the receipt').first().click()
  const receipt = await download(page, () => link(page, 'Download the file').click())
  expect(await verifyFile(page, receipt)).toMatchObject({ status: 0 })

  await page.goto('/me')
  const json = await download(page, () => link(page, 'For machines (JSON)').click())
  expect(json.suggestedFilename()).toBe('my-data.json')
  expect((await verifyFile(page, json)).text).toMatch(/^valid +Export/)
  const whole = JSON.parse(readFileSync(await json.path(), 'utf8')).export
  expect(whole).toMatchObject({ schema: 'ante-export/1', account: { email: player.email } })
  expect(whole.attempts[0].documents.length).toBeGreaterThan(1)
  const pdf = await download(page, () => link(page, 'To read (PDF)').click())
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(readFileSync(await pdf.path()))), {
    mergePages: true,
  })
  expect(text).toContain(player.email)
  const headers = (await page.request.get('/me/export/pdf/download')).headers()
  expect(headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition': 'attachment; filename="my-data.pdf"',
    'content-security-policy': "default-src 'none'; sandbox",
  })
  expect(headers['cache-control']).toContain('no-store')

  await page.goto('/me')
  await link(page, 'See what goes').click()
  await expect(heading(page)).toHaveText('Erase everything we hold.')
  await page.getByRole('button', { name: 'Erase everything now' }).click()
  await expect(page).toHaveURL(/\/erased$/)
  await expect(heading(page)).toHaveText('It is erased.')
  const certificate = await download(page, () => link(page, 'Download the certificate').click())
  expect((await verifyFile(page, certificate)).text).toMatch(/^valid +Certificate/)
  expect((await page.request.get('/me', { maxRedirects: 0 })).status()).toBe(307)

  const stranger = await context.browser()?.newContext()
  const copied = await stranger?.request.get(new URL('/erased/download', page.url()).href)
  expect(copied?.status()).toBe(404)
  const taken = await stranger?.request.get(new URL('/me/export/json/download', page.url()).href, {
    maxRedirects: 0,
  })
  expect(taken?.status()).toBe(303)
  await stranger?.close()

  await player.signIn()
  await page.goto('/me')
  await expect(page.getByText('You have not begun yet.')).toBeVisible()
  await expect(page.getByText('No consent yet, so no receipt.')).toBeVisible()
})

test('taking consent back needs no more presses than giving it, and what comes later is ignored', async ({
  page,
  player,
}) => {
  let presses = 0
  await page.exposeFunction('pressed', () => {
    presses += 1
  })
  await page.addInitScript(() => {
    document.addEventListener('click', (event) => {
      const isOurs = (event.target as Element).closest('button, a, summary, input, label')
      if (event.isTrusted && isOurs) (window as unknown as { pressed: () => void }).pressed()
    })
  })
  await player.signIn()
  presses = 0
  await agree(page, ['Aadhaar', 'PAN'])
  const giving = presses
  await page.goto('/me')
  presses = 0
  await page.getByText('Withdraw this consent').click()
  await page.getByRole('button', { name: 'Withdraw now' }).click()
  await expect(page.getByText('Your consent is withdrawn.')).toBeVisible()
  expect(giving).toBeGreaterThan(0)
  expect(presses).toBeGreaterThan(0)
  expect(presses).toBeLessThanOrEqual(giving)
})

test('withdrawn while the browser is at the vendor: coming back reads nothing', async ({ page, player }) => {
  const { back } = await leaveAndCatchReturn(page, player)
  await page.goto('/me')
  await page.getByText('Withdraw this consent').click()
  await page.getByRole('button', { name: 'Withdraw now' }).click()
  await expect(page.getByText('Your consent is withdrawn.')).toBeVisible()
  await page.goto(back)
  await page.goto('/me')
  await expect(page.getByText('Action needed').first()).toBeVisible()
  await expect(page.getByText(/, read /)).toHaveCount(0)
  await link(page, 'See the receipt').first().click()
  const receipt = await download(page, () => link(page, 'Download the file').click())
  const { status, text } = await verifyFile(page, receipt)
  expect(status).toBe(0)
  expect(text).toMatch(/Later event .* withdrawn/)
})

test('correction, complaint, nomination and another look are asked for without script', async ({
  browser,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  const { codeFor } = await import('./fixtures')
  const email = `e2e-${crypto.randomUUID()}@example.invalid`
  await page.goto('/sign-in')
  await page.getByLabel('E-mail', { exact: true }).fill(email)
  await page.getByRole('button', { name: 'Send me the digits' }).click()
  await page.getByLabel('Six digits').fill(codeFor(email))
  await page.getByRole('button', { name: 'Sign in' }).click()
  for (const [kind, word] of [
    ['correction', 'Correction'],
    ['grievance', 'Complaint'],
    ['nomination', 'Nomination'],
  ] as const) {
    await page.goto(`/me/ask/${kind}`)
    await page.getByRole('textbox').fill(`About <b>${kind}</b>, please.`)
    await page.getByRole('button', { name: 'Send' }).click()
    await expect(page.getByText('We have what you wrote.')).toBeVisible()
    await expect(
      page
        .locator('li')
        .filter({ hasText: word })
        .getByText(/An answer is due by/),
    ).toBeVisible()
  }
  await page.locator('summary').filter({ hasText: 'What you wrote' }).first().click()
  await expect(page.getByText('About <b>nomination</b>, please.')).toBeVisible()
  expect((await page.goto('/me/ask/appeal'))?.status()).toBe(404)
  expect((await page.goto('/me/ask/anything'))?.status()).toBe(404)
  await context.close()
})

test('who was not accepted asks for another look, once', async ({ page, player }) => {
  await shareAs(page, player, 'minor')
  await link(page, 'Ask for another look').click()
  await expect(heading(page)).toHaveText('Why should somebody look again?')
  await page.getByRole('textbox').fill('The birth date on my document is wrong.')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByText('We have what you wrote.')).toBeVisible()
  await expect(page.getByText('Another look is asked for')).toBeVisible()
  await page.goBack()
  await page.getByRole('textbox').fill('Once more.')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByText('That was not taken.')).toBeVisible()
})
