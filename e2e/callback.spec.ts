import type { APIRequestContext, BrowserContext } from '@playwright/test'
import { expect, leaveAndCatchReturn, SANDBOX_URL, test } from './fixtures'

// The callback address as anybody on the network can call it. The sandbox's log tells whether a code was exchanged.

async function exchanges(handle: string): Promise<number> {
  const answer = await fetch(
    `${SANDBOX_URL}/_control/log?${new URLSearchParams({ handle, call: 'get_reference' })}`,
  )
  return ((await answer.json()) as { calls: unknown[] }).calls.length
}

const get = (request: APIRequestContext, url: string, headers: Record<string, string> = {}) =>
  request.get(url, { maxRedirects: 0, headers })

test('answers 303 to a clean path, uncached and without referrer', async ({ page, player }) => {
  const { back, handle } = await leaveAndCatchReturn(page, player)
  const answer = await get(page.request, back)
  expect(answer.status()).toBe(303)
  expect(answer.headers().location).toMatch(/^\/verifications\/[0-9a-f-]{36}$/)
  expect(answer.headers()['cache-control']).toContain('no-store')
  expect(answer.headers()['referrer-policy']).toBe('no-referrer')
  expect(await exchanges(handle)).toBe(1)
})

test('fifty at once exchange once, and all of them see the result', async ({ page, player }) => {
  const { back, handle } = await leaveAndCatchReturn(page, player)
  const answers = await Promise.all(Array.from({ length: 50 }, () => get(page.request, back)))
  expect(new Set(answers.map((answer) => answer.status()))).toEqual(new Set([303]))
  expect(new Set(answers.map((answer) => answer.headers().location)).size).toBe(1)
  await page.goto(answers[0]?.headers().location ?? '')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are verified.')
  expect(await exchanges(handle)).toBe(1)
})

test('HEAD, OPTIONS and prefetch do nothing', async ({ page, player }) => {
  const { back, handle } = await leaveAndCatchReturn(page, player)
  expect((await page.request.fetch(back, { method: 'HEAD', maxRedirects: 0 })).status()).toBe(405)
  expect((await page.request.fetch(back, { method: 'OPTIONS', maxRedirects: 0 })).status()).toBe(204)
  for (const headers of [
    { 'sec-purpose': 'prefetch;prerender' },
    { purpose: 'prefetch' },
    { 'next-router-prefetch': '1' },
  ])
    expect((await get(page.request, back, headers as Record<string, string>)).status()).toBe(204)
  expect(await exchanges(handle)).toBe(0)
  await page.goto(back)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are verified.')
})

test('without cookies, with only one of them, or with those of another player: one neutral page', async ({
  page,
  player,
  browser,
}) => {
  const { back, handle } = await leaveAndCatchReturn(page, player)
  const strangers: BrowserContext[] = []
  const stranger = async (keep: (name: string) => boolean) => {
    const context = await browser.newContext()
    strangers.push(context)
    await context.addCookies((await page.context().cookies()).filter((cookie) => keep(cookie.name)))
    return get(context.request, back)
  }
  for (const keep of [
    () => false,
    (name: string) => name.includes('session'),
    (name: string) => name.includes('journey'),
  ]) {
    const answer = await stranger(keep)
    expect([answer.status(), answer.headers().location]).toEqual([303, '/verify/returned'])
  }
  for (const context of strangers) await context.close()
  expect(await exchanges(handle)).toBe(0)
})

test('doubled, array-shaped, badly encoded or 100 kB of parameters: 4xx with all headers, and the code is not burnt', async ({
  page,
  player,
}) => {
  const { back, handle } = await leaveAndCatchReturn(page, player)
  const bad = [
    `${back}&code=second`,
    `${back}&state=other`,
    `${back}&code[]=x`,
    `${back}&more=%zz`,
    `${back}&padding=${'x'.repeat(100_000)}`,
    `${back}&padding=${'x'.repeat(10_000)}`,
  ]
  for (const url of bad) {
    const answer = await get(page.request, url)
    expect(answer.status(), url.slice(-40)).toBeGreaterThanOrEqual(400)
    expect(answer.status()).toBeLessThan(500)
    expect(answer.headers()['x-content-type-options']).toBe('nosniff')
    expect(await answer.text()).not.toContain('xxxxxxxx')
  }
  expect(await exchanges(handle)).toBe(0)
  await page.goto(back)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are verified.')
})

test('unknown connection or handle: 404, whoever asks', async ({ page, player }) => {
  await player.signIn()
  for (const path of [
    '/api/kyc/nobody/callback/x',
    `/api/kyc/idto/callback/${'a'.repeat(42)}`,
    '/api/kyc/idto/callback/..%2f..',
  ])
    expect((await get(page.request, path)).status()).toBe(404)
  const neutral = await get(page.request, `/api/kyc/idto/callback/${'a'.repeat(43)}?code=x&state=y`)
  expect(neutral.headers().location).toBe('/verify/returned')
})

test('markup in an error description never reaches a page', async ({ page, player }) => {
  const { back } = await leaveAndCatchReturn(page, player)
  const url = new URL(back)
  for (const name of ['code', 'code_verifier', 'codeVerifier']) url.searchParams.delete(name)
  url.searchParams.set('error', 'access_denied')
  url.searchParams.set(
    'error_description',
    '<script>document.title="owned"</script><img src=x onerror=alert(1)>',
  )
  await page.goto(url.href)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nothing was shared. That is your choice.')
  expect(await page.content()).not.toContain('owned')
  expect(page.url()).not.toContain('error')
})
