import 'server-only'
import { findConnection, providerOf } from '@/lib/connections'
import type { DocumentType } from '@/lib/documents/types'
import type { Connection, Credential } from '@/lib/providers/types'
import { guardVendorCalls } from '@/lib/vendor-guard'

// The vendors whose calls are measured, through the very providers that the app makes. The settings of the benchmark name
// no vendor, so that all of them are on the built-in sandbox, in whose place a stub answers (bare/vendor.mjs).

const LOCKER: readonly DocumentType[] = ['aadhaar', 'pan', 'driving_licence']
const RETURN_URL = new URL('http://localhost/')

interface Request {
  url: string
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string
}

interface Visit {
  sessionRef: string | null
  credential: Credential
  documents: readonly DocumentType[]
}

/** One vendor's reads, ours and bare: as many calls in the same order, to the same addresses. */
interface VendorWork {
  name: string
  /** Reads the documents as the worker does, with access that was kept. Throws when one of them did not come. */
  collect: () => Promise<void>
  requests: Request[]
}

/** Every vendor that is measured. */
export function vendors(): VendorWork[] {
  return [idto(), deepvue(), hyperverge(), didit()]
}

function idto(): VendorWork {
  const access = 'a'.repeat(40)
  const key = { reference_key: access, uri: 'in.gov.pan-PANCR-ZZZPN0000Z' }
  const calls = ['user_details', 'fetch_aadhaar', 'issued_docs', 'get_issued_docs_xml', 'get_issued_docs_xml']
  const visit: Visit = { sessionRef: null, credential: { stage: 'exchanged', access }, documents: LOCKER }
  return work('idto', visit, (at) => calls.map((call) => post(at(`/verify/digilocker/${call}`), key)))
}

function deepvue(): VendorWork {
  const profile = { subject: 's', name: 'n', birthDate: null, gender: null }
  const access = JSON.stringify({ ref: 'r', hasAadhaar: true, profile })
  const key = { consent: 'Y', purpose: 'bench', initial_deepvue_transaction_id: 'r', uri: 'u' }
  const calls = ['eaadhaar', 'issued-files', 'file', 'file']
  const visit: Visit = { sessionRef: 'r', credential: { stage: 'exchanged', access }, documents: LOCKER }
  return work('deepvue', visit, (at) => calls.map((call) => post(at(`/v1/kyc/digilocker/${call}`), key)))
}

function hyperverge(): VendorWork {
  const key = { referenceId: `bench_${'A'.repeat(22)}`, blockMinors: 'yes' }
  const visit: Visit = {
    sessionRef: key.referenceId,
    credential: { stage: 'referenced' },
    documents: LOCKER,
  }
  return work('hyperverge', visit, (at) => [
    post(at('/api/digilocker/eAadhaarDetails'), { ...key, aadhaarFile: 'no', returnCreatedTimeStamp: 'yes' }),
    post(at('/api/digilocker/docDetails'), { ...key, pan: 'yes', panXMLFile: 'yes' }),
    post(at('/api/digilocker/docDetails'), { ...key, dl: 'yes', dlXMLFile: 'yes' }),
  ])
}

function didit(): VendorWork {
  const sessionRef = '00000000-0000-4000-8000-0000000000ab'
  const visit: Visit = { sessionRef, credential: { stage: 'referenced' }, documents: ['photo_document'] }
  const headers = { accept: 'application/json', 'x-api-key': 'k' }
  return work('didit', visit, (at) => [
    { url: at(`/v3/session/${sessionRef}/decision/`), method: 'GET', headers },
  ])
}

type At = (path: string) => string

function work(connectionId: string, visit: Visit, requests: (at: At) => Request[]): VendorWork {
  const connection = findConnection(connectionId)
  if (connection === null) throw new Error(`${connectionId} is not configured`)
  return {
    name: connection.displayName,
    collect: collector(connection, visit),
    requests: requests((path) => new URL(path, connection.baseUrl).href),
  }
}

function post(url: string, body: Readonly<Record<string, string>>): Request {
  const headers = { accept: '*/*', 'content-type': 'application/json', 'x-api-key': 'k', 'client-id': 'c' }
  return { url, method: 'POST', headers, body: JSON.stringify(body) }
}

/** What the worker does between opening a session and checking its documents; the look at the consent finds it alive. */
function collector(
  connection: Connection,
  { sessionRef, credential, documents }: Visit,
): () => Promise<void> {
  const provider = providerOf(connection)
  const session = {
    ...{ verificationId: 'ver-1', sessionRef, secret: null, purpose: 'bench' },
    returnUrl: RETURN_URL,
    documents,
  }
  return async () => {
    const outcome = await guardVendorCalls(
      async () => {},
      () => provider.collect(session, credential, async () => {}),
    )
    if (outcome.kind !== 'documents' || outcome.documents.length !== documents.length)
      throw new Error(`${connection.id} brought ${JSON.stringify(outcome).slice(0, 200)}`)
  }
}
