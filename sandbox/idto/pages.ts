import { messagePage, page } from '../consent/page'
import { decideByRule } from '../consent/routes'
import { escapeMarkup } from '../documents/xml'
import { type Call, type Reply, seeOther } from '../http'
import { findPersonaRule } from '../rules'
import { newToken, type Sandbox, startJourney } from '../state'
import { isListed, isReturnAddress } from '../vendor'
import { IDTO_CLIENT } from './answers'
import { isKnown, newVerifier } from './session-calls'

interface Link {
  returnUrl: string
  state: string | null
  asked: string[]
}

const ALL = ['ADHAR', 'PANCR', 'DRVLC']
const CHALLENGE_SHAPE = /^[A-Za-z0-9_-]{43}$/

/**
 * `GET /digilocker`: the hosted page. Everything it knows stands in its address, which anybody who knows the
 * client id can write by hand; its script makes the PKCE verifier and keeps it in the tab. Without JavaScript
 * the server makes it. Source: address shape from the vendor's public dashboard source.
 */
export function hostedPage(sandbox: Sandbox, call: Call): Reply {
  const link = readLink(sandbox, call.query)
  if (typeof link === 'string') return messagePage(400, 'This link cannot be opened', link)
  const rule = findPersonaRule(sandbox.rules, 'idto', link.returnUrl)
  if (rule?.auto) return decideByRule(sandbox, beginAtServer(sandbox, link), rule)
  const next = `/digilocker/authorize?${call.query}`
  return page({
    title: 'Opening the sample locker',
    head: `\n<noscript><meta http-equiv="refresh" content="0; url=${escapeMarkup(next)}"></noscript>`,
    body: `<div class="message" id="hosted" data-next="${escapeMarkup(next)}"><h1>Opening the sample locker</h1>
<p class="lead">This takes a moment. If nothing happens, go on by hand.</p>
<a class="button" href="${escapeMarkup(next)}">Go on</a></div>`,
    script: MAKE_VERIFIER,
  })
}

/** `GET /digilocker/authorize`: takes the challenge, or none, and hands over to the consent page. */
export function authorize(sandbox: Sandbox, call: Call): Reply {
  const link = readLink(sandbox, call.query)
  if (typeof link === 'string') return messagePage(400, 'This link cannot be opened', link)
  const journey = beginAtServer(sandbox, link)
  const challenge = call.query.get('code_challenge')
  if (challenge !== null) {
    if (!CHALLENGE_SHAPE.test(challenge)) {
      return messagePage(400, 'This link cannot be opened', 'Its code challenge is malformed.')
    }
    journey.verifier = { madeBy: 'browser', challenge }
  }
  return seeOther(`/digilocker-consent?request=${journey.id}`)
}

/** `GET /digilocker/callback`: the vendor's page again; its script joins the verifier to the code. */
export function callbackPage(sandbox: Sandbox, call: Call): Reply {
  const journey = sandbox.journeys.get(call.query.get('request') ?? '')
  if (!journey?.pendingReturn || journey.verifier?.madeBy !== 'browser') {
    return messagePage(404, 'This request is over', 'Go back to the app and start once more.')
  }
  const facts = { ...journey.pendingReturn, returnUrl: journey.returnUrl, slot: journey.verifier.challenge }
  return page({
    title: 'Going back',
    body: `<div class="message" id="callback" data-facts="${escapeMarkup(JSON.stringify(facts))}"><h1>Going back to the app</h1>
<p class="lead" id="word">This takes a moment.</p>
<noscript><p class="lead">JavaScript was switched off on the way. Start again from the app.</p></noscript></div>`,
    script: JOIN_VERIFIER,
  })
}

function beginAtServer(sandbox: Sandbox, link: Link) {
  const journey = startJourney(sandbox, { id: newToken(), vendor: 'idto', ...link })
  journey.verifier = { madeBy: 'server', value: newVerifier() }
  return journey
}

function readLink(sandbox: Sandbox, query: URLSearchParams): Link | string {
  if (query.get('client_id') !== IDTO_CLIENT) return 'Its client id is not known here.'
  const returnUrl = query.get('redirect_uri') ?? ''
  if (!isReturnAddress(returnUrl)) return 'Its return address is not an http or https address.'
  if (!isListed(sandbox, 'idto', returnUrl)) return 'Its return address is not on the list of this client.'
  const asked = query.get('req_docs')?.split(',').filter(Boolean) ?? defaultDocuments(sandbox)
  const unknown = asked.find((code) => !isKnown(sandbox, code))
  if (unknown !== undefined) return 'It asks for a document that is not known here.'
  return { returnUrl, state: query.get('state'), asked }
}

function defaultDocuments(sandbox: Sandbox): string[] {
  return ALL.map((code) => (code === 'PANCR' ? sandbox.modes.idto.panCode : code))
}

const MAKE_VERIFIER = `
(async () => {
  const next = document.getElementById('hosted').dataset.next
  const text = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  try {
    const verifier = text(crypto.getRandomValues(new Uint8Array(45))) + '~.-'
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
    const challenge = text(new Uint8Array(hash))
    sessionStorage.setItem('verifier ' + challenge, verifier)
    location.replace(next + '&code_challenge=' + challenge + '&code_challenge_method=S256')
  } catch {
    location.replace(next)
  }
})()
`

const JOIN_VERIFIER = `
(() => {
  const facts = JSON.parse(document.getElementById('callback').dataset.facts)
  const verifier = sessionStorage.getItem('verifier ' + facts.slot)
  if (!verifier) {
    document.getElementById('word').textContent = 'This tab does not hold the verifier. Start again from the app.'
    return
  }
  const encode = (mark) => '%' + mark.charCodeAt(0).toString(16).toUpperCase()
  const value = facts.doubleEncode ? verifier.replace(/[._~-]/g, encode) : verifier
  const target = new URL(facts.returnUrl)
  for (const [name, text] of Object.entries(facts.params)) target.searchParams.set(name, text)
  if (facts.verifierName) target.searchParams.set(facts.verifierName, value)
  location.replace(target.href)
})()
`
