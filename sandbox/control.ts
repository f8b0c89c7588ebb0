import { z } from 'zod'
import { toIso } from './documents/calendar'
import { type Call, json, type Reply } from './http'
import { DeepvueModes, IdtoModes, type Vendor } from './modes'
import { FaultRule, PersonaRule } from './rules'
import { handleOf, type Journey, resetSandbox, type Sandbox } from './state'

const ModeRule = z.discriminatedUnion('vendor', [
  z.strictObject({ vendor: z.literal('idto'), mode: IdtoModes.partial() }),
  z.strictObject({ vendor: z.literal('deepvue'), mode: DeepvueModes.partial() }),
])

/**
 * `/_control…`: scripts the sandbox for tests. Only from this machine by name (a page of another site that
 * resolves to loopback is refused), and only as JSON (a form of another site cannot post it).
 */
export function control(sandbox: Sandbox, call: Call): Reply {
  if (!isLocalHost(call.headers.host)) return json(403, { error: 'ask by localhost, 127.0.0.1 or [::1]' })
  const route = `${call.method} ${call.path}`
  if (route === 'GET /_control/log') return json(200, { calls: readLog(sandbox, call.query) })
  if (route === 'GET /_control/journeys') return json(200, { journeys: listJourneys(sandbox, call.query) })
  if (route === 'GET /_control') return json(200, { modes: sandbox.modes, rules: sandbox.rules })
  if (!/^application\/json\b/i.test(call.headers['content-type'] ?? '')) {
    return json(415, { error: 'send application/json' })
  }
  if (route === 'POST /_control/reset') return reset(sandbox, call)
  return route === 'POST /_control' ? addRule(sandbox, call) : json(404, { error: 'unknown control call' })
}

/** Everything, or with a handle only the rules made for it. */
function reset(sandbox: Sandbox, call: Call): Reply {
  const read = z.strictObject({ handle: z.string().min(1).optional() }).safeParse(parse(call.body) ?? {})
  if (!read.success) return json(400, { error: z.prettifyError(read.error) })
  const { handle } = read.data
  if (handle === undefined) resetSandbox(sandbox)
  else sandbox.rules = sandbox.rules.filter((entry) => entry.rule.handle !== handle)
  return json(200, { ok: true })
}

function addRule(sandbox: Sandbox, call: Call): Reply {
  const body = parse(call.body)
  if (body === null) return json(400, { error: 'not JSON' })
  if ('mode' in body) return setModes(sandbox, body)
  const kind = 'persona' in body ? 'persona' : 'fault'
  const read = kind === 'persona' ? PersonaRule.safeParse(body) : FaultRule.safeParse(body)
  if (!read.success) return json(400, { error: z.prettifyError(read.error) })
  sandbox.rules.push({ kind, rule: read.data, used: 0 } as Sandbox['rules'][number])
  return json(200, { ok: true })
}

function setModes(sandbox: Sandbox, body: object): Reply {
  const read = ModeRule.safeParse(body)
  if (!read.success) return json(400, { error: z.prettifyError(read.error) })
  Object.assign(sandbox.modes[read.data.vendor], read.data.mode)
  return json(200, { ok: true })
}

function readLog(sandbox: Sandbox, query: URLSearchParams): unknown[] {
  const wanted = ['vendor', 'call', 'handle'] as const
  return sandbox.log.filter((entry) =>
    wanted.every((name) => query.get(name) === null || query.get(name) === entry[name]),
  )
}

/** What the invented persons of the latest journeys look like, so that a test knows what to expect. */
function listJourneys(sandbox: Sandbox, query: URLSearchParams): unknown[] {
  const handle = query.get('handle') ?? ''
  const fitting = [...new Set(sandbox.journeys.values())].filter((journey) =>
    journey.returnUrl.includes(handle),
  )
  return fitting.slice(-100).map(toSummary)
}

function toSummary(journey: Journey): Record<string, unknown> {
  const person = journey.locker?.person
  return {
    vendor: journey.vendor satisfies Vendor,
    handle: handleOf(journey.returnUrl),
    outcome: journey.outcome,
    codeUsed: journey.codeUsed,
    persona: journey.personaId,
    person: person && {
      name: person.name,
      birthDate: toIso(person.birthDate),
      aadhaarLast4: person.aadhaarNumber.slice(-4),
      pan: person.pan && { number: person.pan.number, name: person.pan.name },
      licence: person.licence && { number: person.licence.number, expires: toIso(person.licence.expires) },
      lockerId: person.lockerId,
    },
  }
}

function isLocalHost(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/, '')
  return ['localhost', '127.0.0.1', '[::1]'].includes(name)
}

function parse(body: Buffer): object | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}
