'use client'

import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useActivity } from '@/app/admin/(desk)/_components/use-activity'
import { fill } from '@/lib/i18n/format'

interface Props {
  /** The filter as an address. */
  address: string
  since: string
  words: { news: string; newsMany: string }
}

const EVERY_MS = 30_000
const ATTENDED_MS = 5 * 60_000
const MANY = 99

/** Says how many cases came since the page was read; they wait until it is pressed, so nothing moves under the pointer. */
export function NewsPill(props: Props) {
  const [client] = useState(() => new QueryClient())
  return (
    <QueryClientProvider client={client}>
      <Pill {...props} />
    </QueryClientProvider>
  )
}

function Pill({ address, since, words }: Props) {
  const router = useRouter()
  const isAttended = useActivity(ATTENDED_MS)
  const { data = 0 } = useQuery({
    queryKey: ['news', address, since],
    queryFn: ({ signal }) => fetchNews(address, since, signal),
    initialData: 0,
    refetchInterval: () => (isAttended() ? EVERY_MS : EVERY_MS * 4),
    enabled: () => isAttended(),
    retry: false,
  })
  return (
    <span role="status">
      {data > 0 && (
        <button type="button" className="pill num" onClick={() => router.refresh()}>
          {data > MANY ? words.newsMany : fill(words.news, { count: data })}
        </button>
      )}
    </span>
  )
}

async function fetchNews(address: string, since: string, signal: AbortSignal): Promise<number> {
  const search = new URLSearchParams(address)
  search.set('since', since)
  const response = await fetch(`/admin/queue/new?${search}`, { cache: 'no-store', signal })
  if (!response.ok) return 0
  return ((await response.json()) as { count: number }).count
}
