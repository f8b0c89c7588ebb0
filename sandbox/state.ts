import { randomBytes } from 'node:crypto'
import { type Locker, openLocker } from './documents/locker'
import { defaultModes, type Modes, perVendor, type Vendor } from './modes'
import { type OwnDetails, toPerson } from './people'
import { getPersona, type PersonaId } from './personas'
import type { Rule } from './rules'
import type { Simulator } from './vendor'

/** How a journey makes its PKCE verifier: the browser keeps it, or the server does where there is no JavaScript. */
type Verifier = { madeBy: 'browser'; challenge: string } | { madeBy: 'server'; value: string }

/** What IDTO's own page still has to join to the verifier before it sends the player back. */
interface PendingReturn {
  params: Record<string, string>
  /** Null: a rule decides about the verifier, the page adds none. */
  verifierName: string | null
  doubleEncode: boolean
}

/** One player at one vendor, from the hosted page to the last read. */
export interface Journey {
  id: string
  vendor: Vendor
  /** Which invented person this session shows; fixed before a persona is chosen. */
  number: number
  returnUrl: string
  state: string | null
  asked: string[]
  verifier: Verifier | null
  outcome: 'open' | 'allowed' | 'denied' | 'gone'
  /** Where the player was sent when the consent page was done; a second press goes there too. */
  wayBack: string | null
  pendingReturn: PendingReturn | null
  personaId: PersonaId | null
  locker: Locker | null
  code: string | null
  codeUsed: boolean
  /** What later calls are made with; IDTO's reference key, or Deepvue's transaction id once exchanged. */
  accessKey: string | null
  accessEndsAt: number
  reading: boolean
  /** What only this vendor has to remember of the journey. */
  facts: Record<string, string>
}

/** One call seen. Header names only: no values, no bodies. */
export interface LogEntry {
  at: string
  vendor: Vendor | null
  call: string | null
  method: string
  path: string
  /** 0 when no answer was sent. */
  status: number
  ms: number
  headers: string[]
  /** Last path segment of the return address that this call belongs to. */
  handle: string | null
  fault: string | null
}

/** One try to deliver a webhook. Neither its body nor its path token. */
export interface Delivery {
  at: string
  vendor: Vendor
  handle: string
  kind: 'final' | 'in_progress'
  /** Where to, without what stands behind the connection; null when no address could be derived. */
  to: string | null
  /** Names of what was spoilt on purpose. */
  mischief: string[]
  attempt: number
  /** What the app answered; null when it did not. */
  status: number | null
  error: string | null
}

/** Everything that one sandbox process knows. Nothing is kept on disk. */
export interface Sandbox {
  origin: string
  seed: number
  vendors: Record<Vendor, Simulator>
  returnOrigins: readonly string[] | null
  nextNumber: number
  modes: Modes
  rules: Rule[]
  log: LogEntry[]
  deliveries: Delivery[]
  /** False once the process lets go: nothing is delivered any more. */
  isOpen: boolean
  /** By id and by every other name a journey goes by. */
  journeys: Map<string, Journey>
  numbers: Map<string, number>
  /** What a vendor keeps of its customer and not of a journey. */
  stored: Record<Vendor, Record<string, string>>
  recentCalls: Record<Vendor, number[]>
}

const KEEP_KEYS = 30_000 // about 10,000 journeys
const ACCESS_MS = 60 * 60 * 1000 // one hour (DigiLocker and Deepvue 3600 s, IDTO by arithmetic on a sample)

export interface SandboxOptions {
  seed: number
  vendors: Record<Vendor, Simulator>
  returnOrigins: readonly string[] | null
  firstNumber: number
}

/** A sandbox that has met nobody. Number 0 belongs to the persona that is always the same person. */
export function createSandbox(options: SandboxOptions): Sandbox {
  return {
    origin: '',
    seed: options.seed,
    vendors: options.vendors,
    returnOrigins: options.returnOrigins,
    nextNumber: Math.max(1, options.firstNumber),
    modes: defaultModes(),
    rules: [],
    log: [],
    deliveries: [],
    isOpen: true,
    journeys: new Map(),
    numbers: new Map(),
    stored: perVendor(() => ({})),
    recentCalls: perVendor(() => []),
  }
}

