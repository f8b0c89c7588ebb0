import 'server-only'
import { isDatabaseUnavailable } from '@/db/client'
import { AppError, isAppError } from '@/lib/errors'
import { errorName, log } from '@/lib/log'
import {
  DATABASE_AWAY,
  NOT_FROM_HERE,
  NOT_READABLE,
  type PlainPage,
  plainResponse,
  tooManyPage,
} from '@/lib/plain-page'
import { RateLimited } from '@/lib/rate-limit'

const OUR_MISTAKE: PlainPage = {
  status: 500,
  title: 'Something went wrong on our side.',
  titleHindi: 'हमारी ओर से कुछ गड़बड़ हुई।',
  text: 'It is not your fault. What you did until now is kept. Go back to the start and try again in a moment.',
  textHindi: 'इसमें आपकी गलती नहीं है। अब तक आपने जो किया वह सुरक्षित है। शुरुआत पर लौटें और थोड़ी देर में फिर कोशिश करें।',
}

/** 303 to a path of ours or, from the start alone, to a vendor. */
export function seeOther(location: string, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store', ...headers } })
}

/**
 * Runs a route that a browser opens as a page and turns what stops it into a readable answer: an unreachable database is
 * 503 and loses nothing, since the address can be opened again. An error that nobody expected is logged by its class and
 * code alone and never handed on: a driver's message holds parameters, and the framework would print it.
 */
export async function respondToBrowser(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    if (isDatabaseUnavailable(error)) return plainResponse(DATABASE_AWAY)
    if (error instanceof RateLimited) return plainResponse(tooManyPage(error.retryAfterSeconds))
    if (isAppError(error, 'bad_request', 'too_large')) return plainResponse(NOT_READABLE)
    if (isAppError(error, 'foreign_origin')) return plainResponse(NOT_FROM_HERE)
    if (isAppError(error, 'not_signed_in')) return seeOther('/sign-in?problem=sign_in_needed')
    if (isFrameworkSignal(error)) throw error
    log.error({ event: 'request.failed', error: errorName(error) })
    return plainResponse(OUR_MISTAKE)
  }
}

/** `redirect()` and its like are thrown, and carry a digest of the framework's. */
function isFrameworkSignal(error: unknown): boolean {
  return error instanceof Error && 'digest' in error && typeof error.digest === 'string'
}

/** Runs a JSON route; errors become `application/problem+json`. */
export async function respondJson(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    const known = isDatabaseUnavailable(error) ? new AppError('database_unavailable') : error
    if (!(known instanceof AppError)) {
      log.error({ event: 'request.failed', error: errorName(error) })
      return problem(500, 'internal_error', {})
    }
    const retryAfter = known instanceof RateLimited ? { 'retry-after': String(known.retryAfterSeconds) } : {}
    return problem(known.status, known.code, retryAfter)
  }
}

function problem(status: number, code: string, headers: Record<string, string>): Response {
  const title = code.replaceAll('_', ' ')
  const body = JSON.stringify({
    type: 'about:blank',
    title,
    status,
    code,
    request_id: crypto.randomUUID(),
    errors: [],
  })
  return new Response(body, {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  })
}
