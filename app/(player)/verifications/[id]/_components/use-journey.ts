'use client'

import { useQuery } from '@tanstack/react-query'
import type { JourneyView } from '@/lib/verification/types'

const HOLD_SECONDS = 25
/** The server holds a request until something changes, so the next one may follow at once. */
const AFTER_ANSWER_MS = 250
const AFTER_FAULT_MS = 2500
const LONGEST_PAUSE_MS = 30_000

export type Watch = { journey: JourneyView; trouble: 'none' | 'lost' | 'signed_out' }

class SignedOut extends Error {}

/** Follows one attempt: asks again as soon as the server has something new, and waits out a lost network. */
export function useJourney(initial: JourneyView): Watch {
  const query = useQuery({
    queryKey: ['verification', initial.id],
    queryFn: ({ client, queryKey, signal }) =>
      fetchJourney(client.getQueryData<JourneyView>(queryKey) ?? initial, signal),
    initialData: initial,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: ({ state }) =>
      state.error instanceof SignedOut || isSettled(state.data) ? false : AFTER_ANSWER_MS,
    refetchOnWindowFocus: true,
    refetchOnReconnect: 'always',
    retry: (_failures, error) => !(error instanceof SignedOut),
    retryDelay: (failures) => Math.min(AFTER_FAULT_MS * 2 ** failures, LONGEST_PAUSE_MS),
  })
  const newest = query.data.version >= initial.version ? query.data : initial
  if (query.error instanceof SignedOut) return { journey: newest, trouble: 'signed_out' }
  return { journey: newest, trouble: query.isPaused || query.failureCount > 0 ? 'lost' : 'none' }
}

async function fetchJourney(known: JourneyView, signal: AbortSignal): Promise<JourneyView> {
  const response = await fetch(`/api/kyc/verifications/${known.id}?wait=${HOLD_SECONDS}`, {
    headers: { accept: 'application/json', 'if-none-match': `"${known.version}"` },
    cache: 'no-store',
    signal,
  })
  if (response.status === 304) return known
  if (response.status === 401 || response.status === 404) throw new SignedOut()
  if (!response.ok) throw new Error(`status ${response.status}`)
  return (await response.json()) as JourneyView
}

function isSettled(journey: JourneyView | undefined): boolean {
  return journey !== undefined && !journey.status.startsWith('awaiting_')
}
