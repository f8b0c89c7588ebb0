import 'server-only'
import type { HttpClient } from '../http'
import type { Connection } from '../types'
import { createAccess } from './access'
import { readJson, readSessionJson } from './replies'
import { toDecision, toListedStatus, toSession } from './transform'

// Didit's session API. Source: Didit's OpenAPI description and docs.didit.me (v3), old and staging pages (v1, v2); read
// 2026-11-20. Every path ends in a slash: without it they answer 301, which is not followed. Not used: media links, the PDF
// report, the registry check (its Aadhaar service wants the full number), status changes and deletion.

const LIST_LIMIT = 20 // ours: an attempt has one unfinished session at a time, and few altogether

/** The calls of one connection, one function each; bodies in, answers out. Throws CallFault on trouble. */
export function diditApi(connection: Connection, http: HttpClient, authHttp: HttpClient | null) {
  const access = createAccess(connection, http, authHttp)
  const { version } = access
  return {
    version,
    /** Safe to repeat: the same `vendor_data` gives an unfinished session back (documented). */
    createSession(verificationId: string, body: Readonly<Record<string, unknown>>) {
      const read = readJson((value, reply) => toSession(value, reply, verificationId))
      const target = `/${version}/session/`
      return access.call({
        name: 'session',
        kind: 'start',
        method: 'POST',
        target,
        body,
        accept: 'json',
        read,
      })
    },
    decision(sessionId: string) {
      const read = readSessionJson(toDecision)
      const target = `/${version}/session/${encodeURIComponent(sessionId)}/decision/`
      return access.call({ name: 'decision', kind: 'read', method: 'GET', target, accept: 'json', read })
    },
    /** Meant for reconciliation (documented), under v3 alone. The list names people; only one status word leaves this call. */
    sessionStatus(verificationId: string, sessionId: string) {
      const read = readJson((value, reply) => toListedStatus(value, reply, sessionId))
      const query = new URLSearchParams({ vendor_data: verificationId, limit: String(LIST_LIMIT) })
      const target = `/v3/sessions/?${query}`
      return access.call({ name: 'sessions', kind: 'read', method: 'GET', target, accept: 'json', read })
    },
  }
}

export type DiditApi = ReturnType<typeof diditApi>
