import 'server-only'
import { CallFault } from './faults'

/** Trouble that happened before any byte of the request was written. */
const UNSENT = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_\w+|UND_ERR_CONNECT_TIMEOUT)$/
const CERTIFICATE = /CERT|SELF_SIGNED|ISSUER|ERR_TLS|ERR_SSL|CRL_/

/** Network trouble in our words. The original error is dropped: only its upper-case code survives. */
export function toFault(error: unknown, call: string, timedOut: boolean): CallFault {
  if (error instanceof CallFault) return error.call === undefined ? error.but({ call }) : error
  if (timedOut) {
    return new CallFault({
      code: 'provider_timeout',
      why: 'total_time',
      call,
      retry: true,
      breaker: 'counts',
    })
  }
  const code = toNetCode(error)
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return unreachable(call, 'provider_timeout', code)
  if (UNSENT.test(code)) return unreachable(call, 'provider_unavailable', code)
  if (CERTIFICATE.test(code)) {
    return new CallFault({ code: 'provider_unavailable', why: code, call, breaker: 'counts', sent: false })
  }
  if (/TIMEOUT|ETIMEDOUT/.test(code)) {
    return new CallFault({ code: 'provider_timeout', why: code, call, retry: true, breaker: 'counts' })
  }
  if (/^(UND_ERR_HEADERS_OVERFLOW|HPE_\w+|UND_ERR_RES\w+)$/.test(code)) {
    return new CallFault({ code: 'provider_bad_response', why: code, call, breaker: 'counts' })
  }
  return new CallFault({ code: 'provider_unavailable', why: code, call, retry: true, breaker: 'counts' })
}

function unreachable(
  call: string,
  code: 'provider_timeout' | 'provider_unavailable',
  why: string,
): CallFault {
  return new CallFault({ code, why, call, retry: true, breaker: 'counts', sent: false })
}

function toNetCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : 'connection_broken'
}
