import type { Page } from '@playwright/test'
import { expectAccessibleIn } from './accessible'
import { agree, expect, goAndShare, heading, leaveNamed, shareAs, shareNamed, test } from './fixtures'

// Fix it and Received: what differs, letter by letter, and what the player makes of it; and a typing mistake put right.

const LOOKS = [
  { width: 360, height: 640, colorScheme: 'light' },
  { width: 360, height: 640, colorScheme: 'dark' },
  { width: 320, height: 640, colorScheme: 'light' },
  { width: 1280, height: 900, colorScheme: 'light' },
  { width: 1280, height: 900, colorScheme: 'dark' },
] as const

/** Every look of the page that is open: readable by machine, nothing wider than the screen, no word in pieces. */
async function look(page: Page, name: string): Promise<void> {
  await expectAccessibleIn(page, LOOKS, name, async (at) => {
    const broken = await page
      .locator('b.collation-whole')
      .evaluateAll((words) => words.filter((word) => word.clientHeight > 60).length)
    expect(broken, `${at}, words in pieces`).toBe(0)
  })
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null })
  await page.setViewportSize({ width: 360, height: 640 })
}

const inHindi = (page: Page) => page.getByRole('button', { name: 'हिन्दी' }).click()
const proceed = (page: Page) => page.getByRole('button', { name: 'Continue' }).click()

test('one letter: the page shows which, in every look and both languages, and says what agrees', async ({
  page,
  player,
}) => {
  test.setTimeout(180_000)
  await shareAs(page, player, 'one_letter')
  await expect(heading(page)).toHaveText('One letter of your name differs.')
  await expect(page.getByText('Your birth date is the same on both. Letter 2 of')).toBeVisible()
  await expect(page.getByRole('img', { name: /Letter 2 of .* on Aadhaar and .* on PAN/ })).toBeVisible()
  await expect(page.locator('.collation .is-different')).toHaveCount(2)
  await expect(page.getByText('1 of 1')).toBeVisible()
  await expect(page.getByText(/Kept: name, birth date/).first()).toBeVisible()
  await look(page, 'fix-name-en')
  await inHindi(page)
  await expect(heading(page)).toHaveText('आपके नाम का एक अक्षर अलग है।')
  await look(page, 'fix-name-hi')
})

test('the PAN is corrected first: what to do, the place kept, and sharing again with no new consent', async ({
  page,
  player,
}) => {
  test.setTimeout(120_000)
  await shareAs(page, player, 'one_letter')
  await proceed(page) // nothing chosen: the browser says so and nothing is sent
  await expect(heading(page)).toHaveText('One letter of your name differs.')
  await page.getByRole('radio', { name: /as on Aadhaar/ }).check()
  await proceed(page)
  await expect(heading(page)).toHaveText('Correct your PAN first.')
  await expect(page.getByText('Ask for the correction')).toBeVisible()
  await expect(page.getByText(/Your place is kept until \d+ \w+ \d{4}/)).toBeVisible()
  await look(page, 'correct-first')
  await goAndShare(page, 'adult')
  await expect(heading(page)).toHaveText('You are verified.')
})

test('both are the player: a note for a person, safe to close', async ({ page, player }) => {
  test.setTimeout(120_000)
  await shareAs(page, player, 'one_letter')
  await expect(page.getByLabel('Your note, if you like')).toBeHidden()
  await page.getByRole('radio', { name: /Both are me/ }).check()
  await page.getByLabel('Your note, if you like').fill('Two offices, two vowels.')
  await look(page, 'both-are-me')
  await proceed(page)
  await expect(heading(page)).toHaveText('A person looks at both.')
  await expect(page.locator('.collation .is-different')).toHaveCount(2)
  await expect(page.getByText('Two offices')).toHaveCount(0)
  await page.reload()
  await expect(heading(page)).toHaveText('A person looks at both.')
  await look(page, 'asked-person')
})

test('two tabs: what is said in one shows in the other by itself', async ({ page, player, context }) => {
  await shareAs(page, player, 'one_letter')
  const other = await context.newPage()
  await other.goto(page.url())
  await other.getByRole('radio', { name: /as on PAN/ }).check()
  await other.getByRole('button', { name: 'Continue' }).click()
  await expect(heading(other)).toHaveText('Correct your Aadhaar first.')
  await expect(heading(page)).toHaveText('Correct your Aadhaar first.')
})

