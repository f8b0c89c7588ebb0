import type { z } from 'zod'
import { addYears, dateInIndia, toIso } from '../documents/calendar'
import { AADHAAR_ADDRESS, type DocumentType } from '../documents/layouts'
import type { Locker } from '../documents/locker'
import { type Call, pause, type Reply } from '../http'
import { getPersona } from '../personas'
import { findJourney, type Journey, type Sandbox } from '../state'
import { type Sent, vendorNow } from '../vendor'
import { failure, hypervergeRefusal, readBody } from './answers'

/** A journey whose player said yes. */
export type Granted = Journey & { locker: Locker }

/** The address in one line, as both calls print it. */
export const ADDRESS = `${AADHAAR_ADDRESS.house} ${AADHAAR_ADDRESS.street}, ${AADHAAR_ADDRESS.vtc}, ${AADHAAR_ADDRESS.state}, ${AADHAAR_ADDRESS.pc}`

/** A read with what reads have in common: pair, fields, and a consent session that is open. */
export function readCall<Schema extends z.ZodType<{ referenceId: string }>>(
  schema: Schema,
  answer: (sandbox: Sandbox, journey: Granted, body: z.output<Schema>) => Sent,
) {
  return async (sandbox: Sandbox, call: Call): Promise<Reply> => {
    const read = readBody(sandbox, call, schema)
    if ('refused' in read) return read.refused
    const journey = findJourney(sandbox, 'hyperverge', read.body.referenceId)
    if (!isGranted(journey, read.body.referenceId)) return consentMissing(sandbox)
    const refused = refuseSession(sandbox, journey)
    if (refused) return refused
    await pause(sandbox.modes.hyperverge.readLatencyMs)
    const reply = answer(sandbox, journey, read.body)
    const slow = getPersona(journey.locker.person.personaId).reads === 'slow'
    return slow ? { ...reply, spreadMs: sandbox.modes.hyperverge.slowMs } : reply
  }
}

function isGranted(journey: Journey | null, referenceId: string): journey is Granted {
  return journey?.facts.referenceId === referenceId && journey.locker !== null
}

/** Before the grant and after a refusal. Seen without its status; that an unknown reference is told the same is assumed. */
function consentMissing(sandbox: Sandbox): Sent {
  return failure(sandbox, 422, { code: 'ER_CONSENT_MISSING', message: 'User has not given consent' })
}

/** Null while the session is open. The vendor exchanges the code itself, so its failure shows at every read. */
function refuseSession(sandbox: Sandbox, journey: Granted): Sent | null {
  if (sandbox.modes.hyperverge.sessionEnded || journey.accessEndsAt <= Date.now()) {
    const message = 'The session has expired. Start again.'
    return failure(sandbox, 401, { code: 'ER_EXPIRED_TOKEN', message })
  }
  const fails = getPersona(journey.locker.person.personaId).exchange === 'fails'
  return fails ? hypervergeRefusal(sandbox, 'server_error') : null
}

/** True when the locker holds this document and the player shared it. */
export function has(locker: Locker, code: DocumentType): boolean {
  return locker.shared.has(code) && locker.items.some(({ doctype }) => doctype === code)
}

/** True for a person under 18 on this day in India, by the vendor's clock. */
export function isMinor(sandbox: Sandbox, { person }: Locker): boolean {
  const limit = addYears(dateInIndia(vendorNow(sandbox, 'hyperverge')), -18)
  return toIso(person.birthDate) > toIso(limit)
}

/** Only the end of the code is documented. The vendor's text says 400, its sample 422. */
export function minorAccount(sandbox: Sandbox): Sent {
  const status = Number(sandbox.modes.hyperverge.minorStatus)
  return failure(sandbox, status, { code: 'ER_MINOR_ACCOUNT', message: 'The user is a minor' })
}

/** `dd-mm-yyyy` in the form that the mode asks for; a bare year stays one. */
export function birthDateText(sandbox: Sandbox, dashed: string): string {
  const { birthDate } = sandbox.modes.hyperverge
  const [day, month, year = ''] = dashed.split('-')
  if (!month) return dashed
  return birthDate === 'dd-mm-yyyy'
    ? dashed
    : birthDate === 'yyyy'
      ? year
      : `${day}-${month}-${year.slice(2)}`
}
