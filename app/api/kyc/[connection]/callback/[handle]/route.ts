import { cookies } from 'next/headers'
import type { NextRequest } from 'next/server'
import { clientAddress } from '@/lib/auth/client-address'
import { cookieName } from '@/lib/auth/cookies'
import { findPlayer } from '@/lib/auth/guards'
import { findConnection } from '@/lib/connections'
import { AppError } from '@/lib/errors'
import { addressKey, isWithin } from '@/lib/rate-limit'
import { respondToBrowser, seeOther } from '@/lib/respond'
import { acceptReturn, recordAnonymousReturn } from '@/lib/verification/accept-return'
import { waitForDecision } from '@/lib/verification/wait'

const WAIT_MS = 1600 // FL-11: the answer leaves within two seconds, everything included
const QUERY_LIMIT_CHARACTERS = 8192
const HANDLE = /^[A-Za-z0-9_-]{43}$/

/** The browser comes back from a vendor. Whatever did not match gets the same answer. */
export function GET(
  request: NextRequest,
  { params }: RouteContext<'/api/kyc/[connection]/callback/[handle]'>,
) {
  return respondToBrowser(async () => {
    const { connection, handle } = await params
    if (findConnection(connection) === null || !HANDLE.test(handle))
      return new Response(null, { status: 404 })
    if (isPrefetch(request.headers))
      return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } })
    const query = readQuery(request.nextUrl.search)
    const player = await findPlayer()
    if (player === null) {
      // Recorded up to a number per address; the answer is the same beyond it.
      if (await isWithin('return_address', addressKey(await clientAddress())))
        await recordAnonymousReturn(connection)
      return seeOther('/verify/returned')
    }
    const browserKey = (await cookies()).get(cookieName('journey'))?.value ?? null
    const answer = await acceptReturn(player, { connectionId: connection, handle, query, browserKey })
    if (answer.kind === 'refused') return seeOther('/verify/returned')
    await waitForDecision(player, answer.verificationId, WAIT_MS)
    return seeOther(`/verifications/${answer.verificationId}`)
  })
}

/** Only GET brings a journey home; Next would answer HEAD with the GET handler. */
export function HEAD() {
  return new Response(null, { status: 405, headers: { allow: 'GET' } })
}

export function OPTIONS() {
  return new Response(null, { status: 204, headers: { allow: 'GET' } })
}

function isPrefetch(headers: Headers): boolean {
  const purpose = `${headers.get('sec-purpose') ?? ''} ${headers.get('purpose') ?? ''}`
  return purpose.includes('prefetch') || headers.has('next-router-prefetch')
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
