import { addressOf, findJourney } from '../state'
import type { Simulator, VendorCall } from '../vendor'
import { DIGILOCKER_CLIENT, DIGILOCKER_SECRET, digilockerRefusal } from './answers'
import { authorize, digilockerReturn } from './authorize'
import { journeyOf } from './grant'
import { doctypes, issuers, parameters, pullDocument } from './pull-calls'
import { eaadhaar, file, issued, issuedV1, uriMissing, user, xml } from './read-calls'
import { revoke, token } from './token-calls'

const PREFIX = '/public/oauth2'

const CALLS: VendorCall[] = [
  withForm('token', '/1/token', token, ['code', 'refresh_token']),
  withForm('revoke', '/1/revoke', revoke, ['token']),
  withBearer('user', 'GET', '/1/user', user),
  withBearer('issued', 'GET', '/2/files/issued', issued),
  withBearer('issued', 'GET', '/1/files/issued', issuedV1),
  withBearer('eaadhaar', 'GET', '/3/xml/eaadhaar', eaadhaar),
  withBearer('eaadhaar', 'GET', '/2/xml/eaadhaar', eaadhaar), // the file of 2021
  withBearer('xml', 'GET', '/1/xml/{uri}', xml),
  withBearer('file', 'GET', '/1/file/{uri}', file),
  ...['/1/xml', '/1/xml/', '/1/file', '/1/file/'].map((path) =>
    withBearer(path.split('/')[2] ?? '', 'GET', path, uriMissing),
  ),
  withBearer('pulldocument', 'POST', '/1/pull/pulldocument', pullDocument),
  withForm('issuers', '/1/pull/issuers', issuers, []),
  withForm('doctype', '/1/pull/doctype', doctypes, []),
  withForm('parameters', '/1/pull/parameters', parameters, []),
]

/** DigiLocker as an authorized partner meets it. Left out: uploads, the second token version, sign-out, demographic calls. */
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

/** A call that speaks of a journey by one of these fields of its form. */
function withForm(call: string, path: string, answer: VendorCall['answer'], keys: string[]): VendorCall {
  const returnUrl: VendorCall['returnUrl'] = (sandbox, { body }) => {
    const form = new URLSearchParams(body.toString('utf8'))
    const key = keys.map((name) => form.get(name)).find(Boolean)
    const journey = key ? findJourney(sandbox, 'digilocker', key) : null
    return journey && addressOf(journey)
  }
  return { call, method: 'POST', path: PREFIX + path, answer, returnUrl }
}

function withBearer(
  call: string,
  method: VendorCall['method'],
  path: string,
  answer: VendorCall['answer'],
): VendorCall {
  const returnUrl: VendorCall['returnUrl'] = (sandbox, given) => {
    const journey = journeyOf(sandbox, given)
    return journey && addressOf(journey)
  }
  return { call, method, path: PREFIX + path, answer, returnUrl }
}
