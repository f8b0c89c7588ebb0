import { cookies } from 'next/headers'
import type { NextRequest } from 'next/server'
import { clientAddress } from '@/lib/auth/client-address'
import { cookieName } from '@/lib/auth/cookies'
import { findPlayer } from '@/lib/auth/guards'
import { readBytes } from '@/lib/body'
import { findConnection, providerOf } from '@/lib/connections'
import { AppError } from '@/lib/errors'
import { addressKey, isWithin } from '@/lib/rate-limit'
import { seeOther } from '@/lib/respond'
import { acceptReturn, noteReturnElsewhere, recordAnonymousReturn } from '@/lib/verification/accept-return'
import { keepUnclaimed, readUnclaimed } from '@/lib/verification/unclaimed'
import { waitForDecision } from '@/lib/verification/wait'

// What the two callback addresses have in common: one per journey, and one exact address for vendors that need it.

const WAIT_MS = 1600 // FL-11: the answer leaves within two seconds, everything included
const QUERY_LIMIT_CHARACTERS = 8192
const BODY_LIMIT_BYTES = 16 * 1024
const HANDLE = /^[A-Za-z0-9_-]{43}$/

/** The browser comes back from a vendor. Whatever did not match gets the same answer. `handle` is null at an exact address. */
export async function takeReturn(
  request: NextRequest,
  connectionId: string,
  handle: string | null,
): Promise<Response> {
  if (!isReturnAddress(connectionId, handle)) return new Response(null, { status: 404 })
  if (isPrefetch(request.headers))
    return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } })
  const asked = readQuery(request.nextUrl.search)
  const player = await findPlayer()
  if (player === null) {
    await noteReturnElsewhere({ kind: 'anyone' }, connectionId, handle)
    // Recorded up to a number per address; the answer is the same beyond it.
    if (await isWithin('return_address', addressKey(await clientAddress())))
      await recordAnonymousReturn(connectionId)
    return seeOther('/verify/returned')
  }
  const query =
    asked.size > 0 || handle === null ? asked : ((await readUnclaimed(connectionId, handle)) ?? asked)
  const browserKey = (await cookies()).get(cookieName('journey'))?.value ?? null
  const answer = await acceptReturn(player, { connectionId, handle, query, browserKey })
  if (answer.kind === 'refused') return seeOther('/verify/returned')
  await waitForDecision(player, answer.verificationId, WAIT_MS)
  return seeOther(`/verifications/${answer.verificationId}`)
}

/** A return by POST, only where the vendor may send one: kept as nobody's, then the browser is sent to the same address. */
export async function takePostedReturn(
  request: NextRequest,
  connectionId: string,
  handle: string,
): Promise<Response> {
  const connection = findConnection(connectionId)
  if (connection === null || !isReturnAddress(connectionId, handle))
    return new Response(null, { status: 404 })
  if (!providerOf(connection).capabilities.returnsByPost) return notAllowed()
  if (!(await isWithin('return_address', addressKey(await clientAddress()))))
    return seeOther('/verify/returned')
  await keepUnclaimed(connectionId, handle, await readPosted(request))
  return seeOther(`/api/kyc/${connectionId}/callback/${handle}`)
}

/** Only GET brings a journey home, and POST where a vendor may; Next would answer HEAD with the GET handler. */
export function notAllowed(): Response {
  return new Response(null, { status: 405, headers: { allow: 'GET' } })
}

export function allowedMethods(): Response {
  return new Response(null, { status: 204, headers: { allow: 'GET' } })
}

function isReturnAddress(connectionId: string, handle: string | null): boolean {
  return findConnection(connectionId) !== null && (handle === null || HANDLE.test(handle))
}

function isPrefetch(headers: Headers): boolean {
  const purpose = `${headers.get('sec-purpose') ?? ''} ${headers.get('purpose') ?? ''}`
  return purpose.includes('prefetch') || headers.has('next-router-prefetch')
}

/** A form or a flat JSON object of texts, under the same rules as a query. */
async function readPosted(request: NextRequest): Promise<Map<string, string>> {
  const text = Buffer.from(await readBytes(request, BODY_LIMIT_BYTES)).toString('utf8')
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') return readQuery(text)
  if (type !== 'application/json') throw new AppError('bad_request', 'content type')
  const fields = toObject(text)
  const pairs = Object.entries(fields).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  if (pairs.length !== Object.keys(fields).length) throw new AppError('bad_request', 'nested value')
  return new Map(pairs)
}

function toObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // told below
  }
  throw new AppError('bad_request', 'no JSON object')
}

/** Decoded once; a doubled, array-shaped, oversized or badly encoded parameter is refused (FL-07). */
function readQuery(search: string): Map<string, string> {
  if (search.length > QUERY_LIMIT_CHARACTERS) throw new AppError('bad_request', 'query too long')
  const query = new Map<string, string>()
  for (const pair of search
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part !== '')) {
    const [name = '', ...rest] = pair.split('=')
    const key = decode(name)
    if (query.has(key) || /[[\]]/.test(key)) throw new AppError('bad_request', 'doubled parameter')
    query.set(key, decode(rest.join('=')))
  }
  return query
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new AppError('bad_request', 'bad encoding')
  }
}
