import { addressOf, findJourney } from '../state'
import type { Simulator, VendorCall } from '../vendor'
import { DIGILOCKER_CLIENT, DIGILOCKER_SECRET, digilockerRefusal } from './answers'
import { authorize, digilockerReturn } from './authorize'
import { eaadhaar, issued, journeyOf, user, xml } from './read-calls'
import { revoke, token } from './token-calls'

const PREFIX = '/public/oauth2'

const CALLS: VendorCall[] = [
  withForm('token', `${PREFIX}/1/token`, token, 'code'),
  withForm('revoke', `${PREFIX}/1/revoke`, revoke, 'token'),
  withBearer('user', `${PREFIX}/1/user`, user),
  withBearer('issued', `${PREFIX}/2/files/issued`, issued),
  withBearer('issued', `${PREFIX}/1/files/issued`, issued), // the older twin
  withBearer('xml', `${PREFIX}/1/xml/{uri}`, xml),
  withBearer('eaadhaar', `${PREFIX}/3/xml/eaadhaar`, eaadhaar),
  withBearer('eaadhaar', `${PREFIX}/2/xml/eaadhaar`, eaadhaar), // the file of 2021
]

/** DigiLocker as an authorized partner meets it. Left out: uploads, PDFs, refresh, the second token version, pull. */
export const DIGILOCKER: Simulator = {
  id: 'digilocker',
  name: 'DigiLocker',
  settings: (origin) => ({
    DIGILOCKER_BASE_URL: origin,
    DIGILOCKER_CLIENT_ID: DIGILOCKER_CLIENT,
    DIGILOCKER_CLIENT_SECRET: DIGILOCKER_SECRET,
  }),
  calls: () => CALLS,
  pages: [{ method: 'GET', path: `${PREFIX}/1/authorize`, show: authorize }],
  returnTo: digilockerReturn,
  refusal: digilockerRefusal,
  linkKeys: [],
}

function withForm(call: string, path: string, answer: VendorCall['answer'], key: string): VendorCall {
  const returnUrl: VendorCall['returnUrl'] = (sandbox, { body }) => {
    const journey = findJourney(
      sandbox,
      'digilocker',
      new URLSearchParams(body.toString('utf8')).get(key) ?? '',
    )
    return journey && addressOf(journey)
  }
  return { call, method: 'POST', path, answer, returnUrl }
}

function withBearer(call: string, path: string, answer: VendorCall['answer']): VendorCall {
  const returnUrl: VendorCall['returnUrl'] = (sandbox, given) => {
    const journey = journeyOf(sandbox, given)
    return journey && addressOf(journey)
  }
  return { call, method: 'GET', path, answer, returnUrl }
}
