import type { PersonaId } from './personas'

type Body = Record<string, unknown>

export const IDTO_HEADERS = {
  'X-API-KEY': 'sandbox-idto-key',
  'X-Client-ID': 'sandbox-idto-client',
  'Content-Type': 'application/json',
}

export const DEEPVUE_HEADERS = {
  'x-api-key': 'sandbox-deepvue-secret',
  'client-id': 'sandbox-deepvue-client',
  'Content-Type': 'application/json',
}

export const KWIKID_HEADERS = {
  Authorization: 'Bearer sandbox-kwikid-token',
  'Content-Type': 'application/json',
}

export const HYPERVERGE_HEADERS = {
  appId: 'sandbox-hyperverge-app',
  appKey: 'sandbox-hyperverge-key',
  'content-type': 'application/json',
}

export const DIDIT_HEADERS = {
  'x-api-key': 'sandbox-didit-key',
  'Content-Type': 'application/json',
}

export const DIGILOCKER_BASIC = `Basic ${Buffer.from('SANDBOXDL:sandbox-digilocker-secret').toString('base64')}`

let journeys = 0

/** A return address that no other test has. */
export function newReturnUrl(): string {
  journeys++
  return `http://localhost:3000/api/kyc/callback/jrny_${process.pid}_${journeys}`
}

function postJson(url: string, headers: Record<string, string>, body: unknown): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body), redirect: 'manual' })
}

export function idto(
  base: string,
  call: string,
  body: unknown,
  headers: Body = IDTO_HEADERS,
): Promise<Response> {
  return postJson(`${base}/verify/digilocker/${call}`, headers as Record<string, string>, body)
}

export function deepvue(
  base: string,
  call: string,
  body: Body,
  headers: Body = DEEPVUE_HEADERS,
): Promise<Response> {
  const whole = { consent: 'Y', purpose: 'Test', ...body }
  return postJson(`${base}/v1/kyc/digilocker/${call}`, headers as Record<string, string>, whole)
}

export function kwikid(
  base: string,
  call: string,
  body: unknown,
  headers: Body = KWIKID_HEADERS,
): Promise<Response> {
  return postJson(`${base}/verification/v2/digilocker/${call}`, headers as Record<string, string>, body)
}

export function hyperverge(
  base: string,
  call: string,
  body: unknown,
  headers: Body = HYPERVERGE_HEADERS,
): Promise<Response> {
  return postJson(`${base}/api/digilocker/${call}`, headers as Record<string, string>, body)
}

/** Creates a session at Didit. */
export function didit(
  base: string,
  body: unknown,
  headers: Body = DIDIT_HEADERS,
  path = '/v3/session/',
): Promise<Response> {
  return postJson(base + path, headers as Record<string, string>, body)
}

/** The body of a Didit start that nothing is wrong with. */
export function diditStart(changes: Body = {}): Body {
  const callback = newReturnUrl()
  return {
    workflow_id: '00000000-0000-4000-8000-00000000d1d1',
    vendor_data: callback.split('/').at(-1),
    callback,
    callback_method: 'both',
    ...changes,
  }
}

export async function control(base: string, body: unknown, path = '/_control'): Promise<Response> {
  return postJson(base + path, { 'content-type': 'application/json' }, body)
}

export async function readJson(response: Response | Promise<Response>): Promise<Body> {
  return (await (await response).json()) as Body
}

/** The body of an IDTO start that nothing is wrong with. */
export function idtoStart(changes: Body = {}): Body {
  return {
    consent: true,
    consent_purpose: 'Test',
    redirect_url: newReturnUrl(),
    redirect_to_signup: false,
    documents_for_consent: ['ADHAR', 'PANCR', 'DRVLC'],
    state: 'state-1',
    ...changes,
  }
}

/**
 * Presses a button of the consent page that this link leads to, without JavaScript. Answers where the browser
 * goes next. Null: nobody comes back.
 */
export async function consent(
  link: string,
  persona: PersonaId,
  decision = 'allow',
  own: Record<string, string> = {},
): Promise<URL | null> {
  const base = new URL(link).origin
  const entry = link.replace('/digilocker?', '/digilocker/authorize?')
  const request = await requestOf(await fetch(entry, { redirect: 'manual' }), base)
  const form = new URLSearchParams({ request, persona, decision, ...own })
  const done = await fetch(`${base}/digilocker-consent`, { method: 'POST', body: form, redirect: 'manual' })
  return done.status === 303 ? new URL(done.headers.get('location') ?? '', base) : null
}

