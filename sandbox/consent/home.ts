import { DEEPVUE_CLIENT, DEEPVUE_SECRET } from '../deepvue/answers'
import { escapeMarkup } from '../documents/xml'
import type { Reply } from '../http'
import { IDTO_CLIENT, IDTO_KEY } from '../idto/answers'
import type { Sandbox } from '../state'
import { page } from './page'

/** `GET /`: what this process is and how an app is pointed at it. */
export function homePage(sandbox: Sandbox): Reply {
  const settings = {
    IDTO_BASE_URL: sandbox.origin,
    IDTO_API_KEY: IDTO_KEY,
    IDTO_CLIENT_ID: IDTO_CLIENT,
    DEEPVUE_BASE_URL: sandbox.origin,
    DEEPVUE_API_KEY: DEEPVUE_SECRET,
    DEEPVUE_CLIENT_ID: DEEPVUE_CLIENT,
  }
  const rows = Object.entries(settings).map(
    ([name, value]) => `<div><dt><code>${name}</code></dt><dd><code>${escapeMarkup(value)}</code></dd></div>`,
  )
  const body = `<h1>Vendor sandbox</h1>
<p class="lead">It speaks the wire formats of IDTO and Deepvue with invented persons. Start a verification in the app; the consent page opens by itself.</p>
<dl>${rows.join('')}</dl>`
  return page({ title: 'Vendor sandbox', body })
}
