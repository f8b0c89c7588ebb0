import { findJourney } from '../state'
import type { VendorCall } from '../vendor'
import { eaadhaar, file, issuedFiles } from './read-calls'
import { accessToken, initiateSession } from './session-calls'

const PREFIX = '/v1/kyc/digilocker'

/** The Deepvue calls. All are POST. */
export const DEEPVUE_CALLS: VendorCall[] = [
  {
    vendor: 'deepvue',
    call: 'initiate-session',
    path: `${PREFIX}/initiate-session`,
    answer: initiateSession,
    returnUrl: (_sandbox, body) => (typeof body.redirect_url === 'string' ? body.redirect_url : null),
  },
  withJourney('access-token', accessToken),
  withJourney('issued-files', issuedFiles),
  withJourney('file', file),
  withJourney('eaadhaar', eaadhaar),
]

function withJourney(call: string, answer: VendorCall['answer']): VendorCall {
  const returnUrl: VendorCall['returnUrl'] = (sandbox, body) => {
    const id = body.initial_deepvue_transaction_id
    return typeof id === 'string' ? (findJourney(sandbox, 'deepvue', id)?.returnUrl ?? null) : null
  }
  return { vendor: 'deepvue', call, path: `${PREFIX}/${call}`, answer, returnUrl }
}
