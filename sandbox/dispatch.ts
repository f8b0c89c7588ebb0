import { homePage } from './consent/home'
import { showConsent, takeConsent } from './consent/routes'
import { control } from './control'
import { DEEPVUE_CALLS } from './deepvue/calls'
import { digilockerRedirect } from './deepvue/pages'
import { needsAnswer, spoil, tooManyCalls } from './faults'
import { peekBody } from './fields'
import { type Call, json, pause, type Reply } from './http'
import { idtoCalls } from './idto/calls'
import { authorize, callbackPage, hostedPage } from './idto/pages'
import type { Vendor } from './modes'
import { takeFault } from './rules'
import { handleOf, type LogEntry, type Sandbox } from './state'
import type { VendorCall } from './vendor'

type Page = (sandbox: Sandbox, call: Call) => Reply

const PAGES: Record<string, Page> = {
  'GET /': homePage,
  'GET /healthz': () => json(200, { status: 'ok' }),
  'GET /favicon.ico': () => ({ ...json(200, ''), status: 204 }),
  'GET /digilocker': hostedPage,
  'GET /digilocker/authorize': authorize,
  'GET /digilocker/callback': callbackPage,
  'GET /digilocker-consent': showConsent,
  'POST /digilocker-consent': takeConsent,
  'GET /v1/kyc/digilocker/digilocker-redirect': digilockerRedirect,
}

const KEEP_LOG = 10_000

/** Finds who answers this request, lets the rules spoil it, and writes the log. */
export async function dispatch(sandbox: Sandbox, call: Call): Promise<Reply> {
  if (call.path === '/_control' || call.path.startsWith('/_control/')) return control(sandbox, call)
  const page = PAGES[`${call.method} ${call.path}`]
  if (page) return page(sandbox, call)
  return answerVendorCall(sandbox, call)
}

async function answerVendorCall(sandbox: Sandbox, call: Call): Promise<Reply> {
  const vendorCall = [...idtoCalls(sandbox), ...DEEPVUE_CALLS].find((known) => known.path === call.path)
  const entry = openLogEntry(sandbox, call, vendorCall)
  const startedAt = performance.now()
  const reply = vendorCall
    ? await answer(sandbox, call, vendorCall, entry)
    : json(404, { detail: 'Not Found' })
  entry.status = reply.kind === 'send' || reply.kind === 'flood' ? reply.status : 0
  entry.ms = Math.round(performance.now() - startedAt)
  return reply
}

async function answer(sandbox: Sandbox, call: Call, vendorCall: VendorCall, entry: LogEntry): Promise<Reply> {
  if (call.method !== 'POST') {
    const reply = json(405, { detail: 'Method Not Allowed' })
    return { ...reply, headers: { ...reply.headers, allow: 'POST' } }
  }
  const { vendor } = vendorCall
  const returnUrl = vendorCall.returnUrl(sandbox, peekBody(call.body))
  entry.handle = returnUrl === null ? null : handleOf(returnUrl)
  if (isOverRate(sandbox, vendor)) return tooManyCalls(vendor)
  const fault = takeFault(sandbox.rules, vendor, vendorCall.call, returnUrl)
  if (!fault) return vendorCall.answer(sandbox, call)
  entry.fault = fault.fault
  await pause(fault.delayMs ?? 0)
  const real = needsAnswer(fault) ? await vendorCall.answer(sandbox, call) : null
  const spoilt = spoil(fault, vendor, real)
  return keepSettled(real, spoilt)
}

/** A read that ran stays marked as running until its answer, spoilt or not, is out. */
function keepSettled(real: Reply | null, spoilt: Reply): Reply {
  if (real?.kind !== 'send' || !real.settled) return spoilt
  if (spoilt.kind === 'send') return { ...spoilt, settled: real.settled }
  real.settled()
  return spoilt
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

function openLogEntry(sandbox: Sandbox, call: Call, vendorCall: VendorCall | undefined): LogEntry {
  const entry: LogEntry = {
    at: new Date().toISOString(),
    vendor: vendorCall?.vendor ?? null,
    call: vendorCall?.call ?? null,
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
