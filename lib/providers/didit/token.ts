import 'server-only'
import { z } from 'zod'
import { getCredential } from '../credentials'
import { CallFault, faultOfStatus } from '../faults'
import type { HttpClient, HttpReply } from '../http'
import { parseReply, toJson } from '../payload'
import type { Connection } from '../types'

// The bearer of Didit's token generation, kept in this process. Source: Didit's authentication page (which gives a lifetime of
// 24 hours and an end ten days off in one sample: the earlier one counts), read 2026-11-20.

const PATH = '/auth/v2/token/'
const EARLY_MS = 60_000 // as in Didit's own demo
const UNSTATED_LIFE_MS = 5 * 60_000 // ours, when no lifetime can be read
const REST_AFTER_FAILURES = 2 // ours
const REST_MS = 30_000 // ours: a wrong secret must not hammer the token address

const WireToken = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,8192}$/),
  expires_in: z.number().positive().optional().catch(undefined),
  exp: z.number().positive().optional().catch(undefined),
})

interface Token {
  value: string
  renewAtMs: number
}

export interface TokenStore {
  /** The bearer in use, or a new one; callers at the same time share one request. Throws CallFault. */
  get(): Promise<string>
  /** Forgets `refused`, unless another one has replaced it already. */
  drop(refused: string): void
}

/** Keeps the token of one connection. `http` speaks to its auth URL. Throws `no_connection` without id and secret. */
export function createTokenStore(connection: Connection, http: HttpClient): TokenStore {
  const authorization = toBasic(
    getCredential(connection, 'clientId'),
    getCredential(connection, 'clientSecret'),
  )
  let kept: Token | null = null
  let asking: Promise<string> | null = null
  let failures = 0
  let restUntilMs = 0
  let lastFault: CallFault | null = null

  async function ask(): Promise<string> {
    if (lastFault !== null && failures >= REST_AFTER_FAILURES && http.now().getTime() < restUntilMs)
      throw new CallFault({ code: lastFault.code, why: 'token_rest', call: 'token', sent: false })
    try {
      kept = await http.call({
        name: 'token',
        kind: 'start', // a second token does no harm; a player waits, so one repetition
        method: 'POST',
        target: PATH,
        headers: { Authorization: authorization },
        form: { grant_type: 'client_credentials' },
        accept: 'json',
        read: (reply) => toToken(reply, http.now()),
      })
      failures = 0
      return kept.value
    } catch (error) {
      if (error instanceof CallFault && error.sent) {
        failures += 1
        lastFault = error
        restUntilMs = http.now().getTime() + REST_MS
      }
      throw error
    }
  }

  return {
    async get() {
      while (true) {
        if (kept !== null && http.now().getTime() < kept.renewAtMs) return kept.value
        if (asking === null) {
          asking = ask().finally(() => {
            asking = null
          })
          return asking
        }
        try {
          return await asking
        } catch (error) {
          // Anything else stopped the other caller's journey before it asked, and says nothing about ours.
          if (error instanceof CallFault) throw error
        }
      }
    },
    drop(refused) {
      if (kept?.value === refused) kept = null
    },
  }
}

function toToken(reply: HttpReply, now: Date): Token {
  const trouble = faultOfStatus(reply)
  if (trouble !== null) throw trouble
  const wire = parseReply(WireToken, toJson(reply.bytes), reply)
  return { value: wire.access_token, renewAtMs: toRenewal(wire, now) }
}

function toRenewal({ expires_in: lifeS, exp }: z.output<typeof WireToken>, now: Date): number {
  const ends = [
    ...(lifeS === undefined ? [] : [now.getTime() + lifeS * 1000]),
    ...(exp === undefined ? [] : [exp * 1000]),
  ]
  return ends.length === 0 ? now.getTime() + UNSTATED_LIFE_MS : Math.min(...ends) - EARLY_MS
}

/** Id and secret as they are: Didit says nothing about encoding them first, and its own have no special characters (assumed). */
function toBasic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}
