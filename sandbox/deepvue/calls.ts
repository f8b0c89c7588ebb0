import { peekBody } from '../fields'
import { findJourney } from '../state'
import type { VendorCall } from '../vendor'
import { eaadhaar, file, issuedFiles } from './read-calls'
import { accessToken, initiateSession } from './session-calls'

const PREFIX = '/v1/kyc/digilocker'

/** The Deepvue calls. All are POST. */
export const DEEPVUE_CALLS: VendorCall[] = [
  {
    call: 'initiate-session',
    method: 'POST',
    path: `${PREFIX}/initiate-session`,
    answer: initiateSession,
    returnUrl: (_sandbox, { body }) => textOf(peekBody(body).redirect_url),
  },
  withJourney('access-token', accessToken),
  withJourney('issued-files', issuedFiles),
  withJourney('file', file),
  withJourney('eaadhaar', eaadhaar),
]

function withJourney(call: string, answer: VendorCall['answer']): VendorCall {
  const returnUrl: VendorCall['returnUrl'] = (sandbox, { body }) => {
    const id = textOf(peekBody(body).initial_deepvue_transaction_id)
    return id === null ? null : (findJourney(sandbox, 'deepvue', id)?.returnUrl ?? null)
  }
  return { call, method: 'POST', path: `${PREFIX}/${call}`, answer, returnUrl }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
