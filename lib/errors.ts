// Every way in which we stop a request on purpose. A refused check or an expired journey is data, not an error.

/** Failure codes with the HTTP status that answers them. The sentence a player reads is in `messages/*.json` under `errors`. */
export const ERROR_STATUS = {
  not_signed_in: 401,
  forbidden: 403,
  factor_needed: 403,
  not_found: 404,
  bad_request: 400,
  foreign_origin: 403,
  too_large: 413,
  rate_limited: 429,
  consent_missing: 409,
  notice_changed: 409,
  state_conflict: 409,
  return_refused: 403,
  no_connection: 503,
  details_needed: 409,
  database_unavailable: 503,
  provider_unauthorized: 502,
  provider_forbidden: 502,
  provider_rate_limited: 503,
  provider_unavailable: 503,
  provider_timeout: 504,
  provider_refused_request: 502,
  provider_bad_response: 502,
  provider_blocked_address: 502,
  audit_failed: 500,
  seal_failed: 500,
} as const

export type ErrorCode = keyof typeof ERROR_STATUS

/**
 * Stops the current request. `detail` holds ids, codes and counts for the log; never personal data, never a vendor's body.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly detail: string

  constructor(code: ErrorCode, detail = '', options?: { cause?: unknown }) {
    super(detail === '' ? code : `${code}: ${detail}`, options)
    this.name = 'AppError'
    this.code = code
    this.detail = detail
  }

  get status(): number {
    return ERROR_STATUS[this.code]
  }
}

/** True when `error` is an AppError with one of `codes` (any code when none is named). */
export function isAppError(error: unknown, ...codes: ErrorCode[]): error is AppError {
  return error instanceof AppError && (codes.length === 0 || codes.includes(error.code))
}
