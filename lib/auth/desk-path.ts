import 'server-only'
import type { Route } from 'next'
import { env } from '@/lib/env'

const LENGTH_LIMIT_CHARACTERS = 2000

/** Where to go on inside the desk: path and query of `text` when it is an address of ours below /admin, else /admin. */
export function toDeskPath(text: string): Route {
  const { origin } = env().appUrl
  const url = URL.canParse(text, origin) ? new URL(text, origin) : null
  if (url === null || url.origin !== origin || text.length > LENGTH_LIMIT_CHARACTERS) return '/admin' as Route
  const isDesk = url.pathname === '/admin' || url.pathname.startsWith('/admin/')
  return (isDesk ? url.pathname + url.search : '/admin') as Route
}
