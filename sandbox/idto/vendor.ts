import type { Simulator } from '../vendor'
import { IDTO_CLIENT, IDTO_KEY, idtoRefusal } from './answers'
import { idtoCalls } from './calls'
import { authorize, callbackPage, hostedPage } from './pages'
import { idtoReturn } from './return'

export const IDTO: Simulator = {
  id: 'idto',
  name: 'IDTO',
  settings: (origin) => ({ IDTO_BASE_URL: origin, IDTO_API_KEY: IDTO_KEY, IDTO_CLIENT_ID: IDTO_CLIENT }),
  calls: idtoCalls,
  pages: [
    { method: 'GET', path: '/digilocker', show: hostedPage },
    { method: 'GET', path: '/digilocker/authorize', show: authorize },
    { method: 'GET', path: '/digilocker/callback', show: callbackPage },
  ],
  returnTo: idtoReturn,
  refusal: idtoRefusal,
  linkKeys: ['url'],
}
