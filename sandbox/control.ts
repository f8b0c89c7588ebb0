import { z } from 'zod'
import { toIso } from './documents/calendar'
import { type Call, json, pause, type Reply } from './http'
import { MODES, VENDOR_IDS, type Vendor } from './modes'
import { FaultRule, Mischief, PersonaRule, WebhookRule } from './rules'
import { addressOf, handleOf, type Journey, resetSandbox, type Sandbox } from './state'
import { sendWebhooks } from './webhooks'

const ModeRule = z.strictObject({ vendor: z.enum(VENDOR_IDS), mode: z.looseObject({}) })

/**
 * `/_control…`: scripts the sandbox for tests. Only from this machine by name (a page of another site that
 * resolves to loopback is refused), and only as JSON (a form of another site cannot post it).
 */
export function control(sandbox: Sandbox, call: Call): Reply | Promise<Reply> {
  if (!isLocalHost(call.headers.host)) return json(403, { error: 'ask by localhost, 127.0.0.1 or [::1]' })
  const route = `${call.method} ${call.path}`
  if (route === 'GET /_control/log') return json(200, { calls: readLog(sandbox, call.query) })
  if (route === 'GET /_control/journeys') return json(200, { journeys: listJourneys(sandbox, call.query) })
  if (route === 'GET /_control/webhooks')
    return json(200, { deliveries: listDeliveries(sandbox, call.query) })
  if (route === 'GET /_control') {
    const { modes, rules, stored } = sandbox
    return json(200, { modes, rules, stored })
  }
  if (!/^application\/json\b/i.test(call.headers['content-type'] ?? '')) {
    return json(415, { error: 'send application/json' })
  }
  if (route === 'POST /_control/reset') return reset(sandbox, call)
  if (route === 'POST /_control/webhooks/send') return sendNow(sandbox, call)
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
  const kind = 'persona' in body ? 'persona' : 'webhook' in body ? 'webhook' : 'fault'
  const read = RULES[kind].safeParse(body)
  if (!read.success) return json(400, { error: z.prettifyError(read.error) })
  if (kind === 'webhook' && !hasWebhooks(sandbox, read.data.vendor)) return noWebhooks()
  sandbox.rules.push({ kind, rule: read.data, used: 0 } as Sandbox['rules'][number])
  return json(200, { ok: true })
}

const RULES = { persona: PersonaRule, webhook: WebhookRule, fault: FaultRule }

/** One delivery about a journey that is known, now; answers when the app did. */
async function sendNow(sandbox: Sandbox, call: Call): Promise<Reply> {
  const read = SendOrder.safeParse(parse(call.body))
  if (!read.success) return json(400, { error: z.prettifyError(read.error) })
  const { vendor, handle, ...mischief } = read.data
  if (!hasWebhooks(sandbox, vendor)) return noWebhooks()
  const journey = listFitting(sandbox, handle).findLast((known) => known.vendor === vendor)
  if (!journey) return json(404, { error: 'no journey has this handle' })
  await pause(mischief.delayMs ?? 0)
  return json(200, { deliveries: await sendWebhooks(sandbox, journey, mischief) })
}

const SendOrder = z.strictObject({
  vendor: z.enum(VENDOR_IDS),
  handle: z.string().min(1),
  ...Mischief.shape,
})

function hasWebhooks(sandbox: Sandbox, vendor: Vendor | undefined): boolean {
  return vendor !== undefined && sandbox.vendors[vendor].webhook !== undefined
}

function noWebhooks(): Reply {
  return json(400, { error: 'this vendor has no webhooks' })
}

function listDeliveries(sandbox: Sandbox, query: URLSearchParams): unknown[] {
  const wanted = ['vendor', 'handle'] as const
  return sandbox.deliveries.filter((entry) =>
    wanted.every((name) => query.get(name) === null || query.get(name) === entry[name]),
  )
}

function setModes(sandbox: Sandbox, body: object): Reply {
  const rule = ModeRule.safeParse(body)
  if (!rule.success) return json(400, { error: z.prettifyError(rule.error) })
  const { vendor, mode } = rule.data
  const read = MODES[vendor].schema.partial().safeParse(mode)
  if (!read.success) return json(400, { error: z.prettifyError(read.error) })
  Object.assign(sandbox.modes[vendor], read.data)
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
  return listFitting(sandbox, query.get('handle') ?? '')
    .slice(-100)
    .map(toSummary)
}

function listFitting(sandbox: Sandbox, handle: string): Journey[] {
  const journeys = [...new Set(sandbox.journeys.values())]
  return journeys.filter((journey) => addressOf(journey).includes(handle))
}

function toSummary(journey: Journey): Record<string, unknown> {
  const person = journey.locker?.person
  return {
    vendor: journey.vendor,
    handle: handleOf(addressOf(journey)),
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