test('a name longer than the screen wraps, letter under letter', async ({ page, player }) => {
  test.setTimeout(120_000)
  await player.signIn()
  await agree(page)
  await page.getByRole('button', { name: 'Go to DigiLocker' }).click()
  await page.waitForURL(/digilocker-consent/)
  await page.locator('input[name="persona"][value="one_letter"]').check()
  await page.getByText('Change name or birth date').click()
  await page.locator('input[name="name"]').fill('Kalpanikanamoonaudaharanparikshan Namoona')
  await page.getByRole('button', { name: /Allow/ }).click()
  await expect(heading(page)).toHaveText('One letter of your name differs.')
  await look(page, 'fix-long-name')
  const cells = page.locator('.collation-cells > div')
  const [first, last] = [await cells.first().boundingBox(), await cells.last().boundingBox()]
  expect(last?.y).toBeGreaterThan((first?.y ?? 0) + (first?.height ?? 0) - 1)
})

test('birth date and name differ: one after the other', async ({ page, player }) => {
  test.setTimeout(120_000)
  await shareAs(page, player, 'other_person')
  await expect(heading(page)).toHaveText('The birth date differs.')
  await look(page, 'fix-birth-date')
  await page.getByRole('link', { name: 'See the other difference' }).click()
  await expect(heading(page)).toHaveText(/name/)
  await look(page, 'fix-other-name')
})

for (const { answer, expected } of [
  { answer: 'as on Aadhaar', expected: 'Correct your PAN first.' },
  { answer: 'as on PAN', expected: 'Correct your Aadhaar first.' },
  { answer: 'Both are me', expected: 'A person looks at both.' },
])
  test.describe('without JavaScript', () => {
    test.use({ javaScriptEnabled: false })

    test(`"${answer}" is taken`, async ({ page, player }) => {
      await shareAs(page, player, 'one_letter')
      await page.getByRole('radio', { name: new RegExp(answer) }).check()
      if (answer === 'Both are me') await page.getByLabel('Your note, if you like').fill('x'.repeat(400))
      await proceed(page)
      await expect(heading(page)).toHaveText(expected)
    })
  })

test('PAN missing: the card says how to get it there, and coming back goes on', async ({ page, player }) => {
  await shareAs(page, player, 'pan_missing')
  await expect(page.getByText('It is not in your DigiLocker yet.')).toBeVisible()
  await expect(page.getByRole('link', { name: 'How to get it there' })).toHaveAttribute('href', '/help#pan')
  await goAndShare(page, 'adult')
  await expect(heading(page)).toHaveText('You are verified.')
})

test.describe('a typing mistake', () => {
  const correct = async (page: Page, name: string) => {
    await page.getByLabel('Your name as on your documents').fill(name)
    await page.getByRole('button', { name: 'Compare again' }).click()
  }

  test('put right on the page: verified, nothing shared again', async ({ page, player }) => {
    test.setTimeout(120_000)
    await player.signIn()
    await leaveNamed(page, 'Porikshan Namoona')
    await shareNamed(page, 'Parikshan Namoona')
    await expect(heading(page)).toHaveText('What you wrote does not agree with the documents.')
    await expect(page.locator('dd', { hasText: 'Porikshan Namoona' })).toBeVisible()
    expect(await page.content()).not.toContain('PARIKSHAN')
    await look(page, 'typed-wrong')
    await correct(page, 'Parikshan Namoona')
    await expect(heading(page)).toHaveText('You are verified.')
  })

  test('and somebody else is no typing mistake, with or without JavaScript', async ({
    page,
    player,
    browser,
  }) => {
    await player.signIn()
    await leaveNamed(page, 'Aarambh Namoona')
    await shareNamed(page, 'Parikshan Kalpanik')
    await correct(page, 'Parikshan Kalpanik')
    await expect(page.getByRole('alert').filter({ hasText: 'not a typing mistake' })).toBeVisible()
    await expect(page.getByLabel('Your name as on your documents')).toHaveValue('Parikshan Kalpanik')
    await expect(page.locator('dd', { hasText: 'Aarambh Namoona' })).toBeVisible()

    const state = await page.context().storageState()
    const plain = await browser.newContext({ storageState: state, javaScriptEnabled: false })
    const without = await plain.newPage()
    await without.goto(page.url())
    await correct(without, 'Aarambh Namuna1')
    await expect(without.getByText('Only letters, spaces')).toBeVisible()
    await correct(without, 'Aorambh Namoona')
    await expect(without.getByText('That did not settle it.')).toBeVisible()
    await plain.close()
  })
})

test('what was agreed to stays: the page says so, and stopping is there', async ({ page, player }) => {
  await player.signIn()
  await agree(page, ['Aadhaar', 'PAN'])
  await goAndShare(page, 'one_letter')
  await expect(page.getByText('Your consent stays valid.')).toBeVisible()
  await page.getByText('Stop and withdraw').click()
  await page.getByRole('button', { name: 'Stop this attempt' }).click()
  await expect(heading(page)).toHaveText('You stopped here.')
})
