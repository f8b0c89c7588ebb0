import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { type Call, json, type Reply } from '../http'
import { type Journey, nameJourney, newToken, type Sandbox, startJourney } from '../state'
import { isListed, type Sent } from '../vendor'
import { DIDIT_WORKFLOW, detail, readBody, refuseCaller, type Version } from './answers'
import { CreateBody, CreateBodyV1 } from './create-fields'
import { jsonFact, listSessions, nextNumber, sessionUrl, statusOf, UNFINISHED } from './session'

const ASKED = ['photo_document', 'selfie'] // what the workflow checks, for the page

type Body = z.output<typeof CreateBody>

/**
 * `POST /v{1,2,3}/session/`: a session, or the unfinished one of the same `vendor_data`. Documented: fields, shapes of
 * 400, the ten fields of the 201, three in v1, the reuse. Assumed: reuse in v1 and v2, every text.
 */
export function createSession(version: Version) {
  return (sandbox: Sandbox, call: Call): Reply => {
    const refused = refuseCaller(sandbox, call, version)
    if (refused) return refused
    const read = version === 'v1' ? readBody(call, CreateBodyV1) : readBody(call, CreateBody)
    if ('refused' in read) return read.refused
    const body: Body = { workflow_id: DIDIT_WORKFLOW, ...read.body }
    const rejected = rejectBody(sandbox, body)
    if (rejected) return rejected
    const session = findUnfinished(sandbox, body) ?? openSession(sandbox, body)
    return json(201, version === 'v1' ? short(sandbox, session) : full(sandbox, session))
  }
}

/** What no schema can see. A plain text per field is documented for the first two; the callback's shape is assumed. */
function rejectBody(sandbox: Sandbox, body: Body): Sent | null {
  const { blockedReference, outOfCredits } = sandbox.modes.didit
  if (body.workflow_id.toLowerCase() !== DIDIT_WORKFLOW)
    return json(400, { workflow_id: 'Workflow not found.' })
  if (body.vendor_data && blockedReference) return json(400, { vendor_data: 'This user is blocklisted.' })
  if (body.callback && !isListed(sandbox, 'didit', body.callback)) {
    return json(400, { callback: ['The domain of the callback is not in allowed_domains.'] })
  }
  return outOfCredits ? detail(400, "You don't have enough credits to create a session.") : null
}

/** The unfinished session of this reference, with callback and metadata of the new request (documented). */
function findUnfinished(sandbox: Sandbox, body: Body): Journey | null {
  if (!body.vendor_data) return null
  const session = listSessions(sandbox).find(({ facts }) => facts.vendor_data === body.vendor_data)
  if (!session || !UNFINISHED.includes(statusOf(sandbox, session))) return null
  session.returnUrl = body.callback ?? ''
  remember(session, 'metadata', body.metadata)
  return session
}

function openSession(sandbox: Sandbox, body: Body): Journey {
  const number = nextNumber(sandbox)
  const session = startJourney(sandbox, {
    id: randomUUID(),
    vendor: 'didit',
    returnUrl: body.callback ?? '',
    state: null,
    asked: ASKED,
  })
  const madeAt = String(Date.now())
  session.facts = { number: String(number), token: newToken(9), created_at: madeAt, counts_from: madeAt }
  nameJourney(sandbox, session.facts.token ?? '', session)
  if (body.vendor_data) session.facts.vendor_data = body.vendor_data
  if (body.language) session.facts.language = body.language
  remember(session, 'metadata', body.metadata)
  remember(session, 'expected_details', body.expected_details)
  remember(session, 'contact_details', body.contact_details)
  return session
}

function remember(session: Journey, name: string, value: unknown): void {
  if (value === undefined || value === null) delete session.facts[name]
  else session.facts[name] = JSON.stringify(value)
}

function full(sandbox: Sandbox, session: Journey): Record<string, unknown> {
  return {
    session_id: session.id,
    session_number: Number(session.facts.number),
    session_token: session.facts.token,
    [sandbox.modes.didit.linkField]: sessionUrl(sandbox, session),
    vendor_data: session.facts.vendor_data ?? null,
    metadata: jsonFact(session, 'metadata'),
    status: statusOf(sandbox, session),
    callback: session.returnUrl || null,
    workflow_id: DIDIT_WORKFLOW,
    workflow_version: 1,
  }
}

function short(sandbox: Sandbox, session: Journey): Record<string, unknown> {
  return {
    session_id: session.id,
    session_token: session.facts.token,
    [sandbox.modes.didit.linkField]: sessionUrl(sandbox, session),
  }
}
