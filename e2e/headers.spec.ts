import { expect, shareAs, test } from './fixtures'

// Headers, cookies, origins and what leaves for other hosts (docs/security-rules.md FE-02, FE-05, FE-08 to FE-10).

const EVERYWHERE = {
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
}

test('every kind of answer carries them', async ({ page, request }) => {
  await page.goto('/')
  const script = await page.locator('script[src]').first().getAttribute('src')
  const answers = [
    await request.get('/'),
    await request.get('/verify', { maxRedirects: 0 }),
    await request.get('/no-such-page'),
    await request.get('/healthz'),
    await request.get('/readyz'),
    await request.get('/api/kyc/verifications/00000000-0000-0000-0000-000000000000'),
    await request.post('/api/kyc/start', { maxRedirects: 0 }),
    await request.get('/', { headers: { rsc: '1', 'next-router-prefetch': '1' } }),
    await request.get(script ?? ''),
    await request.get('/_next/image?url=%2Fx&w=64&q=75'),
    await request.fetch('/', { method: 'OPTIONS' }),
    await request.get('/%c0%ae'),
  ]
  for (const answer of answers) {
    const headers = answer.headers()
    for (const [name, value] of Object.entries(EVERYWHERE))
      expect(headers[name], `${answer.url()} ${name}`).toBe(value)
    expect(headers['permissions-policy']).toContain('camera=()')
    expect(['no-referrer', 'same-origin']).toContain(headers['referrer-policy'])
    expect(headers['content-security-policy'], answer.url()).toContain("default-src 'none'")
    expect(headers['x-powered-by']).toBeUndefined()
    expect(headers['server']).toBeUndefined()
  }
})

test('a document has a fresh nonce, no unsafe script source, and is never stored', async ({ request }) => {
  const nonces = new Set<string>()
  for (let n = 0; n < 3; n += 1) {
    const headers = (await request.get('/')).headers()
    const policy = headers['content-security-policy'] ?? ''
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? ''
    expect(scripts).not.toMatch(/unsafe|\*|http/)
    expect(scripts).toContain("'strict-dynamic'")
    const nonce = /'nonce-([^']+)'/.exec(scripts)?.[1] ?? ''
    expect(Buffer.from(nonce, 'base64').length).toBeGreaterThanOrEqual(16)
    nonces.add(nonce)
    for (const part of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
      expect(policy).toContain(part)
    expect(policy).toMatch(/form-action 'self' .*digilocker\.gov\.in/)
    expect(headers['cache-control']).toContain('no-store')
  }
  expect(nonces.size).toBe(3)
})

test('cookies are __Host-, Secure, HttpOnly, Lax, on the whole site and nowhere else; nothing is in browser storage', async ({
  page,
  player,
}) => {
  await shareAs(page, player, 'adult')
  const cookies = (await page.context().cookies()).filter((cookie) => cookie.domain.includes('localhost'))
  const ours = cookies.filter((cookie) => cookie.name.includes('ante'))
  expect(ours.map((cookie) => cookie.name).sort()).toEqual(['__Host-ante-journey', '__Host-ante-session'])
  for (const cookie of ours)
    expect(cookie).toMatchObject({
      secure: true,
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      domain: 'localhost',
    })
  expect(cookies.map((cookie) => cookie.name)).toEqual(ours.map((cookie) => cookie.name))
  const stored = await page.evaluate(() => ({ local: localStorage.length, session: sessionStorage.length }))
  expect(stored).toEqual({ local: 0, session: 0 })
})

test('nothing is asked of another host on any page of ours, and no policy is violated', async ({
  page,
  player,
}) => {
  const foreign: string[] = []
  page.on('request', (request) => {
    const host = new URL(request.url()).host
    if (!host.startsWith('localhost:') && !request.url().startsWith('data:')) foreign.push(request.url())
  })
  const violations: string[] = []
  await page.exposeFunction('sawViolation', (text: string) => violations.push(text))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      void (window as unknown as { sawViolation: (text: string) => void }).sawViolation(
        `${event.violatedDirective} ${event.blockedURI}`,
      )
    })
  })
  await shareAs(page, player, 'adult')
  for (const path of [
    '/',
    '/help',
    '/me',
    '/verify/notice',
    '/verify/declined',
    '/verify/returned',
    '/sign-in',
    '/sign-in?step=code',
  ])
    await page.goto(path)
  expect(foreign).toEqual([])
  expect(violations).toEqual([])
})

