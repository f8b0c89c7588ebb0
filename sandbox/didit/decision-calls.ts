import { z } from 'zod'
import { toIso } from '../documents/calendar'
import { type Call, json, pause, type Reply } from '../http'
import { getPersona } from '../personas'
import type { Journey, Sandbox } from '../state'
import { DIDIT_WORKFLOW, diditRefusal, refuseCaller, type Version } from './answers'
import { decisionBody } from './decision'
import { createdAt, listSessions, sessionOf, statusOf } from './session'

/**
 * `GET /v{1,2,3}/session/{id}/decision/`. An unknown id is 404 whatever the key (documented). The unlucky persona
 * meets 500 here, because there is no exchange that could fail.
 */
export function decision(version: Version) {
  return async (sandbox: Sandbox, call: Call): Promise<Reply> => {
    const found = sessionOf(sandbox, call)
    if ('refused' in found) return found.refused
    const refused = refuseCaller(sandbox, call, version)
    if (refused) return refused
    const include = call.query.get('include')
    if (include !== null && include !== 'events') return json(400, { include: ['Not a valid choice.'] })
    await pause(sandbox.modes.didit.readLatencyMs)
    if (failsToDecide(found.session)) return diditRefusal(sandbox, 'server_error')
    const { decisionShape } = sandbox.modes.didit
    const shape = decisionShape === 'by_version' ? version : decisionShape
    return json(200, decisionBody(sandbox, found.session, shape))
  }
}

/** True for the session of the unlucky persona: its decision is never told. */
export function failsToDecide({ personaId }: Journey): boolean {
  return personaId !== null && getPersona(personaId).exchange === 'fails'
}

const amount = (fallback: number) =>
  z.coerce.number('A valid integer is required.').int('A valid integer is required.').min(0).default(fallback)
const uuid = z.uuid('Must be a valid UUID.')
const STATUS_WORDS =
  'Not Started,In Progress,Awaiting User,Resubmitted,In Review,Approved,Declined,Expired,Abandoned,Kyc Expired'

const ListQuery = z.object({
  limit: amount(50),
  offset: amount(0),
  status: z
    .string()
    .refine((word) => STATUS_WORDS.split(',').includes(word), 'Not a valid choice.')
    .optional(),
  vendor_data: z.string().optional(),
  workflow_id: uuid.optional(),
  session_kind: z.enum(['user', 'business', 'all'], 'Not a valid choice.').default('user'),
  date_from: z.iso.date('Enter a valid date.').optional(),
  date_to: z.iso.date('Enter a valid date.').optional(),
  country: z.string().optional(),
  search: z.string().optional(),
})

type ListQuery = z.output<typeof ListQuery>

/**
 * `GET /v3/sessions/`: newest first. Documented: envelope, the filters, 400 keyed by a bad parameter. Assumed: the fields
 * of one result, that parameters nobody knows are passed over, that `search` looks at ids and names.
 */
export async function listCall(sandbox: Sandbox, call: Call): Promise<Reply> {
  const refused = refuseCaller(sandbox, call, 'v3')
  if (refused) return refused
  const read = ListQuery.safeParse(Object.fromEntries(call.query))
  if (!read.success) return json(400, z.flattenError(read.error).fieldErrors)
  await pause(sandbox.modes.didit.readLatencyMs)
  const query = read.data
  const fitting = listSessions(sandbox).filter((session) => isFitting(sandbox, session, query))
  const end = query.offset + query.limit
  return json(200, {
    count: fitting.length,
    next: end < fitting.length ? pageLink(sandbox, call, end) : null,
    previous: query.offset > 0 ? pageLink(sandbox, call, Math.max(0, query.offset - query.limit)) : null,
    results: fitting.slice(query.offset, end).map((session) => toResult(sandbox, session)),
  })
}

function isFitting(sandbox: Sandbox, session: Journey, query: ListQuery): boolean {
  const day = createdAt(sandbox, session).slice(0, 10)
  const person = session.locker?.person
  const searched = [session.id, session.facts.vendor_data, person?.name].join(' ').toLowerCase()
  return (
    query.session_kind !== 'business' &&
    (query.status === undefined || statusOf(sandbox, session) === query.status) &&
    (query.vendor_data === undefined || session.facts.vendor_data === query.vendor_data) &&
    (query.workflow_id === undefined || query.workflow_id.toLowerCase() === DIDIT_WORKFLOW) &&
    (query.date_from === undefined || day >= query.date_from) &&
    (query.date_to === undefined || day <= query.date_to) &&
    (query.country === undefined || (query.country === 'IND' && person !== undefined)) &&
    (query.search === undefined || searched.includes(query.search.toLowerCase()))
  )
}

function toResult(sandbox: Sandbox, session: Journey): Record<string, unknown> {
  const person = session.locker?.person
  return {
    session_id: session.id,
    session_kind: 'user',
    session_number: Number(session.facts.number),
    status: statusOf(sandbox, session),
    workflow_id: DIDIT_WORKFLOW,
    vendor_data: session.facts.vendor_data ?? null,
    full_name: person?.name ?? null,
    date_of_birth: person ? toIso(person.birthDate) : null,
    country: person ? 'IND' : null,
    created_at: createdAt(sandbox, session),
  }
}

function pageLink(sandbox: Sandbox, call: Call, offset: number): string {
  const link = new URL('/v3/sessions/', sandbox.origin)
  for (const [name, value] of call.query) link.searchParams.set(name, value)
  link.searchParams.set('offset', String(offset))
  return link.href
}