/**
 * Forgets rules, modes, log and deliveries. Journeys and the count of persons stay: other tests may be on their way, and a
 * database that met somebody would meet the same numbers again.
 */
export function resetSandbox(sandbox: Sandbox): void {
  sandbox.modes = defaultModes()
  sandbox.rules = []
  sandbox.log = []
  sandbox.deliveries = []
  sandbox.stored = perVendor(() => ({}))
  sandbox.recentCalls = perVendor(() => [])
}

/**
 * A new journey. The same vendor, return address and state always show the same person, so a player who
 * opens a link twice does not become two people.
 */
export function startJourney(
  sandbox: Sandbox,
  start: Pick<Journey, 'id' | 'vendor' | 'returnUrl' | 'state' | 'asked'>,
): Journey {
  const journey: Journey = {
    ...start,
    number: numberFor(sandbox, `${start.vendor} ${start.returnUrl} ${start.state ?? ''}`),
    verifier: null,
    outcome: 'open',
    wayBack: null,
    pendingReturn: null,
    personaId: null,
    locker: null,
    code: null,
    codeUsed: false,
    accessKey: null,
    accessEndsAt: 0,
    reading: false,
    facts: {},
  }
  nameJourney(sandbox, journey.id, journey)
  return journey
}

/** Records Allow: the persona's locker is opened and a code waits to be exchanged. */
export function allow(sandbox: Sandbox, journey: Journey, personaId: PersonaId, own: OwnDetails): void {
  const now = new Date()
  const number = getPersona(personaId).samePersonAlways ? 0 : journey.number
  const shared = journey.asked.map((code) => (code === 'PANCD' ? 'PANCR' : code))
  journey.personaId = personaId
  journey.outcome = 'allowed'
  journey.locker = openLocker(toPerson(sandbox.seed, personaId, number, now, own), shared, now)
  journey.code = newToken()
  nameJourney(sandbox, journey.code, journey)
}

/** Marks the code as spent and opens the hour in which documents can be read. */
export function grantAccess(journey: Journey, accessKey: string): void {
  journey.codeUsed = true
  journey.accessKey = accessKey
  journey.accessEndsAt = Date.now() + ACCESS_MS
}

/** Makes a journey findable by another of its names: its code, its reference key. */
export function nameJourney(sandbox: Sandbox, key: string, journey: Journey): void {
  sandbox.journeys.set(key, journey)
  forgetOldest(sandbox.journeys)
}

/** The journey with this id, or with another name given to it. */
export function findJourney(sandbox: Sandbox, vendor: Vendor, key: string): Journey | null {
  const journey = sandbox.journeys.get(key)
  return journey?.vendor === vendor ? journey : null
}

/** Return address of a journey with its `state`: what the handles of rules are looked for in. */
export function addressOf(journey: Pick<Journey, 'returnUrl' | 'state'>): string {
  const url = URL.parse(journey.returnUrl)
  if (!url || journey.state === null) return journey.returnUrl
  url.searchParams.set('state', journey.state)
  return url.href
}

/**
 * Journey handle of an address: its last path segment, where apps put it. An address that ends in `callback` is
 * the same for everybody (DigiLocker wants it registered exactly), so there the handle is the `state`.
 */
export function handleOf(address: string): string {
  const url = URL.parse(address)
  const last = url?.pathname.split('/').filter(Boolean).at(-1) ?? ''
  return last === 'callback' ? (url?.searchParams.get('state') ?? last) : last
}

/** Unguessable, safe in an address. */
export function newToken(bytes = 24): string {
  return randomBytes(bytes).toString('hex')
}

function numberFor(sandbox: Sandbox, session: string): number {
  const known = sandbox.numbers.get(session)
  if (known !== undefined) return known
  const number = sandbox.nextNumber++
  sandbox.numbers.set(session, number)
  forgetOldest(sandbox.numbers)
  return number
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size <= KEEP_KEYS) return
  const oldest = map.keys().next().value
  if (oldest !== undefined) map.delete(oldest)
}
