import 'server-only'
import { createHash } from 'node:crypto'
import type { DocumentType, LockerDocument } from '@/lib/documents/types'
import {
  collectInTurn,
  type Found,
  failed,
  orFault,
  requireBroughtBack,
  toExchangeFailure,
  toFailure,
  toFound,
  toLockerDocuments,
  toSessionFailure,
} from '../collect'
import { CallFault } from '../faults'
import type { ListedDocument } from '../issued-list'
import type {
  Capabilities,
  CollectOutcome,
  CollectSession,
  FetchedDocument,
  Provider,
  ProviderFactory,
  StartRequest,
} from '../types'
import type { Answer } from '../upstream'
import { type IdtoApi, idtoApi } from './api'
import { DOCUMENT_CODE, toReturn } from './transform'

const LINK_LIFE_MS = 15 * 60 * 1000 // our assumption: nothing is published
const ACCESS_LIFE_MS = 55 * 60 * 1000 // one hour by IDTO's sample, less a margin

export const IDTO_CAPABILITIES: Capabilities = {
  way: 'digilocker',
  documents: ['aadhaar', 'pan', 'driving_licence'],
  choosesDocuments: true,
  echoesState: 'when_present',
  stateIs: 'ours',
  exactRedirectUrl: false,
  signedXml: ['aadhaar', 'pan', 'driving_licence'],
  polls: false,
  webhooks: 'none',
  returnsByPost: false,
  readsByReference: false,
  personMustMatch: false,
  linkLifeMs: LINK_LIFE_MS,
  accessLifeMs: ACCESS_LIFE_MS,
  rates: null,
  // The first three from IDTO's Android SDK, the last from another vendor's traffic; read 2026-11-20.
  browserHosts: [
    'digilocker.idto.ai',
    '*.digilocker.gov.in',
    '*.meripehchaan.gov.in',
    '*.digitallocker.gov.in',
  ],
}

/**
 * IDTO's raw DigiLocker API. Credentials: `apiKey`, `clientId`; `panCode` only if IDTO asks for another code than PANCR.
 * Throws `no_connection` when one of the first two is missing.
 */
export const idto: ProviderFactory = (connection, http) => {
  const api = idtoApi(connection, http)
  return {
    connection,
    capabilities: IDTO_CAPABILITIES,

    async start(request) {
      const authorizationUrl = await api.initiateSession(toStartBody(request, connection.credentials.panCode))
      const expiresAt = new Date(http.now().getTime() + LINK_LIFE_MS)
      return { authorizationUrl, sessionRef: null, secret: null, expiresAt }
    },

    readReturn: toReturn,

    async collect(session, given, keepAccess) {
      const credential = requireBroughtBack(connection, given)
      if (credential.stage === 'exchanged') return readAll(api, credential.access, session)
      if (credential.verifier === null) return failed('exchange_refused')
      const exchanged = await orFault(api.getReference(credential.code, credential.verifier))
      if (exchanged instanceof CallFault) return failed(toExchangeFailure(exchanged))
      if (exchanged.kind === 'verdict') return failed(toSessionFailure(exchanged.verdict, 'exchange_refused'))
      await keepAccess(exchanged.value.key, exchanged.value.expiresAt)
      return readAll(api, exchanged.value.key, session)
    },
  } satisfies Provider
}

/**
 * Everything the page lists, although parts are called optional: its pages and its dashboard disagree. `user_id` is a
 * handle of this journey alone, and the return address carries no query (nobody says whether IDTO appends `?` or `&`).
 */
export function toStartBody(
  request: StartRequest,
  panCode: string = DOCUMENT_CODE.pan,
): Readonly<Record<string, unknown>> {
  const codes = { ...DOCUMENT_CODE, pan: panCode }
  const handle = createHash('sha256').update(`idto:user:${request.verificationId}`).digest('hex').slice(0, 32)
  return {
    user_id: `jrny_${handle}`,
    consent: true,
    consent_purpose: request.purpose,
    redirect_url: request.returnUrl.origin + request.returnUrl.pathname,
    redirect_to_signup: false,
    documents_for_consent: toLockerDocuments(request.documents).map((type) => codes[type]),
    state: request.state,
  }
}

