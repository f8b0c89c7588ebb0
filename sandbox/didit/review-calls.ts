import { z } from 'zod'
import { type Call, json, type Reply } from '../http'
import type { Journey, Sandbox } from '../state'
import { announce } from '../webhooks'
import { detail, readBody, refuseCaller } from './answers'
import { sessionOf, statusOf } from './session'

const CHANGEABLE = ['Approved', 'Declined', 'In Review', 'Kyc Expired', 'Abandoned', 'Resubmitted']

const StatusBody = z
  .strictObject({
    new_status: z.enum(['Approved', 'Declined', 'Resubmitted'], {
      error: ({ input }) => (input === undefined ? 'This field is required.' : 'Not a valid choice.'),
    }),
    comment: z.string().optional(),
    nodes_to_resubmit: z.array(z.strictObject({ node_id: z.string(), feature: z.string() })).optional(),
    send_email: z.boolean().optional(),
    email_address: z.email('Enter a valid email address.').optional(),
    email_language: z.string().optional(),
  })
  .refine((body) => !body.send_email || body.email_address !== undefined, {
    path: ['email_address'],
    message: 'This field is required.',
  })

/**
 * `PATCH /v3/session/{id}/update-status/`: what a reviewer does, followed by the webhook (documented, with its three
 * shapes of 400: an object for a wrong state, a field for a bad word, a bare array for the same status). No mail is sent.
 */
export function updateStatus(sandbox: Sandbox, call: Call): Reply {
  const found = sessionOf(sandbox, call)
  if ('refused' in found) return found.refused
  const refused = refuseCaller(sandbox, call, 'v3')
  if (refused) return refused
  const read = readBody(call, StatusBody)
  if ('refused' in read) return read.refused
  const { session } = found
  const status = statusOf(sandbox, session)
  const next = read.body.new_status
  if (status === next) return json(400, ['The session already has this status.'])
  if (!CHANGEABLE.includes(status)) return detail(400, `The status cannot be changed from ${status}.`)
  session.facts.status = next
  if (next === 'Resubmitted') reopen(session)
  announce(sandbox, session)
  return json(200, { session_id: session.id })
}

/** The same address works again, and its time begins anew (documented). */
function reopen(session: Journey): void {
  session.outcome = 'open'
  session.wayBack = null
  session.facts.counts_from = String(Date.now())
}

/** `DELETE /v3/session/{id}/delete/`: 204 and nothing, then 404 for ever (documented). No webhook. */
export function deleteSession(sandbox: Sandbox, call: Call): Reply {
  const found = sessionOf(sandbox, call)
  if ('refused' in found) return found.refused
  const refused = refuseCaller(sandbox, call, 'v3')
  if (refused) return refused
  found.session.facts.deleted = 'yes'
  return { kind: 'send', status: 204, headers: {}, body: Buffer.alloc(0) }
}
