import 'server-only'
import { headers } from 'next/headers'

/**
 * The client's address as our own listener determined it; a client's own forwarding headers were removed there (FE-07).
 */
export async function clientAddress(): Promise<string> {
  return (await headers()).get('x-forwarded-for') ?? 'unknown'
}
