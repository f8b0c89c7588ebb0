'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import type { JourneyView } from '@/lib/verification/types'
import { useJourney } from './use-journey'

/** Draws nothing; loads the page anew when the attempt asks for something else than when it was opened. */
export function LiveTurn({ initial }: { initial: JourneyView }) {
  const [client] = useState(() => new QueryClient())
  return (
    <QueryClientProvider client={client}>
      <Turn initial={initial} />
    </QueryClientProvider>
  )
}

function Turn({ initial }: { initial: JourneyView }) {
  const { journey } = useJourney(initial)
  const router = useRouter()
  const turned = journey.status !== initial.status || journey.nextAction !== initial.nextAction
  useEffect(() => {
    if (turned) router.refresh()
  }, [turned, router])
  return null
}
