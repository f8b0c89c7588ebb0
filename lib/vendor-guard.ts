import 'server-only'
import { AsyncLocalStorage } from 'node:async_hooks'
import { AppError } from '@/lib/errors'

// No live consent, no vendor call. The outbound client asks here before every single request, so that a
// consent withdrawn between two of them stops the second one, whatever an adapter does.

const guards = new AsyncLocalStorage<() => Promise<void>>()

/** Runs `work`; each vendor call inside it first awaits `guard`, which throws to stop it. */
export function guardVendorCalls<T>(guard: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  return guards.run(guard, work)
}

/** Runs `work` with leave for a single vendor call, for ending an access after the consent has gone: no reading fits in. */
export function allowOneCall<T>(work: () => Promise<T>): Promise<T> {
  let left = 1
  const guard = async () => {
    left -= 1
    if (left < 0) throw new AppError('consent_missing', 'more than the one call that was allowed')
  }
  return guards.run(guard, work)
}

/** Awaited by the outbound client before each request. Throws what the guard throws, or `consent_missing` without one. */
export async function beforeVendorCall(): Promise<void> {
  const guard = guards.getStore()
  if (guard === undefined) throw new AppError('consent_missing', 'a vendor call outside any consent')
  await guard()
}
