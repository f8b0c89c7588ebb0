import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stepOf, TIME_STEPS, timeWithin } from './call-times'

const counted = (calls: readonly number[]) => {
  const times = Array<number>(TIME_STEPS).fill(0)
  for (const ms of calls) times[stepOf(ms)] = (times[stepOf(ms)] ?? 0) + 1
  return times
}

test('nothing counted has no time', () => {
  expect(timeWithin(counted([]), 0.95)).toBeNull()
})

test('is never more than a step away from the true time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1 }), (calls) => {
      const sorted = calls.toSorted((a, b) => a - b)
      const exact = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0
      const told = timeWithin(counted(calls), 0.95) ?? Number.NaN
      expect(stepOf(Math.max(0, told))).toBe(stepOf(exact))
    }),
  )
})

test('what took longer than every step is told as at least the last one', () => {
  expect(timeWithin(counted([90_000, 90_000]), 0.95)).toBe(30_000)
})
