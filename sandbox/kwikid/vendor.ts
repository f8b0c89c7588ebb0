import { peekBody } from '../fields'
import type { Simulator, VendorCall } from '../vendor'
import { KWIKID_TOKEN, kwikidRefusal } from './answers'
import { init } from './init'
import { callbackPage, redirectPage } from './pages'
import { getAadhaarXml, getDocumentXml, getIssuedFiles, journeyOf } from './read-calls'
import { kwikidReturn } from './return'

const PREFIX = '/verification/v2/digilocker'

const CALLS: VendorCall[] = [
  {
    call: 'init',
    method: 'POST',
    path: `${PREFIX}/init`,
    answer: init,
    returnUrl: (_sandbox, call) => textOf(peekBody(call.body).callback_url),
  },
  withToken('get_issued_files', getIssuedFiles),
  withToken('get_aadhaar_xml', getAadhaarXml),
  withToken('get_document_xml', getDocumentXml),
]

export const KWIKID: Simulator = {
  id: 'kwikid',
  name: 'KwikID',
  settings: (origin) => ({ KWIKID_BASE_URL: origin, KWIKID_API_TOKEN: KWIKID_TOKEN }),
  calls: () => CALLS,
  pages: [
    { method: 'GET', path: `${PREFIX}/redirect`, show: redirectPage },
    { method: 'GET', path: `${PREFIX}/callback`, show: callbackPage },
  ],
  returnTo: kwikidReturn,
  refusal: kwikidRefusal,
  linkKeys: ['redirection_url'],
}

function withToken(call: string, answer: VendorCall['answer']): VendorCall {
  const returnUrl: VendorCall['returnUrl'] = (sandbox, { headers }) =>
    journeyOf(sandbox, textOf(headers.accesstoken) ?? '')?.returnUrl ?? null
  return { call, method: 'POST', path: `${PREFIX}/${call}`, answer, returnUrl }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
