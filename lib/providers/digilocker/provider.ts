import 'server-only'
import type { LockerDocument } from '@/lib/documents/types'
import { AppError } from '@/lib/errors'
import {
  collectInTurn,
  type Found,
  failed,
  orFault,
  requireBroughtBack,
  toExchangeFailure,
  toFound,
  toLockerDocuments,
  toSessionFailure,
} from '../collect'
import { CallFault } from '../faults'
import type {
  Capabilities,
  CollectOutcome,
  CollectSession,
  Connection,
  Provider,
  ProviderFactory,
} from '../types'
import type { Answer } from '../upstream'
import { type DigilockerApi, digilockerApi } from './api'
import { createVerifier } from './pkce'
import { ALTERED } from './replies'
import {
  type Access,
  isGranted,
  type ListedDocument,
  openAccess,
  toAuthorizeUrl,
  toReturn,
  withAccount,
} from './transform'

const LINK_LIFE_MS = 15 * 60 * 1000 // our assumption: how long a code or the page lives is not published
const ACCESS_LIFE_MS = 55 * 60 * 1000 // 3600 s in the official example, less a margin

export const DIGILOCKER_CAPABILITIES: Capabilities = {
  way: 'digilocker',
  documents: ['aadhaar', 'pan', 'driving_licence'],
  choosesDocuments: true, // req_doctype
  echoesState: 'always',
  stateIs: 'ours',
  exactRedirectUrl: true, // must equal a registered address
  signedXml: ['aadhaar', 'pan', 'driving_licence'],
  polls: false,
  webhooks: 'none',
  returnsByPost: false,
  readsByReference: false,
  personMustMatch: false, // the code is bound to the verifier, which never leaves the server
  linkLifeMs: LINK_LIFE_MS,
  accessLifeMs: ACCESS_LIFE_MS,
  rates: null,
  browserHosts: ['*.digilocker.gov.in', '*.meripehchaan.gov.in', '*.digitallocker.gov.in'],
}

/**
 * DigiLocker without an aggregator. Credentials: `clientId`, `clientSecret` (also the key of the documents' `hmac`);
 * `serviceName` is what a player reads at DigiLocker, else the host of the return address. Throws `no_connection` when one
 * of the first two is missing.
 */
export const digilocker: ProviderFactory = (connection, http) => {
  const api = digilockerApi(connection, http)
  return {
    connection,
    capabilities: DIGILOCKER_CAPABILITIES,

    /** Asks nobody: the address is built here. */
    async start(request) {
      const verifier = createVerifier()
      const authorizationUrl = toAuthorizeUrl(connection, request, verifier)
      const expiresAt = new Date(http.now().getTime() + LINK_LIFE_MS)
      return { authorizationUrl, sessionRef: null, secret: verifier, expiresAt }
    },

    readReturn: toReturn,

    async collect(session, given, keepAccess) {
      const credential = requireBroughtBack(connection, given)
      if (credential.stage === 'exchanged') {
        const access = openAccess(credential.access)
        if (access === null) throw conflict(connection, 'foreign_access')
        return readAndRevoke(api, access, session)
      }
      if (session.secret === null) throw conflict(connection, 'no_verifier')
      const exchange = {
        code: credential.code,
        verifier: session.secret,
        redirectUri: session.returnUrl.href,
      }
      const exchanged = await orFault(api.token(exchange))
      if (exchanged instanceof CallFault) return failed(toExchangeFailure(exchanged))
      if (exchanged.kind === 'verdict') return failed(toSessionFailure(exchanged.verdict, 'exchange_refused'))
      const { access, expiresAt } = exchanged.value
      if (expiresAt <= http.now()) return consentEnded(api, access)
      await keepAccess(JSON.stringify(access), expiresAt)
      return readAndRevoke(api, await withProfile(api, access), session)
    },

    async revoke(kept) {
      const access = openAccess(kept)
      if (access !== null) await api.revoke(access.token)
    },
  } satisfies Provider
}

