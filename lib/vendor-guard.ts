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

/** Awaited by the outbound client before each request. Throws what the guard throws, or `consent_missing` without one. */
export async function beforeVendorCall(): Promise<void> {
  const guard = guards.getStore()
  if (guard === undefined) throw new AppError('consent_missing', 'a vendor call outside any consent')
  await guard()
}
