import { expect, test } from 'vitest'
import words from '@/messages/desk/shell.json'
import { toPulseMark } from './pulse-mark'

const WELL = {
  state: 'closed',
  takesPlayers: true,
  recent: { calls: 200, successShare: 0.994, p95Ms: 800 },
} as const
const say = (change: object) => toPulseMark({ ...WELL, ...change }, words.health).text

test('a vendor is told by what stands in the way, else by how much succeeds', () => {
  expect(say({})).toBe('99.4 %')
  expect(say({ recent: { calls: 0, successShare: null, p95Ms: null } })).toBe('Up')
  expect(say({ recent: { calls: 9, successShare: 1, p95Ms: 6120 } })).toBe('Slow, 6.1 s')
  expect(say({ state: 'unauthorized', takesPlayers: false })).toBe('Refusing')
  expect(say({ state: 'half_open' })).toBe('Trying again')
  expect(say({ takesPlayers: false })).toBe('Off')
  expect(
    toPulseMark({ ...WELL, recent: { calls: 9, successShare: 0.5, p95Ms: 9000 } }, words.health),
  ).toMatchObject({
    text: '50.0 %',
    tone: 'pending',
  })
})
