import { z } from 'zod'
import { toDashed } from '../documents/calendar'
import type { DocumentType } from '../documents/layouts'
import { documentXml, type Locker, toDocumentType } from '../documents/locker'
import { SAMPLE_PHOTO } from '../documents/photo'
import type { Sandbox } from '../state'
import type { Sent } from '../vendor'
import { failure, invalid, success, YesNo } from './answers'
import { linkTo } from './files'
import { ADDRESS, birthDateText, type Granted, has, isMinor, minorAccount, readCall } from './reading'

const DocumentBody = z.strictObject({
  referenceId: z.string().min(1),
  pan: YesNo.optional(),
  dl: YesNo.optional(),
  panFile: YesNo.optional(),
  dlFile: YesNo.optional(),
  panXMLFile: YesNo.optional(),
  dlXMLFile: YesNo.optional(),
  returnAllFieldsFromDigilocker: YesNo.optional(),
  useV2StorageLocation: YesNo.optional(),
  enableRetry: YesNo.optional(),
  blockMinors: YesNo.optional(),
})

type DocumentBody = z.output<typeof DocumentBody>

type Word = keyof typeof CODES

const CODES = { pan: 'PANCR', dl: 'DRVLC' } as const

/**
 * `docDetails`: PAN and licence, none of them in the mode `detailsMiss`. That one of them must be asked for, the code for a missing licence and the
 * `code` of an answer that holds only one of two are assumed; a licence's end stands in its XML alone.
 */
export const docDetails = readCall(DocumentBody, (sandbox, journey, body) => {
  const asked = (['pan', 'dl'] as const).filter((word) => body[word] === 'yes')
  if (asked.length === 0) return invalid(sandbox, 'pan or dl must be yes')
  if (body.blockMinors === 'yes' && isMinor(sandbox, journey.locker)) return minorAccount(sandbox)
  const { detailsMiss } = sandbox.modes.hyperverge
  const found = asked.filter((word) => !detailsMiss && has(journey.locker, CODES[word]))
  if (found.length === 0) return noData(sandbox, asked[0] ?? 'pan')
  return success(sandbox, {
    code: found.length === asked.length ? 'ALL_FOUND' : 'PARTIALLY_FOUND',
    docs_found: found,
    details: found.map((word) => detailsOf(sandbox, journey, body, word)),
  })
})

const ReferenceBody = z.strictObject({ referenceId: z.string().min(1) })

/** `issuedDocuments`: types and addresses of what the locker holds. Documented; the names of the fields are not. */
export const issuedDocuments = readCall(ReferenceBody, (sandbox, { locker }) =>
  success(sandbox, {
    documents: locker.items.map(({ name, doctype, uri, issuer }) => ({ name, type: doctype, uri, issuer })),
  }),
)

const FetchBody = z.strictObject({
  referenceId: z.string().min(1),
  docs: z
    .array(
      z.strictObject({
        docId: z.string().min(1),
        file: YesNo.optional(),
        params: z.record(z.string(), z.string()).optional(),
      }),
    )
    .min(1),
})

/**
 * `fetchDocuments`: named documents, by an id that ends in the document's code (seen by an integrator) or by their `uri`
 * in the list (assumed). Nothing is pulled into the locker here: a document that is not there is refused as in `docDetails`.
 */
export const fetchDocuments = readCall(FetchBody, (sandbox, journey, { docs }) => {
  const wanted = docs.map(({ docId, file }) => ({ word: toWord(journey.locker, docId), file }))
  const missing = wanted.find(({ word }) => !word || !has(journey.locker, CODES[word]))
  if (missing) return noData(sandbox, missing.word ?? 'pan')
  return success(
    sandbox,
    wanted.map(({ word, file }) => fetched(sandbox, journey, word ?? 'pan', file)),
  )
})

function detailsOf(
  sandbox: Sandbox,
  journey: Granted,
  body: DocumentBody,
  word: Word,
): Record<string, unknown> {
  const { xmlField } = sandbox.modes.hyperverge
  const code = CODES[word]
  return {
    doc_type: word,
    [word]: numberOf(journey.locker, word),
    ...factsOf(sandbox, journey.locker, word),
    ...(body[`${word}File`] === 'yes' ? { file: linkTo(sandbox, journey, code, 'pdf') } : {}),
    ...(body[`${word}XMLFile`] === 'yes' ? { [xmlField]: xmlOf(sandbox, journey, code) } : {}),
  }
}

function fetched(
  sandbox: Sandbox,
  journey: Granted,
  word: Word,
  file: 'yes' | 'no' | undefined,
): Record<string, unknown> {
  const item = journey.locker.items.find(({ doctype }) => doctype === CODES[word])
  return {
    uri: item?.uri ?? '',
    data: {
      number: numberOf(journey.locker, word),
      ...factsOf(sandbox, journey.locker, word),
      ...(file === 'yes' ? { file: linkTo(sandbox, journey, CODES[word], 'pdf') } : {}),
    },
  }
}

function numberOf({ person }: Locker, word: Word): string {
  return (word === 'pan' ? person.pan?.number : person.licence?.number) ?? ''
}

function factsOf(sandbox: Sandbox, { person }: Locker, word: Word): Record<string, string> {
  if (word === 'pan' && person.pan) {
    return { name: person.pan.name, dob: birthDateText(sandbox, toDashed(person.pan.birthDate)) }
  }
  return {
    name: person.name.toUpperCase(),
    dob: birthDateText(sandbox, toDashed(person.birthDate)),
    address: ADDRESS,
    photo: SAMPLE_PHOTO,
  }
}

function xmlOf(sandbox: Sandbox, journey: Granted, type: DocumentType): string {
  const { xmlAs } = sandbox.modes.hyperverge
  if (xmlAs === 'link') return linkTo(sandbox, journey, type, 'xml')
  const xml = documentXml(journey.locker, type, sandbox.modes.hyperverge) ?? ''
  return xmlAs === 'inline' ? xml : Buffer.from(xml).toString('base64')
}

function noData(sandbox: Sandbox, word: Word): Sent {
  const name = word === 'pan' ? 'PAN' : 'DL'
  return failure(sandbox, 422, {
    code: `ER_${name}_DATA_NOT_AVAILABLE`,
    message: `No data is available for the ${name}`,
  })
}

function toWord({ items }: Locker, docId: string): Word | null {
  const listed = items.find(({ uri }) => uri === docId)
  const type = toDocumentType(listed?.doctype ?? /_([A-Z]{5})$/.exec(docId)?.[1] ?? '')
  return type === 'PANCR' ? 'pan' : type === 'DRVLC' ? 'dl' : null
}
