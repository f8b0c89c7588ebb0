import { peekBody } from '../fields'
import { findJourney, type Sandbox } from '../state'
import type { VendorCall } from '../vendor'
import {
  fetchAadhaar,
  fetchPan,
  getIssuedDocs,
  getIssuedDocsXml,
  issuedDocs,
  userDetails,
} from './read-calls'
import { getReference, initiateSession, verifyAccount } from './session-calls'

const PREFIX = '/verify/digilocker'

/** The IDTO calls that exist in this mode. All are POST. */
export function idtoCalls(sandbox: Sandbox): VendorCall[] {
  const panPath = sandbox.modes.idto.panRoute === 'plain' ? 'fetch_pan' : 'fetch_pan/xml'
  return [
    start('verify_account', verifyAccount),
    start('initiate_session', initiateSession),
    withKey('get_reference', getReference, 'code'),
    withKey('user_details', userDetails, 'reference_key'),
    withKey('issued_docs', issuedDocs, 'reference_key'),
    withKey('fetch_aadhaar', fetchAadhaar, 'reference_key'),
    { ...withKey('fetch_pan', fetchPan, 'reference_key'), path: `${PREFIX}/${panPath}` },
    withKey('get_issued_docs_xml', getIssuedDocsXml, 'reference_key'),
    withKey('get_issued_docs', getIssuedDocs, 'reference_key'),
  ]
}

function start(call: string, answer: VendorCall['answer']): VendorCall {
  const returnUrl: VendorCall['returnUrl'] = (_sandbox, { body }) => textOf(peekBody(body).redirect_url)
  return { call, method: 'POST', path: `${PREFIX}/${call}`, answer, returnUrl }
}

function withKey(call: string, answer: VendorCall['answer'], key: string): VendorCall {
  const returnUrl: VendorCall['returnUrl'] = (sandbox, { body }) =>
    findJourney(sandbox, 'idto', textOf(peekBody(body)[key]) ?? '')?.returnUrl ?? null
  return { call, method: 'POST', path: `${PREFIX}/${call}`, answer, returnUrl }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
