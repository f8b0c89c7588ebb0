import 'server-only'
import type { LockerDocument } from '@/lib/documents/types'
import { AppError } from '@/lib/errors'
import { collectInTurn, type Found, orFault, toFound, toLockerDocuments } from '../collect'
import { CallFault } from '../faults'
import type { ListedDocument as IssuedDocument } from '../issued-list'
import type {
  Capabilities,
  Connection,
  FetchedDocument,
  Provider,
  ProviderFactory,
  WebhookDelivery,
} from '../types'
import { type HypervergeApi, hypervergeApi, type Journey } from './api'
import type { Reply } from './replies'
import {
  type CertificateType,
  createReference,
  isCertificate,
  isLink,
  type ListedDocument,
  toInlineXml,
} from './transform'
import { readDelivery } from './webhook'

const LINK_LIFE_MS = 10 * 60 * 1000 // our assumption: nothing is published
const ACCESS_LIFE_MS = 50 * 60 * 1000 // our assumption: DigiLocker's own tokens live 3600 s

export const HYPERVERGE_CAPABILITIES: Capabilities = {
  way: 'digilocker',
  documents: ['aadhaar', 'pan', 'driving_licence'],
  choosesDocuments: false, // not at the consent link; each read names its document
  echoesState: 'never',
  stateIs: 'ours',
  exactRedirectUrl: false,
  signedXml: ['pan', 'driving_licence'], // when the XML comes along; Aadhaar is their own JSON
  polls: false, // the only status is the result of a read, which hands out the person's data
  webhooks: 'path_token',
  returnsByPost: false,
  readsByReference: true,
  personMustMatch: false, // no code or token passes through the browser
  linkLifeMs: LINK_LIFE_MS,
  accessLifeMs: ACCESS_LIFE_MS,
  rates: null,
  browserHosts: ['*.hyperverge.co', '*.digilocker.gov.in', '*.meripehchaan.gov.in', '*.digitallocker.gov.in'],
}

/**
 * HyperVerge's DigiLocker APIs. Credentials: `appId`, `appKey` (`no_connection` without them); `webhookPathToken` where
 * they were given an address to call. The DigiLocker pair itself is stored with them: `credentials-call.ts`.
 */
export const hyperverge: ProviderFactory = (connection, http) => {
  const api = hypervergeApi(connection, http)
  const { webhookPathToken } = connection.credentials
  return {
    connection,
    capabilities: HYPERVERGE_CAPABILITIES,

    async start({ verificationId, returnUrl }) {
      const ref = createReference(verificationId)
      const redirectUrl = returnUrl.origin + returnUrl.pathname
      const authorizationUrl = await api.start({ verificationId, ref }, redirectUrl)
      const expiresAt = new Date(http.now().getTime() + LINK_LIFE_MS)
      return { authorizationUrl, sessionRef: ref, secret: null, expiresAt }
    },

    /** What the browser brings back is not documented and nothing in it is believed, an error no more than a success. */
    readReturn: () => ({ kind: 'back', state: null }),

    async collect(session, credential) {
      const { sessionRef: ref, verificationId } = session
      if (ref === null) throw conflict(connection, 'no_session_ref')
      if (credential.stage !== 'referenced') throw conflict(connection, 'nothing_to_exchange')
      const types = toLockerDocuments(session.documents)
      const journey = { verificationId, ref }
      const list = rememberedList(api, journey, types)
      const readOne = (type: LockerDocument) => read(api, journey, type, list)
      return collectInTurn(types, null, readOne, session.arrived)
    },

    ...(webhookPathToken && {
      readWebhook: (delivery: WebhookDelivery) => readDelivery(delivery, webhookPathToken),
    }),
  } satisfies Provider
}

function conflict(connection: Connection, why: string): AppError {
  return new AppError('state_conflict', `connection=${connection.id} why=${why}`)
}

type List = () => Promise<readonly IssuedDocument[]>

/** Read once, and not before a document is missed. Where it cannot be read it names nothing. */
function rememberedList(api: HypervergeApi, journey: Journey, types: readonly LockerDocument[]): List {
  let list: Promise<readonly IssuedDocument[]> | undefined
  const readList = async () => {
    const reply = await orFault(api.issuedDocuments(journey, types))
    return reply instanceof CallFault || reply.kind !== 'value' ? [] : reply.value
  }
  return () => {
    list ??= readList()
    return list
  }
}

async function read(api: HypervergeApi, journey: Journey, type: LockerDocument, list: List): Promise<Found> {
  if (type === 'aadhaar') return orWaiting(await api.eAadhaarDetails(journey))
  const listed = await api.docDetails(journey, type)
  if (listed.kind === 'value') {
    return { kind: 'document', document: await withXml(api, type, listed.value) }
  }
  const found = orWaiting(listed)
  if (found.kind !== 'missing' || found.reason !== 'not_in_locker') return found
  const document = await fetchIssued(api, journey, type, list)
  return document === null ? found : { kind: 'document', document }
}

/** `docDetails` can miss what the locker's own list names; null when the list does not name it or it cannot be fetched. */
async function fetchIssued(
  api: HypervergeApi,
  journey: Journey,
  type: CertificateType,
  list: List,
): Promise<FetchedDocument | null> {
  const item = (await list()).find((candidate) => candidate.type === type)
  if (item === undefined) return null
  const reply = await orFault(api.fetchDocuments(journey, type, item.uri))
  return reply instanceof CallFault || reply.kind !== 'value' ? null : reply.value
}

function orWaiting(reply: Reply<FetchedDocument>): Found {
  return reply.kind === 'waiting' ? { kind: 'waiting' } : toFound(reply)
}

/**
 * The issuer's XML where it can be had (it alone says when a licence ends), else HyperVerge's fields. Doubt of theirs stands
 * in the fields only, so those are taken then.
 */
async function withXml(
  api: HypervergeApi,
  type: CertificateType,
  listed: ListedDocument,
): Promise<FetchedDocument> {
  const xml = listed.fields.inDoubt ? null : listed.xml
  const raw = xml === null ? null : await toXmlBytes(api, xml)
  if (raw !== null && isCertificate(raw, type))
    return { type, kind: 'xml', raw, mediaType: 'application/xml' }
  const { fields } = listed
  return { type, kind: 'fields', raw: listed.raw, mediaType: 'application/json', fields }
}

/** Null when the link leads to an unexpected place, is dead, or the text is no XML: the fields are there already. */
async function toXmlBytes(api: HypervergeApi, text: string): Promise<Uint8Array | null> {
  if (!isLink(text)) return toInlineXml(text)
  const file = await orFault(api.file(text.trim()))
  return file instanceof CallFault ? null : file
}