test.describe('a state change from elsewhere', () => {
  const origins = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    {},
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]

  test('is refused', async ({ page, player }) => {
    await player.signIn()
    for (const headers of origins) {
      const answer = await page.request.post('/api/kyc/start', {
        headers: headers as Record<string, string>,
        maxRedirects: 0,
      })
      expect(answer.status(), JSON.stringify(headers)).toBe(403)
    }
  })

  test('to a server action too, with and without a session', async ({ page, player, request }) => {
    await player.signIn()
    const html = await (await page.request.get('/verify')).text()
    const action = /name="(\$ACTION_ID_[0-9a-f]+)"/.exec(html)?.[1]
    expect(action).toBeDefined()
    for (const client of [page.request, request]) {
      const answer = await client.post('/verify', {
        headers: { origin: 'https://evil.example' },
        multipart: { [action ?? '']: '', locale: 'hi' },
        maxRedirects: 0,
      })
      expect(answer.status()).toBeGreaterThanOrEqual(400)
    }
  })
})

test("another player's pages and status are not found", async ({ page, player, browser }) => {
  await shareAs(page, player, 'adult')
  const id = page.url().split('/').at(-1)
  const receipt = await page.getByRole('link', { name: 'See your receipt' }).getAttribute('href')
  const other = await (await browser.newContext()).newPage()
  await player.signIn(other).catch(() => {}) // the same person elsewhere sees it
  expect((await other.request.get(`/api/kyc/verifications/${id}`)).status()).toBe(200)
  await other.context().clearCookies()
  for (const path of [
    `/api/kyc/verifications/${id}`,
    `/verifications/${id}`,
    receipt ?? '',
    `${receipt}/download`,
  ]) {
    const answer = await other.request.get(path, { maxRedirects: 0 })
    expect([401, 303, 307], path).toContain(answer.status())
    expect(await answer.text()).not.toContain('XXXX')
  }
  await other.context().close()
})

test('forged headers change nothing', async ({ page, player, request, baseURL }) => {
  const forged = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '203.0.113.9',
    'x-middleware-subrequest': 'middleware:middleware:middleware',
    'content-security-policy': "script-src 'nonce-known'",
    'x-nonce': 'known',
  }
  for (const path of ['/verify', '/me', '//verify', '/verify/', '/%76erify']) {
    const answer = await request.get(baseURL + path, { headers: forged, maxRedirects: 0 })
    expect(answer.headers().location ?? '', path).not.toContain('evil')
    expect(await answer.text()).not.toContain('nonce-known')
    expect(await answer.text()).not.toContain('Tick what you want')
  }
  await player.signIn()
  const answer = await page.request.get('/verify', { headers: { ...forged, host: 'evil.example' } })
  expect(await answer.text()).not.toContain('evil.example')
})

test('the mailbox, the readiness and the keys say no more than they should', async ({ request }) => {
  expect(await (await request.get('/readyz')).json()).toEqual({
    status: 'ready',
    checks: { database: 'ok', migrations: 'ok', keys: 'ok', erasures: 'ok' },
  })
  const { keys } = await (await request.get('/.well-known/ante-keys.json')).json()
  expect(keys).toHaveLength(1)
  expect(Object.keys(keys[0]).sort()).toEqual(['crv', 'kid', 'kty', 'use', 'x'])
})

test('refused forms are readable 4xx, not 500: foreign origin, extra fields, too much, chunked to a page', async ({
  page,
  player,
  baseURL,
}) => {
  await player.signIn()
  const html = await (await page.request.get('/verify')).text()
  const action = /name="(\$ACTION_ID_[0-9a-f]+)"/.exec(html)?.[1] ?? ''
  const send = (headers: Record<string, string>, multipart: Record<string, string>) =>
    page.request.post('/verify', { headers, multipart: { [action]: '', ...multipart }, maxRedirects: 0 })
  for (const origin of ['https://evil.example', 'null'])
    expect((await send({ origin }, { locale: 'hi' })).status()).toBe(403)
  expect((await send({}, { locale: 'hi' })).status()).toBe(403)
  const ours = { origin: baseURL ?? '' }
  const odd = await send(ours, { locale: 'hi', admin: 'true' })
  expect(odd.status()).toBeGreaterThanOrEqual(400)
  expect(odd.status()).toBeLessThan(500)
  expect((await send(ours, { locale: 'x'.repeat(300_000) })).status()).toBe(413)
})

test('a receipt download has its own strict policy and cannot be seen by others', async ({
  page,
  player,
}) => {
  await shareAs(page, player, 'adult')
  const receipt = await page.getByRole('link', { name: 'See your receipt' }).getAttribute('href')
  const answer = await page.request.get(`${receipt}/download`)
  expect(answer.headers()['content-security-policy']).toBe("default-src 'none'; sandbox")
  expect(answer.headers()['content-disposition']).toContain('attachment')
  expect(answer.headers()['referrer-policy']).toBe('no-referrer')
})

test('the title comes with the head of a page, not behind it', async ({ request }) => {
  for (const path of ['/', '/sign-in', '/help']) {
    const html = await (await request.get(path)).text()
    expect(html.slice(0, html.indexOf('</head>')), path).toContain('<title>')
  }
})