/** Follows the sandbox's own pages from where a consent led until one leads to the app. Null: nobody comes back. */
export async function walkHome(base: string, from: URL | null): Promise<URL | null> {
  let at = from
  for (let hops = 0; at !== null && at.origin === base && hops < 5; hops++) {
    const next = (await fetch(at, { redirect: 'manual' })).headers.get('location')
    at = next === null ? null : new URL(next, at)
  }
  return at
}

/** The request that a consent page speaks of: in the address that leads to it, or in its form. */
async function requestOf(answer: Response, base: string): Promise<string> {
  const location = answer.headers.get('location')
  if (location !== null) return new URL(location, base).searchParams.get('request') ?? ''
  return /name="request" value="([^"]+)"/.exec(await answer.text())?.[1] ?? ''
}

/** Start, consent and exchange at IDTO; what the reads are made with. */
export async function idtoKey(base: string, persona: PersonaId, changes: Body = {}): Promise<string> {
  const back = await idtoReturn(base, persona, changes)
  const answer = await readJson(idto(base, 'get_reference', exchangeBody(back)))
  return String(answer.reference_key)
}

export async function idtoReturn(base: string, persona: PersonaId, changes: Body = {}): Promise<URL> {
  const start = await readJson(idto(base, 'initiate_session', idtoStart(changes)))
  const back = await consent(String(start.url), persona)
  if (!back) throw new Error(`${persona} never came back`)
  return back
}

export function exchangeBody(back: URL): Body {
  return { code: back.searchParams.get('code'), code_verifier: back.searchParams.get('code_verifier') }
}

/** Start, consent and exchange at Deepvue; the journey's transaction id. */
export async function deepvueJourney(base: string, persona: PersonaId, changes: Body = {}): Promise<string> {
  const start = await readJson(
    deepvue(base, 'initiate-session', { redirect_url: newReturnUrl(), ...changes }),
  )
  const link = String((start.data as Body).authorization_url)
  const back = await consent(link, persona)
  const id = String(start.transaction_id)
  const exchange = { initial_deepvue_transaction_id: id, digilocker_code: back?.searchParams.get('code') }
  await deepvue(base, 'access-token', exchange)
  return id
}

/** Start and consent at KwikID, over its callback page; the page that hands the player back. */
export async function kwikidReturn(
  base: string,
  persona: PersonaId,
  changes: Body = {},
  decision = 'allow',
): Promise<Response> {
  const body = { handshake_id: 'jrny_1', callback_url: newReturnUrl(), ...changes }
  const { redirection_url: link } = await readJson(kwikid(base, 'init', body))
  const callback = await consent(String(link), persona, decision)
  if (!callback) throw new Error(`${persona} never came back`)
  return fetch(callback, { redirect: 'manual' })
}

/** A session at Didit as its player leaves it; `back` is null for who closes the tab. */
export async function diditJourney(
  base: string,
  persona: PersonaId,
  changes: Body = {},
  decision = 'allow',
): Promise<{ id: string; url: string; back: URL | null }> {
  const session = await readJson(didit(base, diditStart(changes)))
  const url = String(session.url)
  return { id: String(session.session_id), url, back: await consent(url, persona, decision) }
}

/** A whole KwikID journey; the headers of its reads. */
export async function kwikidJourney(base: string, persona: PersonaId): Promise<Record<string, string>> {
  const back = new URL((await kwikidReturn(base, persona)).headers.get('location') ?? '')
  return { ...KWIKID_HEADERS, AccessToken: back.searchParams.get('access_token') ?? '' }
}

/** Start and consent at HyperVerge; the reference that reads are made with. */
export async function hypervergeJourney(
  base: string,
  persona: PersonaId,
  changes: Body = {},
): Promise<string> {
  const redirectURL = newReturnUrl()
  const referenceId = `att-${redirectURL.split('/').at(-1)}`
  const started = await readJson(hyperverge(base, 'start', { referenceId, redirectURL, ...changes }))
  await consent((started.result as { url: string }).url, persona)
  return referenceId
}

/** One read at IDTO as text. */
export async function readText(base: string, call: string, key: string, more: Body = {}): Promise<string> {
  return (await idto(base, call, { reference_key: key, ...more })).text()
}

/** Value of the first attribute of this name in an XML text. */
export function attribute(xml: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(xml)?.[1] ?? ''
}
