import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { PlayerExport } from './export'
import { toPdfStream, toRuns } from './pdf'

test('text is cut where its script changes, and what no font draws is shown as a question mark', () => {
  expect(toRuns('पैन (PAN) no 1')).toEqual([
    { script: 'devanagari', text: 'पैन ' },
    { script: 'latin', text: '(PAN) no 1' },
  ])
  expect(toRuns('Ravi 李')).toEqual([{ script: 'latin', text: 'Ravi ?' }])
  expect(toRuns('')).toEqual([{ script: 'latin', text: ' ' }])
})

/** Nothing held but what a player can make themself in an hour: a long history, and long words in their requests. */
function exportOf(history: number, texts: string[]): PlayerExport {
  const at = '2026-11-21T10:00:00.000Z'
  const request = {
    kind: 'grievance',
    state: 'open',
    legalGround: null,
    createdAt: at,
    dueAt: at,
    answeredAt: null,
  }
  const entry = { at, who: 'you', word: 'details_stated', vendor: null, document: null } as const
  return {
    schema: 'ante-export/1',
    madeAt: at,
    language: 'en',
    controller: { name: 'Operator', address: 'Somewhere', grievance: 'Somebody' },
    account: { email: null, createdAt: at, endsAt: at, stated: null },
    recipients: [],
    attempts: [],
    receipts: [],
    requests: texts.map((text) => ({ ...request, text }) as PlayerExport['requests'][number]),
    history: Array.from({ length: history }, () => entry),
    retention: [],
  }
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  for await (const _piece of stream) {
    // read to its end
  }
}

/** The longest time for which nobody else had a turn, beside the whole, in milliseconds. */
async function timesOf(whole: PlayerExport): Promise<{ longest: number; total: number }> {
  const started = performance.now()
  let [longest, last, done] = [0, started, false]
  const drained = drain(toPdfStream(whole)).finally(() => {
    done = true
  })
  while (!done) {
    await nextTurn()
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }
  await drained
  return { longest, total: performance.now() - started }
}

test('while a long export is drawn, others have their turn', async () => {
  await timesOf(exportOf(1, ['once, so that fonts and code are loaded']))
  const { longest, total } = await timesOf(exportOf(10_000, []))
  expect(longest).toBeLessThan(total / 3)
})

test('one word of two thousand letters takes no longer than two thousand letters in words', async () => {
  const words = await timesOf(
    exportOf(
      0,
      Array.from({ length: 10 }, () => `${'क'.repeat(39)} `.repeat(50)),
    ),
  )
  const word = await timesOf(
    exportOf(
      0,
      Array.from({ length: 10 }, () => 'क'.repeat(2000)),
    ),
  )
  expect(word.total).toBeLessThan(words.total * 3)
})
