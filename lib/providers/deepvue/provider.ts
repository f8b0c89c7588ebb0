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
import type { ListedDocument } from '../issued-list'
import type {
  Capabilities,
  CollectOutcome,
  CollectSession,
  Provider,
  ProviderFactory,
  StartRequest,
} from '../types'
import type { Answer } from '../upstream'
import { type DeepvueApi, deepvueApi, type Journey } from './api'
import { type Access, DOCUMENT_WORD, openAccess, toReturn } from './transform'

const LINK_LIFE_MS = 10 * 60 * 1000 // our assumption: one use, ten minutes; nothing is published
const ACCESS_LIFE_MS = 50 * 60 * 1000 // their hidden token lives 3600 s in the sample

export const DEEPVUE_CAPABILITIES: Capabilities = {
  way: 'digilocker',
  documents: ['aadhaar', 'pan', 'driving_licence'],
  choosesDocuments: true,
  echoesState: 'when_present',
  stateIs: 'session_ref',
  exactRedirectUrl: false,
  signedXml: ['pan', 'driving_licence'], // only when `file` happens to bring XML; Aadhaar never does
  polls: false,
  webhooks: 'none',
  returnsByPost: false,
  readsByReference: false,
  personMustMatch: false,
  linkLifeMs: LINK_LIFE_MS,
  accessLifeMs: ACCESS_LIFE_MS,
  rates: { perSecond: 1, perMinute: 30, perDay: 1000 }, // Starter plan, documented; larger ones by LIMITS_FILE
  browserHosts: ['*.deepvue.tech', '*.digilocker.gov.in', '*.meripehchaan.gov.in', '*.digitallocker.gov.in'],
}

/** Deepvue's DigiLocker product. Credentials: `apiKey` (their client secret), `clientId`; `no_connection` without them. */
export const deepvue: ProviderFactory = (connection, http) => {
  const api = deepvueApi(connection, http)
  return {
    connection,
    capabilities: DEEPVUE_CAPABILITIES,

    async start(request) {
      const session = await api.initiateSession(toStartBody(request))
      const expiresAt = new Date(http.now().getTime() + LINK_LIFE_MS)
      return { authorizationUrl: session.authorizationUrl, sessionRef: session.ref, secret: null, expiresAt }
    },

    readReturn: toReturn,

    async collect(session, given, keepAccess) {
      const credential = requireBroughtBack(connection, given)
      const { sessionRef: ref, purpose } = session
      if (ref === null) throw new AppError('state_conflict', `connection=${connection.id} why=no_session_ref`)
      if (credential.stage === 'exchanged') {
        const access = openAccess(credential.access)
        if (access?.ref !== ref)
          throw new AppError('state_conflict', `connection=${connection.id} why=foreign_access`)
        return readAll(api, { ref, purpose }, access, session)
      }
      const exchanged = await orFault(api.accessToken({ ref, purpose }, credential.code))
      if (exchanged instanceof CallFault) return failed(toExchangeFailure(exchanged))
      if (exchanged.kind === 'verdict') return failed(toSessionFailure(exchanged.verdict, 'exchange_refused'))
      const { access, expiresAt } = exchanged.value
      await keepAccess(JSON.stringify(access), expiresAt)
      return readAll(api, { ref, purpose }, access, session)
    },
  } satisfies Provider
}

/** No field for a state or a reference of ours exists; the path of the return address is what ties it to a journey. */
export function toStartBody(request: StartRequest): Readonly<Record<string, unknown>> {
  return {
    consent: 'Y',
    purpose: request.purpose,
    redirect_url: request.returnUrl.origin + request.returnUrl.pathname,
    doc_types: toLockerDocuments(request.documents).map((type) => DOCUMENT_WORD[type]),
  }
}

const NOT_LINKED: Found = { kind: 'missing', reason: 'not_linked' }
const NOT_IN_LOCKER: Found = { kind: 'missing', reason: 'not_in_locker' }

function readAll(
  api: DeepvueApi,
  journey: Journey,
  access: Access,
  session: CollectSession,
): Promise<CollectOutcome> {
  const types = toLockerDocuments(session.documents)
  let list: Promise<Answer<ListedDocument[]>> | undefined
  const issued = () => {
    list ??= api.issuedFiles(journey, types)
    return list
  }
  const readOne = async (type: LockerDocument) => {
    if (type !== 'aadhaar') return readFile(api, journey, type, await issued())
    return access.hasAadhaar ? toFound(await api.eaadhaar(journey)) : NOT_LINKED
  }
  return collectInTurn(types, access.profile, readOne, session.arrived)
}

async function readFile(
  api: DeepvueApi,
  journey: Journey,
  type: LockerDocument,
  listed: Answer<ListedDocument[]>,
): Promise<Found> {
  if (listed.kind === 'verdict') return toFound(listed)
  const item = listed.value.find((candidate) => candidate.type === type)
  return item === undefined ? NOT_IN_LOCKER : toFound(await api.file(journey, type, item.uri))
}
