import { expect, test } from './fixtures'

// The webhook addresses from outside, over HTTP.

const HYPERVERGE_TOKEN = 'sandbox-hyperverge-webhook-token-4f1d9c7e2ab8'
const JSON_TYPE = { 'content-type': 'application/json' }

test('who proves nothing learns nothing, and what is too large is cut', async ({ request }) => {
  const post = (path: string, data: string, headers: Record<string, string> = JSON_TYPE) =>
    request.post(path, { data: Buffer.from(data), headers })
  expect((await post('/api/webhooks/didit', '{}')).status()).toBe(401)
  expect((await post('/api/webhooks/idto', '{}')).status()).toBe(404)
  expect((await post('/api/webhooks/nobody', '{}')).status()).toBe(404)
  expect((await post('/api/webhooks/hyperverge', '{}')).status()).toBe(404)
  expect((await post(`/api/webhooks/hyperverge/${'x'.repeat(44)}`, '{}')).status()).toBe(404)
  expect((await post(`/api/webhooks/hyperverge/${HYPERVERGE_TOKEN}/more`, '{}')).status()).toBe(404)
  expect((await post('/api/webhooks/didit', '{}', { 'content-type': 'text/plain' })).status()).toBe(415)
  const filled = (bytes: number) => `{"filler":"${'x'.repeat(bytes)}"}`
  expect((await post('/api/webhooks/didit', filled(300_000))).status()).toBe(413)
  // What is far too large is not even read to its end: the answer, or the line, comes first.
  const cut = await post('/api/webhooks/didit', filled(10 * 1024 * 1024)).catch(() => null)
  expect(cut?.status() ?? 413).toBe(413)
  expect((await request.get('/api/webhooks/didit')).status()).toBe(405)
})

test('a genuine one about nobody is taken: the vendor need not know whom we know', async ({ request }) => {
  const answer = await request.post(`/api/webhooks/hyperverge/${HYPERVERGE_TOKEN}`, {
    data: { referenceId: `${crypto.randomUUID()}_AAAAAAAAAAAAAAAAAAAAAA`, status: 'success' },
  })
  expect(answer.status()).toBe(200)
  expect(await answer.text()).toBe('')
  expect(answer.headers()['cache-control']).toBe('no-store')
})
