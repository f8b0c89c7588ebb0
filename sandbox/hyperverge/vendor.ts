import { peekBody } from '../fields'
import { addressOf, findJourney, type Journey, newToken, type Sandbox } from '../state'
import type { Simulator, VendorCall, WebhookEvent, WebhookMessage } from '../vendor'
import { eAadhaarDetails } from './aadhaar-call'
import { health, updateCredentials } from './account-calls'
import { HYPERVERGE_APP, HYPERVERGE_KEY, HYPERVERGE_WEBHOOK_TOKEN, hypervergeRefusal } from './answers'
import { docDetails, fetchDocuments, issuedDocuments } from './document-calls'
import { file } from './files'
import { consentPage, finishedPage, hypervergeReturn, start } from './start'

const PREFIX = '/api/digilocker'

const CALLS: VendorCall[] = [
  {
    call: 'start',
    method: 'POST',
    path: `${PREFIX}/start`,
    answer: start,
    returnUrl: (_sandbox, call) => textOf(peekBody(call.body).redirectURL),
  },
  withReference('eAadhaarDetails', eAadhaarDetails),
  withReference('docDetails', docDetails),
  withReference('issuedDocuments', issuedDocuments),
  withReference('fetchDocuments', fetchDocuments),
  {
    call: 'updateCredentials',
    method: 'POST',
    path: `${PREFIX}/updateCredentials`,
    answer: updateCredentials,
    returnUrl: () => null,
  },
  {
    call: 'health',
    method: 'GET',
    path: '/api/health/digilocker/eAadhaarDetails',
    answer: health,
    returnUrl: () => null,
  },
  {
    call: 'file',
    method: 'GET',
    path: '/hyperverge-files/{token}',
    answer: file,
    returnUrl: (sandbox, { params }) => addressOfKey(sandbox, params.token),
  },
]

export const HYPERVERGE: Simulator = {
  id: 'hyperverge',
  name: 'HyperVerge',
  settings: (origin) => ({
    HYPERVERGE_VERIFY_URL: origin,
    HYPERVERGE_APP_ID: HYPERVERGE_APP,
    HYPERVERGE_APP_KEY: HYPERVERGE_KEY,
    HYPERVERGE_WEBHOOK_PATH_TOKEN: HYPERVERGE_WEBHOOK_TOKEN,
  }),
  calls: () => CALLS,
  pages: [
    { method: 'GET', path: '/hyperverge-consent', show: consentPage },
    { method: 'GET', path: '/hyperverge-finished', show: finishedPage },
  ],
  returnTo: hypervergeReturn,
  refusal: hypervergeRefusal,
  linkKeys: ['url', 'consentUrl', 'redirectUrl'],
  webhook: hypervergeWebhook,
}

/**
 * The webhook that a consent or a refusal fires: no signature is documented, so that the token in its address is
 * all the proof. The payload is not documented either; these two fields and the status words are assumed.
 */
function hypervergeWebhook(_sandbox: Sandbox, journey: Journey, event: WebhookEvent): WebhookMessage {
  const ended = journey.outcome === 'allowed' ? 'success' : 'denied'
  const body = {
    referenceId: event.unknownReference ? newToken(16) : journey.facts.referenceId,
    status: event.kind === 'final' ? ended : 'in_progress',
    ...(event.filler ? { filler: event.filler } : {}),
  }
  return {
    path: event.forged ? `${HYPERVERGE_WEBHOOK_TOKEN.slice(0, -1)}0` : HYPERVERGE_WEBHOOK_TOKEN,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}

function withReference(call: string, answer: VendorCall['answer']): VendorCall {
  const returnUrl: VendorCall['returnUrl'] = (sandbox, { body }) =>
    addressOfKey(sandbox, textOf(peekBody(body).referenceId))
  return { call, method: 'POST', path: `${PREFIX}/${call}`, answer, returnUrl }
}

function addressOfKey(sandbox: Sandbox, key: string | null | undefined): string | null {
  const journey = findJourney(sandbox, 'hyperverge', key ?? '')
  return journey && addressOf(journey)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
