import { homePage } from './consent/home'
import { unavailablePage } from './consent/page'
import { showConsent, takeConsent } from './consent/routes'
import { control } from './control'
import { needsAnswer, spoil } from './faults'
import { type Call, json, pause, type Reply } from './http'
import type { Vendor } from './modes'
import { findRoute, matchPath } from './routes'
import { takeFault } from './rules'
import { handleOf, type LogEntry, type Sandbox } from './state'
import { type VendorCall, type VendorPage, vendorNow } from './vendor'

const PAGES: VendorPage[] = [
  { method: 'GET', path: '/', show: homePage },
  { method: 'GET', path: '/healthz', show: () => json(200, { status: 'ok' }) },
  { method: 'GET', path: '/favicon.ico', show: () => ({ ...json(200, ''), status: 204 }) },
  { method: 'GET', path: '/digilocker-consent', show: showConsent },
  { method: 'POST', path: '/digilocker-consent', show: takeConsent },
]

const KEEP_LOG = 10_000

type KnownCall = VendorCall & { vendor: Vendor }

/** Finds who answers this request, lets modes and rules spoil it, and writes the log. */
export async function dispatch(sandbox: Sandbox, call: Call): Promise<Reply> {
  if (call.path === '/_control' || call.path.startsWith('/_control/')) return control(sandbox, call)
  const page = findRoute(PAGES, call.method, call.path)
  if ('route' in page) return page.route.show(sandbox, call)
  return answerVendorPage(sandbox, call) ?? (await answerVendorCall(sandbox, call))
}

function answerVendorPage(sandbox: Sandbox, call: Call): Reply | null {
  const pages = Object.values(sandbox.vendors).flatMap((simulator) =>
    simulator.pages.map((page) => ({ ...page, vendor: simulator.id })),
  )
  const found = findRoute(pages, call.method, call.path)
  if (!('route' in found)) return null
  const { vendor, show } = found.route
  if (sandbox.modes[vendor].down) return unavailablePage()
  return onVendorClock(
    sandbox,
    vendor,
    show(sandbox, { ...seenBy(sandbox, vendor, call), params: found.params }),
  )
}

async function answerVendorCall(sandbox: Sandbox, call: Call): Promise<Reply> {
  const calls = Object.values(sandbox.vendors).flatMap((simulator) =>
    simulator.calls(sandbox).map((known): KnownCall => ({ ...known, vendor: simulator.id })),
  )
  const found = findRoute(calls, call.method, call.path)
  const known = 'route' in found ? found.route : calls.find((one) => matchPath(one.path, call.path))
  const seen = known ? seenBy(sandbox, known.vendor, call) : call
  const entry = openLogEntry(sandbox, seen, known)
  const startedAt = performance.now()
  const reply =
    'route' in found
      ? await answer(sandbox, { ...seen, params: found.params }, found.route, entry)
      : notRouted(found.allow)
  entry.status = reply.kind === 'send' || reply.kind === 'flood' ? reply.status : 0
  entry.ms = Math.round(performance.now() - startedAt)
  return known ? onVendorClock(sandbox, known.vendor, reply) : reply
}

function notRouted(allow: string[]): Reply {
  if (allow.length === 0) return json(404, { detail: 'Not Found' })
  const reply = json(405, { detail: 'Method Not Allowed' })
  return { ...reply, headers: { ...reply.headers, allow: allow.join(', ') } }
}

async function answer(sandbox: Sandbox, call: Call, known: KnownCall, entry: LogEntry): Promise<Reply> {
  const { vendor } = known
  const simulator = sandbox.vendors[vendor]
  const returnUrl = known.returnUrl(sandbox, call)
  entry.handle = returnUrl === null ? null : handleOf(returnUrl)
  if (sandbox.modes[vendor].down) return simulator.refusal(sandbox, 'unavailable')
  if (isOverRate(sandbox, vendor)) return simulator.refusal(sandbox, 'rate_limited')
  const fault = takeFault(sandbox.rules, vendor, known.call, returnUrl)
  if (!fault) return known.answer(sandbox, call)
  entry.fault = fault.fault
  await pause(fault.delayMs ?? 0)
  const real = needsAnswer(fault) ? await known.answer(sandbox, call) : null
  return keepSettled(real, spoil(sandbox, vendor, fault, real))
}

/** A read that ran stays marked as running until its answer, spoilt or not, is out. */
function keepSettled(real: Reply | null, spoilt: Reply): Reply {
  if (real?.kind !== 'send' || !real.settled) return spoilt
  if (spoilt.kind === 'send') return { ...spoilt, settled: real.settled }
  real.settled()
  return spoilt
}

/** The call as it reaches the vendor, behind a proxy that may take headers away. */
function seenBy(sandbox: Sandbox, vendor: Vendor, call: Call): Call {
  const dropped = sandbox.modes[vendor].dropsHeaders.map((name) => name.toLowerCase())
  if (dropped.length === 0) return call
  const left = Object.entries(call.headers).filter(([name]) => !dropped.includes(name))
  return { ...call, headers: Object.fromEntries(left) }
}

function onVendorClock(sandbox: Sandbox, vendor: Vendor, reply: Reply): Reply {
  if (reply.kind !== 'send' || sandbox.modes[vendor].clockSkewSeconds === 0) return reply
  const date = vendorNow(sandbox, vendor).toUTCString()
  return { ...reply, headers: { ...reply.headers, date } }
}

function isOverRate(sandbox: Sandbox, vendor: Vendor): boolean {
  const limit = sandbox.modes[vendor].ratePerSecond
  if (limit === 0) return false
  const now = Date.now()
  const recent = sandbox.recentCalls[vendor].filter((at) => now - at < 1000)
  const isOver = recent.length >= limit
  sandbox.recentCalls[vendor] = isOver ? recent : [...recent, now]
  return isOver
}

function openLogEntry(sandbox: Sandbox, call: Call, known: KnownCall | undefined): LogEntry {
  const entry: LogEntry = {
    at: new Date().toISOString(),
    vendor: known?.vendor ?? null,
    call: known?.call ?? null,
    method: call.method,
    path: call.path,
    status: 0,
    ms: 0,
    headers: Object.keys(call.headers).sort(),
    handle: null,
    fault: null,
  }
  sandbox.log.push(entry)
  if (sandbox.log.length > KEEP_LOG) sandbox.log.splice(0, sandbox.log.length - KEEP_LOG)
  return entry
}