/** Asks for the account only when the token answer left name or birth date out; without an answer those stay unknown. */
async function withProfile(api: DigilockerApi, access: Access): Promise<Access> {
  if (access.profile.name !== null && access.profile.birthDate !== null) return access
  const account = await orFault(api.account(access.token))
  if (account instanceof CallFault || account.kind === 'verdict') return access
  return withAccount(access, account.value)
}

/** The token ends with the reading, whatever came of it; that it could not be ended is in the log and nowhere else. */
async function readAndRevoke(api: DigilockerApi, access: Access, session: CollectSession) {
  const outcome = await readAll(api, access, session)
  await orFault(api.revoke(access.token))
  return outcome
}

async function consentEnded(api: DigilockerApi, access: Access): Promise<CollectOutcome> {
  await orFault(api.revoke(access.token))
  return failed('session_ended')
}

const NOT_SHARED: Found = { kind: 'missing', reason: 'not_shared' }
const NOT_LINKED: Found = { kind: 'missing', reason: 'not_linked' }
const NOT_IN_LOCKER: Found = { kind: 'missing', reason: 'not_in_locker' }
const UNREADABLE: Found = { kind: 'missing', reason: 'unreadable' }

function readAll(api: DigilockerApi, access: Access, session: CollectSession): Promise<CollectOutcome> {
  const types = toLockerDocuments(session.documents)
  const listed = rememberedList(api, access, types)
  const readOne = async (type: LockerDocument): Promise<Found> => {
    if (!isGranted(access, type)) return NOT_SHARED
    if (type !== 'aadhaar') return readListed(api, access, type, listed)
    if (access.hasAadhaar === false) return NOT_LINKED
    return toXml(type, await download(() => api.eaadhaar(access.token)))
  }
  return collectInTurn(types, access.profile, readOne, session.arrived)
}

type List = (again?: 'again') => Promise<Answer<ListedDocument[]>>

/** Read once for all documents; `again` reads it anew. A failed reading is remembered too. */
function rememberedList(api: DigilockerApi, { token }: Access, types: readonly LockerDocument[]): List {
  let list: Promise<Answer<ListedDocument[]>> | undefined
  return (again) => {
    if (again === 'again') list = undefined
    list ??= api.issued(token, types)
    return list
  }
}

/** A document of the list. Without XML there is nothing that an issuer signed: its PDF is not read. */
async function readListed(api: DigilockerApi, access: Access, type: LockerDocument, list: List) {
  const listed = await list()
  if (listed.kind === 'verdict') return toFound(listed)
  const item = listed.value.find((candidate) => candidate.type === type)
  if (item === undefined) return NOT_IN_LOCKER
  if (!item.hasXml) return UNREADABLE
  return toXml(type, await downloadOnceRelisted(api, access, item, list))
}

/** `invalid_uri`: the file has gone since the listing; the list is read again, once. */
async function downloadOnceRelisted(
  api: DigilockerApi,
  { token }: Access,
  item: ListedDocument,
  list: List,
): Promise<Answer<Uint8Array>> {
  const first = await download(() => api.xml(token, item.uri))
  if (first.kind === 'value' || first.verdict.about !== 'uri') return first
  const relisted = await list('again')
  if (relisted.kind === 'verdict') return relisted
  const again = relisted.value.find((candidate) => candidate.type === item.type && candidate.hasXml)
  return again === undefined ? first : download(() => api.xml(token, again.uri))
}

/** Once more when the bytes were not those that DigiLocker vouched for; a second time it is trouble. */
async function download(read: () => Promise<Answer<Uint8Array>>): Promise<Answer<Uint8Array>> {
  const first = await orFault(read())
  if (!(first instanceof CallFault)) return first
  if (first.why !== ALTERED) throw first
  return read()
}

function toXml(type: LockerDocument, answer: Answer<Uint8Array>): Found {
  if (answer.kind === 'verdict') return toFound(answer)
  const raw = answer.value
  return { kind: 'document', document: { type, kind: 'xml', raw, mediaType: 'application/xml' } }
}

function conflict(connection: Connection, why: string): AppError {
  return new AppError('state_conflict', `connection=${connection.id} why=${why}`)
}
