import 'server-only'
import { settingsOf, VENDOR_SETTINGS } from '@/lib/vendor-settings'
import { describeCall, type Kept, type MadeCall, makeCall } from './calls'
import {
  type Examination,
  labelOf,
  listWords,
  type Outcome,
  ok,
  problem,
  readValue,
  valuesIn,
} from './examination'
import { toAnswerProblem } from './reach-probe'
import type { CallPlan, FindingCode } from './types'

// Fifth probe: does the vendor take the keys? A call that is incomplete on purpose: it costs nothing and opens nothing.

export interface KeyOutcome {
  outcome: Outcome
  /** The call that the curl repeats. */
  plan: CallPlan
  /** Tokens for the dry start. */
  kept: Kept
}

/** The vendor's key calls in order, up to the first that is not answered as accepted. */
export async function examineKey(run: Examination, bare: MadeCall | null): Promise<KeyOutcome> {
  const kept: Kept = {}
  const evidence: string[] = []
  const plans = run.doctor.keyCalls(valuesIn(run.target))
  let last = plans[0] as CallPlan
  for (const plan of plans) {
    last = plan
    const made = await makeCall(run, plan, { kept })
    evidence.push(describeCall(made.evidence))
    const found = await judge(run, plan, made, bare)
    if (found !== null)
      return { outcome: { ...found, evidence: [...evidence, ...found.evidence] }, plan, kept }
  }
  return { outcome: ok(...evidence, run.doctor.whyFree), plan: last, kept }
}

/** Null when the keys were accepted; else what the answer means, confirmed as far as that is possible. */
async function judge(
  run: Examination,
  plan: CallPlan,
  made: MadeCall,
  bare: MadeCall | null,
): Promise<Outcome | null> {
  const trouble = toAnswerProblem(run, made)
  if (trouble !== null) return trouble
  const { known, answer, evidence } = made
  if (isTaken(made)) return null
  const status = answer.kind === 'reply' ? answer.status : 0
  if (known === null || known.means === 'accepted')
    return problem('request_refused', [], { status: String(status) })
  const words = toWords(run, made)
  const found = problem(known.means, [], words, explained(run, known.means, known))
  if (known.means === 'header_not_received') return { ...found, evidence: compareToBare(evidence, bare) }
  return known.means === 'key_refused' ? confirmRefusal(run, plan, made, bare, found) : found
}

/** What the texts of the findings about keys need. */
export function toWords(run: Examination, { plan, evidence, known }: MadeCall): Record<string, string> {
  const names = credentialNames(plan)
  const sent = Object.keys(plan.credentials)
  return {
    host: new URL(evidence.url).host,
    status: String(evidence.status ?? ''),
    product: run.doctor.product,
    headers: known?.header ?? listWords(plan.basic === undefined ? sent : [...sent, 'Authorization']),
    credentials: listWords(names.map((name) => labelOf(run.target, name))),
    returnHost: run.returnUrl?.origin ?? '',
    ...aboutSetting(run, known),
    right: `${run.returnIsFine ? 'Address, clock and return address' : 'Address and clock'} are right, and the headers left this server as documented.`,
  }
}

/** A setting that the vendor itself turned down. */
function aboutSetting({ target }: Examination, known: MadeCall['known']): Record<string, string> {
  if (known?.about === undefined) return {}
  const expected = settingsOf(target.vendor).find(({ name }) => name === known.about)?.expected ?? ''
  return { settings: labelOf(target, known.about), found: known.note ?? '', expected }
}

/** Settings that travel in this call; tokens of an earlier call are none. */
export function credentialNames({ credentials, basic }: CallPlan): string[] {
  const inHeaders = Object.values(credentials).flatMap((text) =>
    [...text.matchAll(/\{([A-Z_]+)\}/g)].map(([, name]) => name ?? ''),
  )
  return [...new Set([...inHeaders, ...(basic ?? [])])]
}

/** What the vendor's answer leaves open, in the order in which its file names it. */
export function explained(
  { doctor }: Examination,
  finding: FindingCode,
  known: MadeCall['known'],
): Pick<Outcome, 'also' | 'explanation'> {
  const note = known?.about === undefined ? known?.note : undefined
  const explanation = [doctor.notes[finding], note].filter((text) => text !== undefined).join(' ')
  return { also: known?.also ?? [], explanation }
}

function compareToBare(evidence: MadeCall['evidence'], bare: MadeCall | null): string[] {
  const same = (['call', 'status', 'wording'] as const).every(
    (part) => bare?.evidence[part] === evidence[part],
  )
  return same ? ['the same answer came to the call without any key'] : []
}

/** A refused pair: exchanged once, tried once at the vendor's other address, and what the connection itself rules out. */
async function confirmRefusal(
  run: Examination,
  plan: CallPlan,
  made: MadeCall,
  bare: MadeCall | null,
  refused: Outcome,
): Promise<Outcome> {
  const otherWay = await tryOtherWay(run, refused)
  if (otherWay.found !== null) return otherWay.found
  const exchanged = await tryExchanged(run, plan)
  if (exchanged.found !== null) return exchanged.found
  const elsewhere = await tryElsewhere(run, plan, refused.words ?? {})
  if (elsewhere.found !== null) return elsewhere.found
  const rulesOut = [
    ...otherWay.rulesOut,
    ...exchanged.rulesOut,
    ...elsewhere.rulesOut,
    ...ruledOutByHeaders(plan, made),
  ]
  const excluded = [...otherWay.excludes, ...elsewhere.excludes]
  const open = (refused.also ?? []).filter((one) => !excluded.includes(one))
  const { also, line } = withoutIntercepted(run, made, open)
  return {
    ...refused,
    also,
    evidence: [
      ...otherWay.evidence,
      ...exchanged.evidence,
      ...elsewhere.evidence,
      ...compareToBare(made.evidence, bare),
    ],
    rulesOut: [...rulesOut, ...line],
  }
}

