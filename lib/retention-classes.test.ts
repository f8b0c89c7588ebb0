import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LIMITS_DEFAULTS, Limits } from './limits'
import { RETENTION_CLASSES } from './retention-classes'

// The table for operators says what the code does, and the settings of before still work.

const table = readFileSync(new URL('../docs/retention.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))

test('docs/retention.md names every class with its days, range and ground', () => {
  expect(table.map(([, name]) => name)).toEqual(RETENTION_CLASSES.map((name) => `\`${name}\``))
  const { classes } = LIMITS_DEFAULTS.retention
  for (const [, name = '', days, range = '', ground] of table) {
    const key = name.replaceAll('`', '') as (typeof RETENTION_CLASSES)[number]
    expect(`${classes[key].days}`, name).toBe(days)
    expect(classes[key].ground, name).toBe(ground)
    const [least = '', most = ''] = range.split(', ')
    const parse = (value: number) =>
      Limits.safeParse({ retention: { classes: { [key]: { days: value } } } }).success
    expect([parse(Number(least)), parse(Number(most))], name).toEqual([true, true])
    expect([parse(Number(least) - 1), parse(Number(most) + 1)], name).toEqual([false, false])
  }
})

test('the older keys still work, and win over the class of the same data', () => {
  const { retention } = Limits.parse({ retention: { documentDays: 10, unfinishedDays: 3, webhookDays: 40 } })
  expect(retention).toMatchObject({ documentDays: 10, unfinishedDays: 3, webhookDays: 40 })
  expect(retention.classes.raw_replies.days).toBe(10)
  const fromClasses = Limits.parse({
    retention: { classes: { raw_replies: { days: 12, owner: 'Somebody' } } },
  })
  expect(fromClasses.retention.documentDays).toBe(12)
  expect(fromClasses.retention.classes.raw_replies).toMatchObject({ owner: 'Somebody', since: '2026-11-21' })
})

test('an unknown class, an empty ground and no date are refused', () => {
  for (const classes of [{ photos: {} }, { facts: { ground: '' } }, { facts: { since: 'soon' } }])
    expect(Limits.safeParse({ retention: { classes } }).success).toBe(false)
})
