import { expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'

await openFreshDatabase()
const { addressKey, countUse, emailKey, RateLimited } = await import('./rate-limit')

test('counts per key in the database and says when to come back', async () => {
  const who = crypto.randomUUID()
  for (let n = 0; n < 5; n += 1) await countUse('start_hour', who)
  const refusal = await countUse('start_hour', who).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(RateLimited)
  expect((refusal as InstanceType<typeof RateLimited>).retryAfterSeconds).toBeGreaterThan(3000)
  await countUse('start_hour', crypto.randomUUID())
})

test('counts a burst from many connections exactly', async () => {
  const who = crypto.randomUUID()
  const tries = await Promise.allSettled(Array.from({ length: 40 }, () => countUse('start_day', who)))
  expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(10)
})

test('keys tell nothing: one per mail address, one per IPv6 /64, mapped IPv4 as IPv4', () => {
  expect(emailKey('a@example.invalid')).not.toBe(emailKey('b@example.invalid'))
  expect(emailKey('a@example.invalid')).not.toContain('example')
  expect(addressKey('2001:db8:1:2::1')).toBe(addressKey('2001:db8:1:2:ffff::9'))
  expect(addressKey('2001:db8:1:2::1')).not.toBe(addressKey('2001:db8:1:3::1'))
  expect(addressKey('::ffff:192.0.2.7')).toBe(addressKey('192.0.2.7'))
  expect(addressKey('192.0.2.7')).not.toBe(addressKey('192.0.2.8'))
})
