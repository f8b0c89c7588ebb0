import 'server-only'
import { cookies, headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import type { z } from 'zod'
import type { PlayerActor } from '@/lib/actor'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { log } from '@/lib/log'
import { countUse, RateLimited } from '@/lib/rate-limit'
import { cookieName } from './cookies'
import { readSession } from './session'

/**
 * The signed-in player, or null. Reads our session row itself instead of through next-auth's `auth()`, which would take
 * an unreachable database for "signed out". Once per request.
 */
export const findPlayer = cache(async (): Promise<PlayerActor | null> => {
  const token = (await cookies()).get(cookieName('session'))?.value
  if (token === undefined || token.length > 64) return null
  const session = await readSession(token)
  return session === null ? null : { id: session.playerId }
})

/** The signed-in player; sends everybody else to sign in. */
export async function requirePlayer(): Promise<PlayerActor> {
  return (await findPlayer()) ?? redirect('/sign-in?problem=sign_in_needed')
}

/** The player behind a request to a route handler. Throws AppError `not_signed_in`. */
export async function requireApiPlayer(): Promise<PlayerActor> {
  const player = await findPlayer()
  if (player !== null) return player
  log.warn({ event: 'request.refused', code: 'not_signed_in' })
  throw new AppError('not_signed_in')
}

/**
 * Refuses a state change that did not come from a page of ours (FE-05): `Sec-Fetch-Site: same-origin`, else an `Origin`
 * equal to APP_URL. Both absent, `null` or foreign: AppError `foreign_origin`.
 */
export async function requireSameOrigin(): Promise<void> {
  const requestHeaders = await headers()
  const site = requestHeaders.get('sec-fetch-site')
  const origin = requestHeaders.get('origin')
  const same = site === null ? origin === env().appUrl.origin : site === 'same-origin'
  if (same) return
  log.warn({ event: 'request.refused', code: 'foreign_origin' })
  throw new AppError('foreign_origin')
}

/**
 * Wraps a server action of a signed-in player: origin, session, the form's schema with unknown fields refused, then the
 * player's rate. `work` gets the player first, so it cannot run without one. Redirects inside pass through; what cannot
 * be read is answered as "nothing here".
 */
export function playerAction<T>(schema: z.ZodType<T>, work: (player: PlayerActor, form: T) => Promise<void>) {
  return async (formData: FormData): Promise<void> => {
    await requireSameOrigin()
    const player = await requirePlayer()
    const form = parseForm(schema, formData) ?? notFound()
    await countUse('action', player.id).catch((error: unknown) => {
      if (error instanceof RateLimited) redirect('/help?problem=rate_limited')
      throw error
    })
    await work(player, form)
  }
}

/** The same for actions that anyone may call, such as asking for a code; they count for themselves. */
export function publicAction<T>(schema: z.ZodType<T>, work: (form: T) => Promise<void>) {
  return async (formData: FormData): Promise<void> => {
    await requireSameOrigin()
    await work(parseForm(schema, formData) ?? notFound())
  }
}

/** True when a text anywhere in `value` holds U+0000: PostgreSQL takes none, and nobody types one. */
export function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNul)
}

/** Form fields as an object, or null when the schema refuses them; a field given twice becomes a list. */
export function parseForm<T>(schema: z.ZodType<T>, formData: unknown): T | null {
  if (!(formData instanceof FormData)) return null
  const fields: Record<string, unknown> = {}
  for (const name of new Set(formData.keys())) {
    if (name.startsWith('$ACTION')) continue // the framework's own
    const values = formData.getAll(name)
    fields[name] = values.length === 1 ? values[0] : values
  }
  const parsed = schema.safeParse(fields)
  if (parsed.success && !holdsNul(fields)) return parsed.data
  log.warn({ event: 'request.refused', code: 'bad_request' })
  return null
}
