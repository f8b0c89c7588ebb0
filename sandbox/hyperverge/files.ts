import type { DocumentType } from '../documents/layouts'
import { documentXml, toDocumentType } from '../documents/locker'
import { samplePdf } from '../documents/pdf'
import { bytes, type Call, json, type Reply } from '../http'
import { findJourney, type Journey, nameJourney, newToken, type Sandbox } from '../state'

/** A link to one document of this journey, unguessable and dead after a while. */
export function linkTo(sandbox: Sandbox, journey: Journey, type: DocumentType, form: 'xml' | 'pdf'): string {
  const { fileUrl, fileLifeMinutes } = sandbox.modes.hyperverge
  if (fileUrl !== null) return fileUrl
  const token = newToken(32)
  journey.facts[token] = `${type} ${form} ${Date.now() + fileLifeMinutes * 60_000}`
  nameJourney(sandbox, token, journey)
  return new URL(`/hyperverge-files/${token}`, sandbox.origin).href
}

/**
 * `GET /hyperverge-files/…`: what such a link leads to. It needs no credentials, like a signed link of a file
 * store; 404 and 403 are what such stores answer, assumed here.
 */
export function file(sandbox: Sandbox, call: Call): Reply {
  const { fileRedirect } = sandbox.modes.hyperverge
  if (fileRedirect !== null) {
    return { kind: 'send', status: 302, headers: { location: fileRedirect }, body: Buffer.alloc(0) }
  }
  const token = call.params.token ?? ''
  const journey = findJourney(sandbox, 'hyperverge', token)
  const [code = '', form, endsAt] = journey?.facts[token]?.split(' ') ?? []
  const type = toDocumentType(code)
  if (!journey?.locker || !type) return json(404, { message: 'Not Found' })
  if (Date.now() >= Number(endsAt)) return json(403, { message: 'Request has expired' })
  if (form === 'pdf') return bytes(200, 'application/pdf', samplePdf(type))
  const xml = documentXml(journey.locker, type, sandbox.modes.hyperverge)
  return xml === null ? json(404, { message: 'Not Found' }) : bytes(200, 'application/xml', xml)
}
