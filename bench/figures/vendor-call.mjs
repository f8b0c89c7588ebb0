/**
 * What adapter and client add to a call of a vendor, in processor time, against a bare `fetch` of the same requests to the
 * same stub in the same run. The stub is a process of its own. Ours is the whole way as the app wires it: adapter, pace
 * where the vendor's plan has one, shared breaker, slots, limits, reading and checking the reply, log. The consent that is
 * looked up before each call belongs to the journey and is taken as given.
 */
import { compare } from '../measure.mjs'

const CALLS = 240
const ROUNDS = 9
const GOAL = { overheadAtMost: 2 }

export async function measureVendorCall(world) {
  await world.vendor()
  const { vendors } = await world.domain()
  const rows = []
  for (const { name, collect, requests } of vendors()) {
    const seen = await compare({
      rounds: ROUNDS,
      ours: () => cpuPerCall(collect, requests.length),
      baseline: () => cpuPerCall(() => fetchAll(requests), requests.length),
    })
    rows.push({ figure: `vendor call through ${name} : bare fetch`, ...seen, unit: 'ms CPU', goal: GOAL })
  }
  return rows
}

/** Milliseconds of processor time of one call, over about `CALLS` in sequence; `work` makes `calls` of them. */
async function cpuPerCall(work, calls) {
  const times = Math.ceil(CALLS / calls)
  const started = process.cpuUsage()
  for (let at = 0; at < times; at++) await work()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1000 / (times * calls)
}

async function fetchAll(requests) {
  for (const { url, ...request } of requests) {
    const answer = await fetch(url, request)
    if (!answer.ok) throw new Error(`the stub answered ${answer.status}`)
    await answer.arrayBuffer()
  }
}
