import { createHash } from 'node:crypto'
import { addDays, addYears, dateInIndia } from '../documents/calendar'
import type { DocumentType } from '../documents/layouts'
import type { IssuedItem, Locker } from '../documents/locker'
import { type Call, json, type Reply } from '../http'
import type { Sandbox } from '../state'
import { type Sent, vendorNow } from '../vendor'
import { DIGILOCKER_CLIENT, DIGILOCKER_SECRET, pullFailure, readForm } from './answers'
import type { Granted } from './grant'
import { readCall } from './read-calls'

const HASH_LIFE_SECONDS = 30 * 60 // API1 and V24

interface Issuer {
  orgid: string
  name: string
  issuerid: string
  doctype: Exclude<DocumentType, 'ADHAR'>
  description: string
  /** The issuer's own search fields; the first names the document. */
  fields: string[]
  /** Only numbers that nobody holds are on record here. */
  number: RegExp
}

/** Issuers of the sandbox. Their ids are invented; fields are those of a vendor's page and of the directory API. */
const ISSUERS: Issuer[] = [
  {
    orgid: '900001',
    name: 'SANDBOX Income Tax Department',
    issuerid: 'in.gov.pan',
    doctype: 'PANCR',
    description: 'PAN Verification Record',
    fields: ['panno', 'PANFullName'],
    number: /^[A-Z]{3}P[A-Z]0000[A-Z]$/,
  },
  {
    orgid: '900002',
    name: 'SANDBOX Transport Department',
    issuerid: 'in.gov.transport',
    doctype: 'DRVLC',
    description: 'Driving License',
    fields: ['dlno'],
    number: /^KA00\d{11}$/,
  },
]

/**
 * `POST /public/oauth2/1/pull/pulldocument`: puts a document into the locker. Details that do not match exactly wait for
 * the issuer, and nobody is told when it is done. Words and fields are documented; that a missing or unknown field is
 * `invalid_parameter` is assumed.
 */
export const pullDocument = readCall((sandbox, journey, call) => {
  const form = readForm(call, null)
  if (form?.get('consent') !== 'Y') return pullFailure(sandbox, 'invalid_parameter')
  const issuer = ISSUERS.find(({ orgid }) => orgid === form.get('orgid'))
  if (!issuer) return pullFailure(sandbox, 'invalid_orgid')
  if (issuer.doctype !== form.get('doctype')) return pullFailure(sandbox, 'invalid_doctype')
  const wanted = ['orgid', 'doctype', 'consent', ...issuer.fields]
  if (wanted.some((name) => !form.get(name)) || form.size !== wanted.length) {
    return pullFailure(sandbox, 'invalid_parameter')
  }
  const { pullError } = sandbox.modes.digilocker
  return pullError === null ? pull(sandbox, journey, issuer, form) : pullFailure(sandbox, pullError)
})

function pull(sandbox: Sandbox, journey: Granted, issuer: Issuer, form: URLSearchParams): Sent {
  const { locker } = journey
  if (locker.items.some(({ doctype }) => doctype === issuer.doctype))
    return pullFailure(sandbox, 'uri_exists')
  const number = form.get(issuer.fields[0] ?? '') ?? ''
  if (!issuer.number.test(number)) return pullFailure(sandbox, 'record_not_found')
  const name = form.get('PANFullName')
  if (name !== null && name.toUpperCase() !== locker.person.name.toUpperCase()) {
    return pullFailure(sandbox, 'pull_response_pending')
  }
  const uri = `${issuer.issuerid}-${issuer.doctype}-${number}`
  journey.locker = withDocument(sandbox, locker, issuer, { number, uri })
  journey.facts[`pulled ${issuer.doctype}`] = 'yes'
  return json(200, { uri })
}

