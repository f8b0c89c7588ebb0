import 'server-only'
import { headers } from 'next/headers'
import type { Place } from '@/lib/staff/types'
import { clientAddress } from './client-address'

// Names are looked for in this order: browsers built on another one also name that one.
const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Firefox', 'Firefox'],
  ['Chrom', 'Chrome'],
  ['Safari', 'Safari'],
] as const
const SYSTEMS = [
  ['Windows', 'Windows'],
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['CrOS', 'ChromeOS'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const

/** Address and browser of this request, as the owner of a session will recognise them. */
export async function readPlace(): Promise<Place> {
  const agent = (await headers()).get('user-agent') ?? ''
  return { address: await clientAddress(), browser: toBrowserName(agent) }
}

/** `Firefox on Linux`; never the words of the header themselves. */
export function toBrowserName(agent: string): string {
  const find = (names: readonly (readonly [string, string])[]) =>
    names.find(([sign]) => agent.includes(sign))?.[1]
  return `${find(BROWSERS) ?? 'A browser'} on ${find(SYSTEMS) ?? 'an unknown system'}`
}
