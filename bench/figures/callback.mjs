/**
 * Callbacks a second, against node:http and postgres.js with the same statements. Measured twice: over HTTP on the
 * production build, and without HTTP, session and domain function alone.
 *
 * The real answer waits up to two seconds for a decision. Our worker is therefore stopped, and a stand-in decides each
 * attempt the moment its claim is announced. Over HTTP both sides answer when they have seen that; without HTTP neither
 * side waits.
 */
import http from 'node:http'
import postgres from 'postgres'
import { onShutdown } from '../../scripts/lib/shutdown.mjs'
import { bareCallback, bareOptions } from '../bare/callback.mjs'
import { compare, ratePerSecond } from '../measure.mjs'

const PARALLEL = 16
const PER_ROUND = 192
const ROUNDS = 9
const GOAL = { atLeast: 0.5 }

export async function measureCallback(world) {
  const app = await world.app()
  const bare = await world.bare()
  const domain = await world.domain()
  const { appUrl: databaseUrl } = await world.database()
  await app.processes.worker.stop()
  const overHttp = await compareOverHttp({ domain, app, bare, databaseUrl })
  const alone = await compareAlone({ domain, databaseUrl })
  return [
    { figure: `callback over HTTP : bare, ${PARALLEL} at once`, ...overHttp, unit: '/s', goal: GOAL },
    { figure: `callback without HTTP : bare, ${PARALLEL} at once`, ...alone, unit: '/s', goal: GOAL },
  ]
}

async function compareOverHttp({ domain, app, bare, databaseUrl }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: PARALLEL })
  const worker = await startStandIn(databaseUrl)
  const roundAt = (prefix) => async () => {
    const journeys = await domain.prepareJourneys(PER_ROUND)
    worker.expect(journeys)
    return ratePerSecond(journeys, PARALLEL, (journey) => comeBack(agent, prefix, journey))
  }
  const seen = await compare({
    rounds: ROUNDS,
    ours: roundAt(`${app.appUrl}/api/kyc/idto/callback`),
    baseline: roundAt(`${bare.url}/callback`),
  })
  agent.destroy()
  await worker.stop()
  return seen
}

async function compareAlone({ domain, databaseUrl }) {
  const sql = postgres(databaseUrl, bareOptions())
  const forget = onShutdown(() => sql.end({ timeout: 5 }))
  const round = async (work) => ratePerSecond(await domain.prepareJourneys(PER_ROUND), PARALLEL, work)
  const seen = await compare({
    rounds: ROUNDS,
    ours: () => round(domain.takeReturn),
    baseline: () => round((journey) => bareCallback(sql, journey)),
  })
  forget()
  await sql.end({ timeout: 5 })
  return seen
}

/** One return as a browser brings it; throws unless it was sent on to its status page. */
function comeBack(agent, prefix, { id, handle, token, browserKey, code, verifier }) {
  const query = new URLSearchParams({ code, code_verifier: verifier })
  const headers = { cookie: `__Host-ante-session=${token}; __Host-ante-journey=${browserKey}` }
  return new Promise((resolve, reject) => {
    const request = http.get(`${prefix}/${handle}?${query}`, { agent, headers }, (response) => {
      response.resume().once('end', () => {
        const { pathname } = new URL(response.headers.location ?? '/', prefix)
        if (response.statusCode === 303 && pathname === `/verifications/${id}`) return resolve()
        reject(new Error(`a callback was answered ${response.statusCode} ${pathname}`))
      })
    })
    request.once('error', reject)
  })
}

/** Ends attempts as soon as they are announced, as many in one statement as have come in meanwhile. */
async function startStandIn(databaseUrl) {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  const players = new Map()
  let due = []
  let busy = null
  const work = async () => {
    while (due.length > 0) {
      const now = due
      due = []
      await sql`
        with decided as (
          update verifications v
          set status = 'failed', version = v.version + 1, decided_at = now(), updated_at = now(), deadline_at = null
          from unnest(${now.map((one) => one.playerId)}::uuid[], ${now.map((one) => one.id)}::uuid[])
            as due (player_id, id)
          where v.player_id = due.player_id and v.id = due.id and v.status = 'awaiting_provider'
          returning v.id
        )
        select pg_notify('verification_changed', id::text) from decided`
    }
  }
  await sql.listen('verification_changed', (id) => {
    const playerId = players.get(id)
    if (playerId === undefined) return // our own announcement
    players.delete(id)
    due.push({ playerId, id })
    busy ??= work().finally(() => {
      busy = null
    })
  })
  const stop = async () => {
    forget()
    await busy
    await sql.end({ timeout: 5 })
  }
  const forget = onShutdown(stop)
  return {
    expect: (journeys) => {
      for (const { id, playerId } of journeys) players.set(id, playerId)
    },
    stop,
  }
}
