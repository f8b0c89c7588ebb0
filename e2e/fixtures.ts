import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import type { PersonaId } from '../sandbox/personas'

// Every test makes its own player and signs in as one does: by mail and code. An unexpected console error fails it, and so does
// anything that the security policy stopped.

export { expect } from '@playwright/test'

const MAILBOX = path.resolve('.data/test/mailbox')
export const SANDBOX_URL = `http://localhost:${process.env.E2E_SANDBOX_PORT ?? '4310'}`

export interface PlayerFixture {
  email: string
  /** Signs in through the pages; ends on /verify. */
  signIn(page?: Page): Promise<void>
}

export const test = base.extend<{ player: PlayerFixture; consoleErrors: string[] }>({
  consoleErrors: [
    async ({ page }, use) => {
      const errors: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`)
      })
      page.on('pageerror', (error) => errors.push(error.message))
      // What the policy stopped is not always an error: a library may only have looked whether it could.
      page.on('request', (request) => {
        if (request.url().endsWith('/api/csp-report')) errors.push(`policy: ${request.postData()}`)
      })
      await use(errors)
      expect(errors, 'console errors').toEqual([])
    },
    { auto: true },
  ],
  player: async ({ page }, use) => {
    const email = `e2e-${randomUUID()}@example.invalid`
    await use({ email, signIn: (on = page) => signIn(on, email) })
  },
})

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail', { exact: true }).fill(email)
  await page.getByRole('button', { name: 'Send me the digits' }).click()
  await expect(page).toHaveURL(/step=code/)
  await page.getByLabel('Six digits').fill(codeFor(email))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/verify$/)
}

/** The newest code mailed to `email`. */
export function codeFor(email: string): string {
  return /(?<!\d)\d{6}(?!\d)/.exec(newestMail(email).text)?.[0] ?? ''
}

/** The newest mail to `email` from the development mailbox. Throws when there is none. */
export function newestMail(email: string): { subject: string; text: string } {
  const names = readdirSync(MAILBOX).sort().reverse()
  for (const name of names) {
    const mail = JSON.parse(readFileSync(path.join(MAILBOX, name), 'utf8')) as {
      to: string
      subject: string
      text: string
    }
    if (mail.to === email) return mail
  }
  throw new Error(`no mail to ${email}`)
}

export type Ticks = 'Aadhaar' | 'Driving licence' | 'PAN' | 'E-mail'

/** Ticks and agrees; ends on "before you leave". */
export async function agree(
  page: Page,
  ticks: Ticks[] = ['Aadhaar', 'Driving licence', 'PAN'],
): Promise<void> {
  for (const tick of ticks) await page.getByRole('checkbox', { name: new RegExp(`^${tick}`) }).check()
  await page.getByRole('button', { name: 'I agree' }).click()
  await expect(page).toHaveURL(/\/verify\/leave$/)
}

/** Goes to the sandbox's DigiLocker and answers there as `persona`. */
export async function goAndShare(
  page: Page,
  persona: PersonaId,
  answer: 'Allow' | 'Deny' = 'Allow',
): Promise<void> {
  await page.getByRole('button', { name: /Go to DigiLocker|Try again/ }).click()
  await page.waitForURL(/digilocker-consent/)
  await page.locator(`input[name="persona"][value="${persona}"]`).check()
  await page.getByRole('button', { name: new RegExp(answer) }).click()
}

export interface Away {
  /** The address that the vendor sends the browser to, with the code. */
  back: string
  handle: string
}

/** Shares as an adult and catches the way home: the address is known, nobody has opened it. */
export async function leaveAndCatchReturn(page: Page, player: PlayerFixture): Promise<Away> {
  await player.signIn()
  await agree(page)
  let back = ''
  await page.route('**/api/kyc/*/callback/**', (route) => {
    back = route.request().url()
    return route.fulfill({ status: 204 }) // the browser stays where it is
  })
  await goAndShare(page, 'adult')
  await expect.poll(() => back).not.toBe('')
  await page.unroute('**/api/kyc/*/callback/**')
  return { back, handle: new URL(back).pathname.split('/').at(-1) ?? '' }
}

/** From sign-in to the page after the return. */
export async function shareAs(page: Page, player: PlayerFixture, persona: PersonaId): Promise<void> {
  await player.signIn()
  await agree(page)
  await goAndShare(page, persona)
  await page.waitForURL(/\/verifications\//)
}

/** The form asks for this vendor, as the switch on the status page does. */
export async function askFor(page: Page, vendor: string): Promise<void> {
  await page.locator('form[action="/api/kyc/start"]').evaluate((form, name) => {
    const field = document.createElement('input')
    Object.assign(field, { type: 'hidden', name: 'connection', value: name })
    form.append(field)
  }, vendor)
}

/** Names the player, so that KwikID may be used, and goes there. */
export async function leaveNamed(page: Page, name: string): Promise<void> {
  await agree(page)
  await page.goto('/verify/you')
  await page.getByLabel('Your name as on your documents').fill(name)
  await page.getByLabel('Day').fill('15')
  await page.getByLabel('Month').selectOption('8')
  await page.getByLabel('Year').fill('1990')
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(page).toHaveURL(/\/verify\/leave$/)
  await askFor(page, 'kwikid')
  await page.getByRole('button', { name: 'Go to DigiLocker' }).click()
  await page.waitForURL(/digilocker-consent/)
}

/** Shares documents of somebody called `name`, born on the day that `leaveNamed` writes. */
export async function shareNamed(page: Page, name: string): Promise<void> {
  await page.getByText('Change name or birth date').click()
  await page.locator('input[name="name"]').fill(name)
  await page.locator('input[name="birth_date"]').fill('1990-08-15')
  await page.getByRole('button', { name: /Allow/ }).click()
  await page.waitForURL(/\/verifications\//)
}

/** Scripts the sandbox; see sandbox/README.md. */
export async function control(body: unknown, at = '/_control'): Promise<void> {
  const answer = await fetch(SANDBOX_URL + at, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
}

export const heading = (page: Page) => page.getByRole('heading', { level: 1 })
