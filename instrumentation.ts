import type { Instrumentation } from 'next'
import type { AppError } from '@/lib/errors'

/**
 * Logs what no route translated: our own codes with their detail, or the class of an unexpected error. Messages of foreign
 * errors stay out, since drivers quote values in them, and so do addresses: the route's pattern says where it was.
 */
export const onRequestError: Instrumentation.onRequestError = async (error, _request, { routePath }) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { errorName, log } = await import('@/lib/log')
  const known = error instanceof Error && error.name === 'AppError' ? (error as AppError) : null
  log.error({
    event: 'request.failed',
    path: routePath,
    error: errorName(error),
    ...(known === null ? {} : { code: known.code, state: known.detail }),
  })
}
