import { messagePage, page } from '../consent/page'
import { decideByRule } from '../consent/routes'
import { escapeMarkup } from '../documents/xml'
import { type Call, type Reply, seeOther } from '../http'
import { findPersonaRule } from '../rules'
import { addressOf, findJourney, type Journey, type Sandbox } from '../state'
import { withParams } from '../vendor'
import { KWIKID_CLIENT, KWIKID_TOKEN } from './answers'

/**
 * `GET …/redirect`: KwikID's page, which here leads to the sandbox's consent page and not to DigiLocker. A
 * link that was taken apart and put together differently is refused: the vendor says not to.
 */
export function redirectPage(sandbox: Sandbox, call: Call): Reply {
  const journey = journeyOfLink(sandbox, call.query)
  if (!journey)
    return messagePage(401, 'This link cannot be opened', 'Go back to the app and start once more.')
  if (!journey.returnUrl) {
    const sentence =
      'The app gave no callback_url and the account has none, so nobody could come back from here.'
    return messagePage(400, 'This link leads nowhere', sentence)
  }
  if (journey.outcome !== 'open') {
    return messagePage(410, 'This link was used', 'It works once. Go back to the app and start once more.')
  }
  const rule = findPersonaRule(sandbox.rules, 'kwikid', addressOf(journey))
  if (rule?.auto) return decideByRule(sandbox, journey, rule)
  return seeOther(`/digilocker-consent?request=${journey.id}`)
}

/** `GET …/callback`: after the exchange, which KwikID does itself; hands the player back to the app. */
export function callbackPage(sandbox: Sandbox, call: Call): Reply {
  const journey = findJourney(sandbox, 'kwikid', call.query.get('session') ?? '')
  if (!journey?.pendingReturn) {
    return messagePage(404, 'This request is over', 'Go back to the app and start once more.')
  }
  const { params } = journey.pendingReturn
  return sandbox.modes.kwikid.returnMethod === 'get'
    ? seeOther(withParams(journey.returnUrl, params))
    : postingPage(journey.returnUrl, params)
}

function journeyOfLink(sandbox: Sandbox, query: URLSearchParams): Journey | null {
  const authorization = fromBase64(query.get('authorization'))
  if (authorization !== `Bearer ${KWIKID_TOKEN}`) return null
  if (fromBase64(query.get('client_id')) !== KWIKID_CLIENT) return null
  const callback = URL.parse(fromBase64(query.get('redirection_url')))?.searchParams.get('redirect_uri') ?? ''
  return findJourney(sandbox, 'kwikid', URL.parse(callback)?.searchParams.get('session') ?? '')
}

function postingPage(returnUrl: string, params: Record<string, string>): Reply {
  const fields = Object.entries(params).map(
    ([name, value]) => `<input type="hidden" name="${escapeMarkup(name)}" value="${escapeMarkup(value)}">`,
  )
  return page({
    title: 'Going back',
    body: `<form class="message" id="back" method="post" action="${escapeMarkup(returnUrl)}">
<h1>Going back to the app</h1><p class="lead">This takes a moment. If nothing happens, go on by hand.</p>
${fields.join('\n')}
<button class="button">Go on</button></form>`,
    script: "document.getElementById('back').submit()",
  })
}

function fromBase64(text: string | null): string {
  return Buffer.from(text ?? '', 'base64').toString('utf8')
}