function withDocument(
  sandbox: Sandbox,
  locker: Locker,
  issuer: Issuer,
  { number, uri }: { number: string; uri: string },
): Locker {
  const { name, birthDate } = locker.person
  const today = dateInIndia(vendorNow(sandbox, 'digilocker'))
  const found =
    issuer.doctype === 'PANCR'
      ? { pan: { number, name: name.toUpperCase(), birthDate } }
      : { licence: { number, issued: addDays(today, -60), expires: addYears(today, 6) } }
  const item: IssuedItem = {
    name: issuer.description,
    type: 'file',
    size: '',
    date: '',
    parent: '',
    mime: [],
    uri,
    doctype: issuer.doctype,
    description: issuer.description,
    issuerid: issuer.issuerid,
    issuer: issuer.name,
  }
  return { ...locker, person: { ...locker.person, ...found }, items: [...locker.items, item] }
}

/** `POST …/pull/issuers`: who can be asked. The shape of the answer is assumed. */
export function issuers(sandbox: Sandbox, call: Call): Reply {
  const form = setUpForm(sandbox, call, [])
  if ('refused' in form) return form.refused
  return json(200, { issuers: ISSUERS.map(({ orgid, name, issuerid }) => ({ orgid, name, issuerid })) })
}

/** `POST …/pull/doctype`: what one issuer has. The shape of the answer is assumed. */
export function doctypes(sandbox: Sandbox, call: Call): Reply {
  const form = setUpForm(sandbox, call, ['orgid'])
  if ('refused' in form) return form.refused
  const found = ISSUERS.filter(({ orgid }) => orgid === form.values.get('orgid'))
  if (found.length === 0) return pullFailure(sandbox, 'invalid_parameter')
  return json(200, { documents: found.map(({ doctype, description }) => ({ doctype, description })) })
}

/** `POST …/pull/parameters`: what one document is found by. The shape of the answer is assumed. */
export function parameters(sandbox: Sandbox, call: Call): Reply {
  const form = setUpForm(sandbox, call, ['orgid', 'doctype'])
  if ('refused' in form) return form.refused
  const { values } = form
  const found = ISSUERS.find(({ orgid, doctype }) => {
    return orgid === values.get('orgid') && doctype === values.get('doctype')
  })
  if (!found) return pullFailure(sandbox, 'invalid_parameter')
  return json(200, { parameters: found.fields.map((name) => ({ paramname: name, label: name })) })
}

/**
 * The form of a set-up call, proved by a hash that the vendor calls `hmac`: SHA-256 of secret, client id and time, with the
 * asked ids before the time in V24 and without them in API1. Lower-case hex is assumed. 400 and 401 are documented (API1).
 */
function setUpForm(
  sandbox: Sandbox,
  call: Call,
  asked: readonly string[],
): { values: URLSearchParams } | { refused: Sent } {
  const form = readForm(call, ['clientid', 'ts', 'hmac', ...asked])
  const isComplete = ['clientid', 'ts', 'hmac', ...asked].every((name) => form?.get(name))
  if (!form || !isComplete) return { refused: pullFailure(sandbox, 'invalid_parameter') }
  const ts = form.get('ts') ?? ''
  const age = vendorNow(sandbox, 'digilocker').getTime() / 1000 - Number(ts)
  if (!/^\d{10}$/.test(ts) || age > HASH_LIFE_SECONDS) {
    return { refused: pullFailure(sandbox, 'invalid_parameter') }
  }
  const between = sandbox.modes.digilocker.statuses === 'V24' ? asked.map((name) => form.get(name)) : []
  const text = [DIGILOCKER_SECRET, DIGILOCKER_CLIENT, ...between, ts].join('')
  const isOurs =
    form.get('clientid') === DIGILOCKER_CLIENT &&
    form.get('hmac') === createHash('sha256').update(text).digest('hex') &&
    sandbox.modes.digilocker.account === 'active'
  return isOurs ? { values: form } : { refused: invalidClientId(sandbox) }
}

function invalidClientId(sandbox: Sandbox): Sent {
  return { ...pullFailure(sandbox, 'invalid_client_id'), status: 401 }
}
