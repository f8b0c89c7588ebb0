import { type Field, readFields } from '../fields'
import type { Call, Reply } from '../http'
import { json } from '../http'
import { newToken, type Sandbox, startJourney } from '../state'
import { isReturnAddress } from '../vendor'
import { detailedError, KWIKID_CLIENT, KWIKID_TOKEN, refuseCaller } from './answers'

const PREFIX = '/verification/v2/digilocker'
const DIGILOCKER = 'https://api.digitallocker.gov.in/public/oauth2/1/authorize'
const SHARED = ['ADHAR', 'PANCR', 'DRVLC'] // set up with KwikID, not per call

const FIELDS = {
  handshake_id: { kind: 'string', required: false },
  callback_url: { kind: 'string', required: false },
} satisfies Record<string, Field>

/**
 * `init`: answers the link of KwikID's redirect page. As in the vendor's sample, the link carries an API token
 * in base64. Source: doc.app.getkwikid.com/docs/API/VerificationAPIList/init; the status of an unusable
 * `callback_url` is assumed.
 */
export function init(sandbox: Sandbox, call: Call): Reply {
  const refused = refuseCaller(sandbox, call)
  if (refused) return refused
  const read = readFields(call.headers['content-type'], call.body, FIELDS)
  if ('issues' in read) return detailedError(400, 'Bad Request', { issues: read.issues })
  const callbackUrl = read.values.text('callback_url')
  if (read.values.has('callback_url') && !isReturnAddress(callbackUrl)) {
    return detailedError(400, 'callback_url is not a valid URL')
  }
  const id = newToken()
  const journey = startJourney(sandbox, {
    id,
    vendor: 'kwikid',
    returnUrl: callbackUrl,
    state: null,
    asked: SHARED,
  })
  if (read.values.has('handshake_id')) journey.facts.handshake_id = read.values.text('handshake_id')
  return json(200, { redirection_url: redirectLink(sandbox, id) })
}

/**
 * The link as it was found by decoding the vendor's sample: three parameters in base64, `state=basic` for
 * everybody and `dl_flow=signup` twice. What tells journeys apart there is not known; here it stands in
 * KwikID's own callback address.
 */
function redirectLink(sandbox: Sandbox, journeyId: string): string {
  const callback = new URL(`${PREFIX}/callback`, sandbox.origin)
  callback.searchParams.set('session', journeyId)
  const authorize = new URL(DIGILOCKER)
  authorize.searchParams.set('client_id', 'SANDBOXKWIKID')
  authorize.searchParams.set('response_type', 'code')
  authorize.searchParams.set('redirect_uri', callback.href)
  authorize.searchParams.append('dl_flow', 'signup')
  authorize.searchParams.append('dl_flow', 'signup')
  authorize.searchParams.set('state', 'basic')
  const link = new URL(`${PREFIX}/redirect`, sandbox.origin)
  link.searchParams.set('redirection_url', toBase64(authorize.href))
  link.searchParams.set('client_id', toBase64(KWIKID_CLIENT))
  link.searchParams.set('authorization', toBase64(`Bearer ${KWIKID_TOKEN}`))
  return link.href
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64')
}
