import 'server-only'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { DocumentType } from '@/lib/documents/types'
import { AppError } from '@/lib/errors'
import type { CallLog } from '../http'
import { createProvider } from '../index'
import type { CollectOutcome, Connection, Credential, Provider, Vendor } from '../types'
import { type ScriptedReply, type SeenRequest, startVendor } from './scripted-vendor'

// Tests only: both vendors as scripted on loopback, with samples of an invented person.

export const NOW = new Date('2026-11-20T06:00:00Z')
export const ALL: readonly DocumentType[] = ['aadhaar', 'pan', 'driving_licence']
export const STATE = 'fake-state-7f3a'
export const HANDLE = 'fake-handle-0001'
export const CODE = 'fake-auth-code'
export const VERIFIER = 'fake-verifier-fake-verifier-fake-verifier-0001'
export const REFERENCE = '1700000000000_fakefakefake'
export const JOURNEY = 'fake0000fake0000fake0000fake0001'
export const PURPOSE = 'Identity check for a player account'

export const sample = (path: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures', path), 'utf8'))
export const document = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../documents/fixtures/valid', name))
export const PAN = document('pan.xml')
export const LICENCE = document('dl.xml')
export const PDF = Buffer.from('%PDF-1.7\n%invented\n')

export type Script = Readonly<
  Record<string, ScriptedReply | ((request: SeenRequest, time: number) => ScriptedReply)>
>
export const fileReply = (data: unknown): ScriptedReply => ({
  body: { code: 200, timestamp: null, transaction_id: 'fake', sub_code: 'SUCCESS', message: 'ok', data },
})
export const byUri = (pan: ScriptedReply, licence: ScriptedReply) => (request: SeenRequest) =>
  (request.body as { uri: string }).uri.includes('PANCR') ? pan : licence

export interface VendorCase {
  vendor: Vendor
  credentials: Record<string, string>
  /** Names and values of the key headers, as documented. */
  keys: Record<string, string>
  prefix: string
  calls: { start: string; exchange: string; aadhaar: string; list: string; file: string }
  sessionRef: string | null
  happy: Script
  errorInside: unknown
}

export const IDTO: VendorCase = {
  vendor: 'idto',
  credentials: { apiKey: 'test-idto-key', clientId: 'test-idto-client' },
  keys: { 'X-API-KEY': 'test-idto-key', 'X-Client-ID': 'test-idto-client' },
  prefix: '/verify/digilocker/',
  calls: {
    start: 'initiate_session',
    exchange: 'get_reference',
    aadhaar: 'fetch_aadhaar',
    list: 'issued_docs',
    file: 'get_issued_docs_xml',
  },
  sessionRef: null,
  happy: {
    initiate_session: { body: sample('idto/initiate_session.json') },
    get_reference: { body: sample('idto/get_reference.json') },
    user_details: { body: sample('idto/user_details.json') },
    issued_docs: { body: sample('idto/issued_docs.json') },
    fetch_aadhaar: { body: document('eaadhaar.xml') },
    get_issued_docs_xml: byUri({ body: PAN }, { body: LICENCE }),
  },
  errorInside: { status: 'failed', message: 'text of theirs' },
}

export const DEEPVUE: VendorCase = {
  vendor: 'deepvue',
  credentials: { apiKey: 'test-deepvue-secret', clientId: 'test-deepvue-client' },
  keys: { 'x-api-key': 'test-deepvue-secret', 'client-id': 'test-deepvue-client' },
  prefix: '/v1/kyc/digilocker/',
  calls: {
    start: 'initiate-session',
    exchange: 'access-token',
    aadhaar: 'eaadhaar',
    list: 'issued-files',
    file: 'file',
  },
  sessionRef: JOURNEY,
  happy: {
    'initiate-session': { status: 201, body: sample('deepvue/initiate-session.json') },
    'access-token': { body: sample('deepvue/access-token.json') },
    eaadhaar: { body: sample('deepvue/eaadhaar.json') },
    'issued-files': { body: sample('deepvue/issued-files.json') },
    file: byUri(fileReply(PAN.toString('base64')), fileReply(LICENCE.toString())),
  },
  errorInside: { detail: 'text of theirs' },
}

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

/** A provider on a scripted vendor. `limitMs` is how long silence lasts: short only where silence is the point. */
export async function play(vendorCase: VendorCase, changes: Script = {}, limitMs = 5_000) {
  const { vendor, prefix, credentials } = vendorCase
  const script: Script = { ...vendorCase.happy, ...changes }
  const times = new Map<string, number>()
  const stub = await startVendor((request) => {
    const name = request.path.slice(prefix.length)
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
  const collect = (
    documents = ALL,
    credential: Credential = { stage: 'returned', code: CODE, verifier: VERIFIER },
  ) =>
    provider.collect(
      {
        verificationId: 'ver-1',
        sessionRef: vendorCase.sessionRef,
        secret: null,
        documents,
        purpose: PURPOSE,
      },
      credential,
      async (access, expiresAt) => void kept.push({ access, expiresAt }),
    )
  const called = () => stub.seen.map(({ path }) => path.slice(prefix.length))
  return { provider, stub, logs, kept, collect, called }
}

export const startWith = (provider: Provider, documents = ALL) =>
  provider.start({
    verificationId: 'ver-1',
    returnUrl: new URL(`https://app.example.test/api/kyc/x/callback/${HANDLE}`),
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

export const failure = (outcome: CollectOutcome) =>
  outcome.kind === 'failed' ? outcome.reason : outcome.kind
export const missing = (outcome: CollectOutcome) => (outcome.kind === 'documents' ? outcome.missing : outcome)

/** The error with its whole chain of causes and every own property, as text. */
export function serialise(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? ''
  const own = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)))
  return [...own, String(error), JSON.stringify(error), error.cause ? serialise(error.cause) : ''].join('\n')
}

export const HTML = '<!doctype html><html><body>Welcome ZZZPN0000Z</body></html>'
