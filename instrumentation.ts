import type { AppError } from '@/lib/errors'

/**
 * Logs what no route translated: our own codes with their detail, or the class of an unexpected error. Messages of foreign
 * errors stay out, since drivers quote values in them.
 */
export async function onRequestError(error: unknown, request: { path: string }): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { errorName, log } = await import('@/lib/log')
  const path = request.path.split('?')[0] ?? ''
  const known = error instanceof Error && error.name === 'AppError' ? (error as AppError) : null
  log.error({
    event: 'request.failed',
    path: path.startsWith('/api/kyc/') ? path.split('/').slice(0, 5).join('/') : path,
    error: errorName(error),
    ...(known === null ? {} : { code: known.code, state: known.detail }),
  })
}