async function readAll(api: IdtoApi, key: string, session: CollectSession): Promise<CollectOutcome> {
  const types = toLockerDocuments(session.documents)
  const account = await orFault(api.userDetails(key))
  if (account instanceof CallFault) return failed(toFailure(account))
  if (account.kind === 'verdict') return failed(toSessionFailure(account.verdict, 'bad_response'))
  const listed = rememberedList(api, key, types)
  const readOne = (type: LockerDocument) => {
    if (type !== 'aadhaar') return readListed(api, key, type, listed)
    return account.value.hasAadhaar ? readAadhaar(api, key) : Promise.resolve(NOT_LINKED)
  }
  return collectInTurn(types, account.value.profile, readOne, session.arrived)
}

const NOT_LINKED: Found = { kind: 'missing', reason: 'not_linked' }
const NOT_IN_LOCKER: Found = { kind: 'missing', reason: 'not_in_locker' }

type List = (again?: 'again') => Promise<Answer<ListedDocument[]>>

/** Each call costs credits, so the list is read once; `again` reads it anew. A failed reading is remembered too. */
function rememberedList(api: IdtoApi, key: string, types: readonly LockerDocument[]): List {
  let list: Promise<Answer<ListedDocument[]>> | undefined
  return (again) => {
    if (again === 'again') list = undefined
    list ??= api.issuedDocs(key, types)
    return list
  }
}

async function readAadhaar(api: IdtoApi, key: string): Promise<Found> {
  return toFound(toXml('aadhaar', await api.fetchAadhaar(key)))
}

/** PAN and licence: find the address, read its XML, and step down to other roads only where a road is missing. */
async function readListed(api: IdtoApi, key: string, type: DocumentType, list: List): Promise<Found> {
  const listed = await list()
  if (listed.kind === 'verdict') {
    return listed.verdict.about === 'route' && type === 'pan' ? readPan(api, key) : toFound(listed)
  }
  const item = listed.value.find((candidate) => candidate.type === type)
  if (item === undefined) return NOT_IN_LOCKER
  if (!item.hasXml) return readPdf(api, key, item)
  const answer = await readXmlOnceRelisted(api, key, item, list)
  if (!isNoXml(answer)) return toFound(toXml(type, answer))
  const plain = type === 'pan' ? await readPan(api, key) : null
  return plain?.kind === 'document' ? plain : readPdf(api, key, item)
}

/** The route or this form of the document is missing; a verdict with a reason of its own is final. */
function isNoXml(answer: Answer<Uint8Array>): boolean {
  if (answer.kind === 'value') return false
  const { verdict } = answer
  return verdict.about === 'route' || (verdict.about === 'document' && verdict.reason === 'unreadable')
}

/** `invalid_uri`: the address has changed meanwhile; the list is read again, once. */
async function readXmlOnceRelisted(api: IdtoApi, key: string, item: ListedDocument, list: List) {
  const first = await api.issuedXml(key, item.uri)
  if (first.kind === 'value' || first.verdict.about !== 'uri') return first
  const relisted = await list('again')
  if (relisted.kind === 'verdict') return relisted
  const again = relisted.value.find((candidate) => candidate.type === item.type)
  return again === undefined ? first : api.issuedXml(key, again.uri)
}

/** IDTO's dashboard says `/fetch_pan`, one integrator `/fetch_pan/xml`: the second only where the first is no route. */
async function readPan(api: IdtoApi, key: string): Promise<Found> {
  const plain = await api.fetchPan(key, 'fetch_pan')
  const isRouteMissing = plain.kind === 'verdict' && plain.verdict.about === 'route'
  return toFound(toXml('pan', isRouteMissing ? await api.fetchPan(key, 'fetch_pan/xml') : plain))
}

async function readPdf(api: IdtoApi, key: string, item: ListedDocument): Promise<Found> {
  const answer = await api.issuedPdf(key, item.uri)
  if (answer.kind === 'verdict') return toFound(answer)
  const raw = answer.value
  return toFound({
    kind: 'value',
    value: { type: item.type, kind: 'pdf', raw, mediaType: 'application/pdf' },
  })
}

function toXml(type: DocumentType, answer: Answer<Uint8Array>): Answer<FetchedDocument> {
  if (answer.kind === 'verdict') return answer
  return { kind: 'value', value: { type, kind: 'xml', raw: answer.value, mediaType: 'application/xml' } }
}
