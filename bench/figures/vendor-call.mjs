/**
 * What adapter and client add to a call of a vendor, in processor time, against a bare `fetch` of the same requests to the
 * same stub in the same run. The stub is a process of its own. Ours is the whole way: adapter, consent guard, rate, shared
 * breaker, slots, limits, reading and checking the reply.
 */
import { compare } from '../measure.mjs'

const COLLECTIONS = 60
const ROUNDS = 9
const GOAL = { overheadAtMost: 2 }

export async function measureVendorCall(world) {
  const stub = await world.vendor()
  const { vendors } = await world.domain()
  const rows = []
  for (const { name, collect, requests } of vendors(stub.url)) {
    const seen = await compare({
      rounds: ROUNDS,
      ours: () => cpuPerCall(collect, requests.length),
      baseline: () => cpuPerCall(() => fetchAll(requests), requests.length),
    })
    rows.push({ figure: `vendor call through ${name} : bare fetch`, ...seen, unit: 'ms CPU', goal: GOAL })
  }
  return rows
}

/** Milliseconds of processor time of one call; `work` makes `calls` of them, one after the other. */
async function cpuPerCall(work, calls) {
  const started = process.cpuUsage()
  for (let at = 0; at < COLLECTIONS; at++) await work()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1000 / (COLLECTIONS * calls)
}

async function fetchAll(requests) {
  for (const { url, headers, body } of requests) {
    const answer = await fetch(url, { method: 'POST', headers, body })
    if (!answer.ok) throw new Error(`the stub answered ${answer.status}`)
    await answer.arrayBuffer()
  }
}
