import type { Simulator } from '../vendor'
import { DEEPVUE_CLIENT, DEEPVUE_SECRET, deepvueRefusal } from './answers'
import { DEEPVUE_CALLS } from './calls'
import { digilockerRedirect } from './pages'
import { deepvueReturn } from './return'

export const DEEPVUE: Simulator = {
  id: 'deepvue',
  name: 'Deepvue',
  settings: (origin) => ({
    DEEPVUE_BASE_URL: origin,
    DEEPVUE_API_KEY: DEEPVUE_SECRET,
    DEEPVUE_CLIENT_ID: DEEPVUE_CLIENT,
  }),
  calls: () => DEEPVUE_CALLS,
  pages: [{ method: 'GET', path: '/v1/kyc/digilocker/digilocker-redirect', show: digilockerRedirect }],
  returnTo: deepvueReturn,
  refusal: deepvueRefusal,
  linkKeys: ['authorization_url'],
}
