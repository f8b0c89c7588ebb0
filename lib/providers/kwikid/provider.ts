import 'server-only'
import type { LockerDocument } from '@/lib/documents/types'
import {
  collectInTurn,
  type Found,
  failed,
  orFault,
  requireBroughtBack,
  toFound,
  toLockerDocuments,
} from '../collect'
import { getCredential } from '../credentials'
import { CallFault } from '../faults'
import type { ListedDocument } from '../issued-list'
import type { Capabilities, CollectOutcome, CollectSession, Provider, ProviderFactory } from '../types'
import type { Answer } from '../upstream'
import { type KwikidApi, kwikidApi } from './api'
import { isSendable, toHandshakeId, toInitBody, toReturn } from './transform'

const LINK_LIFE_MS = 10 * 60 * 1000 // our assumption: one use, ten minutes; nothing is published
const ACCESS_LIFE_MS = 50 * 60 * 1000 // upstream tokens live 3600 s; nothing is published

export const KWIKID_CAPABILITIES: Capabilities = {
  way: 'digilocker',
  documents: ['aadhaar', 'pan', 'driving_licence'],
  choosesDocuments: false, // what is shared is settled in KwikID's partner set-up
  echoesState: 'when_present',
  stateIs: 'session_ref',
  exactRedirectUrl: false,
  signedXml: ['aadhaar', 'pan', 'driving_licence'],
  polls: false,
  webhooks: 'none',
  returnsByPost: true,
  readsByReference: false,
  personMustMatch: true, // the token is handed over by a browser and could be somebody else's
  linkLifeMs: LINK_LIFE_MS,
  accessLifeMs: ACCESS_LIFE_MS,
  rates: null,
  browserHosts: ['*.getkwikid.com', '*.digilocker.gov.in', '*.meripehchaan.gov.in', '*.digitallocker.gov.in'],
}

/**
 * KwikID's DigiLocker calls. Credentials: `token` (a bearer of this integration alone: their link shows it to the
 * browser), `returnTokenParam` (as confirmed by KwikID); `no_connection` without them.
 */
export const kwikid: ProviderFactory = (connection, http) => {
  const api = kwikidApi(connection, http)
  const returnTokenParam = getCredential(connection, 'returnTokenParam')
  return {
    connection,
    capabilities: KWIKID_CAPABILITIES,

    async start(request) {
      const authorizationUrl = await api.init(toInitBody(request))
      const expiresAt = new Date(http.now().getTime() + LINK_LIFE_MS)
      return { authorizationUrl, sessionRef: toHandshakeId(request.returnUrl), secret: null, expiresAt }
    },

    readReturn: (query) => toReturn(query, returnTokenParam),

    async collect(session, given, keepAccess) {
      const credential = requireBroughtBack(connection, given)
      const accessToken = credential.stage === 'exchanged' ? credential.access : credential.code
      if (!isSendable(accessToken)) return failed('exchange_refused')
      if (credential.stage === 'returned') {
        await keepAccess(accessToken, new Date(http.now().getTime() + ACCESS_LIFE_MS))
      }
      return readAll(api, accessToken, session)
    },
  } satisfies Provider
}

/** The list first, then one document after the other. The list decides about PAN and licence; Aadhaar has a call of its own. */
async function readAll(
  api: KwikidApi,
  accessToken: string,
  session: CollectSession,
): Promise<CollectOutcome> {
  const types = toLockerDocuments(session.documents)
  const isListNeeded = types.some((type) => type !== 'aadhaar')
  const listed = isListNeeded ? await orFault(api.issuedFiles(accessToken, types)) : null
  if (listed !== null && !(listed instanceof CallFault) && listed.kind === 'verdict') {
    if (listed.verdict.about === 'session') return failed(listed.verdict.reason)
  }
  const readOne = async (type: LockerDocument): Promise<Found> => {
    if (type === 'aadhaar') return toFound(await api.aadhaarXml(accessToken))
    if (listed instanceof CallFault) throw listed
    return listed === null ? NOT_IN_LOCKER : readListed(api, accessToken, type, listed)
  }
  return collectInTurn(types, null, readOne, session.arrived)
}

const NOT_IN_LOCKER: Found = { kind: 'missing', reason: 'not_in_locker' }
const UNREADABLE: Found = { kind: 'missing', reason: 'unreadable' }

/** There is no PDF call: a document without XML is out of reach. */
async function readListed(
  api: KwikidApi,
  accessToken: string,
  type: LockerDocument,
  listed: Answer<ListedDocument[]>,
): Promise<Found> {
  if (listed.kind === 'verdict') return toFound(listed)
  const item = listed.value.find((candidate) => candidate.type === type)
  if (item === undefined) return NOT_IN_LOCKER
  if (!item.hasXml || !isSendable(item.uri)) return UNREADABLE
  return toFound(await api.documentXml(accessToken, type, item.uri))
}