interface Attempt {
  found: Outcome | null
  evidence: string[]
  rulesOut: string[]
  /** Causes that the attempt leaves no room for. */
  excludes: FindingCode[]
}

const NO_ATTEMPT: Attempt = { found: null, evidence: [], rulesOut: [], excludes: [] }

/** By Basic and in the form, for one: what is taken one way and refused the other never arrived. */
async function tryOtherWay(run: Examination, refused: Outcome): Promise<Attempt> {
  const { otherWay } = run.doctor
  if (otherWay === undefined) return NO_ATTEMPT
  const second = await makeCall(run, otherWay, { remark: 'with the keys outside of headers' })
  const evidence = [describeCall(second.evidence)]
  if (isTaken(second))
    return { ...NO_ATTEMPT, found: problem('header_not_received', evidence, refused.words ?? {}) }
  const rulesOut = ['A header taken away on the way: the same keys outside of a header were refused, too.']
  return { found: null, evidence, rulesOut, excludes: ['header_not_received'] }
}

async function tryExchanged(run: Examination, plan: CallPlan): Promise<Attempt> {
  const pair = run.doctor.pair(valuesIn(run.target))
  if (pair === null || !pair.every((name) => credentialNames(plan).includes(name))) return NO_ATTEMPT
  const [key, id] = pair
  const second = await makeCall(run, plan, {
    instead: { [key]: id, [id]: key },
    remark: 'with key and id exchanged, once, because the first was refused',
  })
  const evidence = [describeCall(second.evidence)]
  const words = { key: labelOf(run.target, key), id: labelOf(run.target, id) }
  if (isTaken(second)) return { ...NO_ATTEMPT, found: problem('swapped_key_and_id', evidence, words) }
  return { ...NO_ATTEMPT, evidence, rulesOut: ['Key and id swapped: the exchanged pair was refused, too.'] }
}

/** Keys of the vendor's other documented address are told by trying there; nothing is opened there either. */
async function tryElsewhere(
  run: Examination,
  plan: CallPlan,
  words: Record<string, string>,
): Promise<Attempt> {
  const evidence: string[] = []
  for (const origin of otherOrigins(run)) {
    const second = await makeCall(run, plan, { baseUrl: new URL(origin), remark: `at ${origin}` })
    evidence.push(describeCall(second.evidence))
    if (!isTaken(second)) continue
    const more = {
      found: `${origin} takes them`,
      other: origin,
      base: labelOf(run.target, 'BASE_URL'),
      host: words.host ?? '',
    }
    return { ...NO_ATTEMPT, found: problem('wrong_environment', evidence, more) }
  }
  if (evidence.length === 0) return NO_ATTEMPT
  const rulesOut = ['Keys of the other environment: refused there, too.']
  return { found: null, evidence, rulesOut, excludes: ['wrong_environment'] }
}

function otherOrigins({ target, surroundings }: Examination): string[] {
  const own = URL.parse(readValue(target, 'BASE_URL'))?.origin ?? ''
  const documented = VENDOR_SETTINGS[target.vendor].baseUrls
  const known = surroundings.otherBaseUrls ?? (documented.includes(own) ? documented : [])
  return known.filter((origin) => origin !== own)
}

/** An answer that is written down as such, or a success in JSON that nobody wrote down. */
export function isTaken({ known, answer }: MadeCall): boolean {
  if (known !== null) return known.means === 'accepted'
  return answer.kind === 'reply' && answer.status < 300 && answer.shape === 'json'
}

function ruledOutByHeaders(plan: CallPlan, { evidence }: MadeCall): string[] {
  const hasOwn = plan.basic !== undefined || 'Authorization' in plan.credentials
  const foreign = hasOwn || evidence.sentHeaders.some((name) => name.toLowerCase() === 'authorization')
  return [
    'Upper or lower case of header names: HTTP does not tell them apart.',
    ...(foreign ? [] : ['A session token sent along: no Authorization header left this server.']),
  ]
}

/** Inside a verified TLS connection nobody takes a header away, unless this machine trusts a gateway's certificates. */
function withoutIntercepted(
  { surroundings: { environment } }: Examination,
  { evidence }: MadeCall,
  also: readonly FindingCode[],
): { also: FindingCode[]; line: string[] } {
  const isSealed = evidence.url.startsWith('https:') && !environment.NODE_EXTRA_CA_CERTS
  if (!isSealed || !also.includes('header_not_received')) return { also: [...also], line: [] }
  return {
    also: also.filter((one) => one !== 'header_not_received'),
    line: ['A header taken away on the way: the connection is encrypted as far as the vendor.'],
  }
}
