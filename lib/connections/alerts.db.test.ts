import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'

// Who runs Ante is told once an hour, by mail and webhook; a receiver that is away costs nothing.

const received: unknown[] = []
let isUp = true
const receiver = createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  if (isUp) received.push(JSON.parse(text))
  response.writeHead(isUp ? 204 : 500).end()
})
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
const { port } = receiver.address() as AddressInfo
const mailbox = mkdtempSync(path.join(tmpdir(), 'ante-alerts-'))
const anchors = mkdtempSync(path.join(tmpdir(), 'ante-anchors-'))
copyFileSync('lib/documents/fixtures/certs/test-issuer.cert.pem', path.join(anchors, 'issuer.pem'))
writeFileSync(path.join(anchors, 'anchors.json'), '[{"file":"issuer.pem","types":["ADHAR"]}]')
await openFreshDatabase({
  ALERT_EMAIL: 'ops@example.invalid',
  ALERT_WEBHOOK_URL: `http://127.0.0.1:${port}/alerts?from=ante`,
  MAILBOX_DIR: mailbox,
  TRUST_ANCHORS_DIR: anchors,
})
afterAll(() => new Promise((resolve) => receiver.close(resolve)))

const { raiseAlert } = await import('./alerts')
const { db } = await import('@/db/client')
const { alerts } = await import('@/db/schema/connections')
const { tellEndingAnchors } = await import('@/lib/verification/trust')

const mails = () =>
  readdirSync(mailbox).map(
    (name) => JSON.parse(readFileSync(path.join(mailbox, name), 'utf8')) as { text: string },
  )

test('is told by mail and webhook, once, and counted each time', async () => {
  for (let count = 0; count < 3; count++) await raiseAlert('credentials_refused', 'idto')
  await raiseAlert('credentials_refused', 'deepvue')
  expect(received).toMatchObject([
    { alert: 'credentials_refused', connection: 'idto' },
    { alert: 'credentials_refused', connection: 'deepvue' },
  ])
  expect(mails()).toHaveLength(2)
  expect(mails()[0]?.text).toContain('npm run doctor -- ')
  expect(await db().select().from(alerts)).toContainEqual(
    expect.objectContaining({ kind: 'credentials_refused', subject: 'idto', count: 3 }),
  )
})

test('an anchor that ends is told once a week, and never before its last 60 days', async () => {
  const told = () => mails().filter(({ text }) => text.includes('anchor_ending')).length
  const day = (text: string) => new Date(`${text}T00:00:00Z`)
  await tellEndingAnchors(day('2044-11-01')) // 61 days before the end
  expect(told()).toBe(0)
  for (const date of ['2044-11-02', '2044-11-03']) await tellEndingAnchors(day(date))
  expect(told()).toBe(1)
  expect(mails().find(({ text }) => text.includes('anchor_ending'))?.text).toMatch(
    /^issuer\.pem is a trust anchor/,
  )
  await db()
    .update(alerts)
    .set({ toldAt: new Date(Date.now() - 6.9 * 86_400_000) })
  await tellEndingAnchors(day('2044-12-01'))
  expect(told()).toBe(1)
  await db()
    .update(alerts)
    .set({ toldAt: new Date(Date.now() - 7.1 * 86_400_000) })
  await tellEndingAnchors(day('2045-02-01'))
  expect(told()).toBe(2)
})

test('a receiver in trouble stops nothing', async () => {
  isUp = false
  await raiseAlert('vendor_down', 'idto')
  expect(mails().some(({ text }) => text.includes('vendor_down'))).toBe(true)
})
