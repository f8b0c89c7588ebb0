import { randomBytes } from 'node:crypto'
import { type Locker, openLocker } from './documents/locker'
import { defaultModes, type Modes, type Vendor } from './modes'
import { toPerson } from './people'
import { getPersona, type PersonaId } from './personas'
import type { Rule } from './rules'

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

/** Everything that one sandbox process knows. Nothing is kept on disk. */
export interface Sandbox {
  origin: string
  seed: number
  returnOrigins: readonly string[] | null
  nextNumber: number
  modes: Modes
  rules: Rule[]
  log: LogEntry[]
  /** By id and by every other name a journey goes by. */
  journeys: Map<string, Journey>
  numbers: Map<string, number>
  recentCalls: Record<Vendor, number[]>
}

const KEEP_KEYS = 30_000 // about 10,000 journeys
const ACCESS_MS = 60 * 60 * 1000 // both vendors: one hour (IDTO by arithmetic on a sample, Deepvue 3600 s)

export interface SandboxOptions {
  seed: number
  returnOrigins: readonly string[] | null
  firstNumber: number
}

/** A sandbox that has met nobody. Number 0 belongs to the persona that is always the same person. */
export function createSandbox(options: SandboxOptions): Sandbox {
  return {
    origin: '',
    seed: options.seed,
    returnOrigins: options.returnOrigins,
    nextNumber: Math.max(1, options.firstNumber),
    modes: defaultModes(),
    rules: [],
    log: [],
    journeys: new Map(),
    numbers: new Map(),
    recentCalls: { idto: [], deepvue: [] },
  }
}

/**
 * Forgets rules, modes and log. Journeys and the count of persons stay: other tests may be on their way, and a
 * database that met somebody would meet the same numbers again.
 */
export function resetSandbox(sandbox: Sandbox): void {
  sandbox.modes = defaultModes()
  sandbox.rules = []
  sandbox.log = []
  sandbox.recentCalls = { idto: [], deepvue: [] }
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
  }
  nameJourney(sandbox, journey.id, journey)
  return journey
}

/** Records Allow: the persona's locker is opened and a code waits to be exchanged. */
export function allow(sandbox: Sandbox, journey: Journey, personaId: PersonaId): void {
  const now = new Date()
  const number = getPersona(personaId).samePersonAlways ? 0 : journey.number
  const shared = journey.asked.map((code) => (code === 'PANCD' ? 'PANCR' : code))
  journey.personaId = personaId
  journey.outcome = 'allowed'
  journey.locker = openLocker(toPerson(sandbox.seed, personaId, number, now), shared, now)
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

/** Last path segment of a return address: apps put their journey handle there. */
export function handleOf(returnUrl: string): string {
  return URL.parse(returnUrl)?.pathname.split('/').filter(Boolean).at(-1) ?? ''
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
