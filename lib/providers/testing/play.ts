import 'server-only'
import { afterEach } from 'vitest'
import { AppError } from '@/lib/errors'
import { CallFault } from '../faults'
import type { CallLog } from '../http'
import { createProvider } from '../index'
import type { CollectOutcome, Connection, Provider } from '../types'
import { startVendor } from './scripted-vendor'
import { NOW, PURPOSE, RETURN_URL, type Script, STATE, VERIFICATION_ID, type VendorCase } from './vendor-case'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

/** A provider on a scripted vendor. `limitMs` is how long silence lasts: short only where silence is the point. */
export async function play(vendorCase: VendorCase, changes: Script = {}, limitMs = 5_000) {
  const { vendor, credentials, nameOf } = vendorCase
  const script: Script = { ...vendorCase.happy, ...changes }
  const times = new Map<string, number>()
  const stub = await startVendor((request) => {
    const name = nameOf(request)
    const time = times.get(name) ?? 0
    times.set(name, time + 1)
    const reply = script[name] ?? { status: 404, body: { detail: 'Not Found' } }
    return typeof reply === 'function' ? reply(request, time) : reply
  })
  closing.push(() => stub.close())
  const logs: CallLog[] = []
  const connection: Connection = {
    id: vendor,
    vendor,
    displayName: vendor,
    baseUrl: new URL(stub.origin),
    authUrl: vendorCase.hasAuthHost ? new URL(stub.origin) : null,
    credentials,
    sandbox: true,
    allowedHosts: [],
  }
  const provider = createProvider(connection, {
    production: false,
    allowedLoopbackOrigins: [stub.origin],
    now: () => NOW,
    log: (fields) => logs.push(fields),
    limits: { totalMs: limitMs, documentMs: limitMs, backoffMs: 1 },
  })
  const kept: { access: string; expiresAt: Date }[] = []
  const collect = (documents = vendorCase.documents, credential = vendorCase.credential) =>
    provider.collect(
      toSession(vendorCase, documents),
      credential,
      async (access, expiresAt) => void kept.push({ access, expiresAt }),
    )
  const called = () => stub.seen.map(nameOf)
  return { provider, stub, logs, kept, collect, called }
}

/** The session of one attempt, as `collect` gets it. */
export function toSession(vendorCase: VendorCase, documents = vendorCase.documents) {
  return {
    verificationId: VERIFICATION_ID,
    ...vendorCase.session,
    documents,
    purpose: PURPOSE,
    returnUrl: new URL(RETURN_URL),
  }
}

export const startWith = (provider: Provider, documents = provider.capabilities.documents) =>
  provider.start({
    verificationId: VERIFICATION_ID,
    returnUrl: new URL(RETURN_URL),
    state: STATE,
    documents,
    purpose: PURPOSE,
  })

export async function startFault(provider: Provider): Promise<AppError> {
  try {
    await startWith(provider)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('start went through')
}

/** `code`, and our reason where there is one: `provider_forbidden not_enabled`. */
export const toldOf = (error: AppError) =>
  error instanceof CallFault ? `${error.code} ${error.why}` : error.code

/** The end of a collection in one line: a failure, `missing <reasons>`, `pending <why>` or `documents`. */
export function told(outcome: CollectOutcome): string {
  if (outcome.kind === 'failed') return outcome.reason
  if (outcome.kind === 'pending') return `pending ${outcome.why}`
  const reasons = outcome.missing.map(({ reason }) => reason)
  return reasons.length === 0 ? 'documents' : `missing ${reasons.join(' ')}`
}

export const failure = (outcome: CollectOutcome) =>
  outcome.kind === 'failed' ? outcome.reason : outcome.kind
export const missing = (outcome: CollectOutcome) => (outcome.kind === 'documents' ? outcome.missing : outcome)

/** The error with its whole chain of causes and every own property, as text. */
export function serialise(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? ''
  const own = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)))
  return [...own, String(error), JSON.stringify(error), error.cause ? serialise(error.cause) : ''].join('\n')
}
