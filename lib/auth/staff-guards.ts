import 'server-only'
import type { Route } from 'next'
import { cookies, headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import type { z } from 'zod'
import { AppError, type ErrorCode, isAppError } from '@/lib/errors'
import { log } from '@/lib/log'
import { countUse, RateLimited } from '@/lib/rate-limit'
import { may, needsFactor, type Permission } from '@/lib/staff/permissions'
import { noteRefused } from '@/lib/staff/record'
import { readStaffSession, type SignedInStaff } from '@/lib/staff/sessions'
import { cookieName } from './cookies'
import { toDeskPath } from './desk-path'
import { holdsNul, parseForm, requireSameOrigin } from './guards'

// The doors of the desk: each page, action and route below app/admin names the permission it needs, here and nowhere else.

/**
 * Who of staff is signed in, or null. Reads the session row, so that a disabled account or a changed role acts at once. Once
 * per request.
 */
export const findStaffMember = cache(() => readMember(true))
const findAwayMember = cache(() => readMember(false))

async function readMember(isSeen: boolean): Promise<SignedInStaff | null> {
  const token = (await cookies()).get(cookieName('staff'))?.value
  return token === undefined || token.length > 64 ? null : readStaffSession(token, { isSeen })
}

interface Asking {
  /** The page asks by itself, such as for new cases: that keeps no session alive (ID-05). */
  isBackground?: boolean
}

/**
 * The signed-in member of staff, for a page that needs `permission`. Sends everybody else to sign in, and to show a factor
 * again where it is not fresh; a page that the roles do not allow is not there.
 */
export async function requireStaff(permission: Permission, path = '/admin'): Promise<SignedInStaff> {
  const staff = await findStaffMember()
  if (staff === null) redirect(`/admin/sign-in?next=${encodeURIComponent(path)}` as Route)
  if (!may(staff.roles, permission)) {
    await noteRefused(staff, permission)
    notFound()
  }
  if (needsFactor(permission, staff.factorAt))
    redirect(`/admin/confirm?next=${encodeURIComponent(path)}` as Route)
  return staff
}

/** The same for a route handler. Throws AppError `not_signed_in`, `forbidden` or `factor_needed`. */
export async function requireApiStaff(
  permission: Permission,
  { isBackground = false }: Asking = {},
): Promise<SignedInStaff> {
  const staff = await (isBackground ? findAwayMember() : findStaffMember())
  if (staff === null) throw new AppError('not_signed_in')
  if (!may(staff.roles, permission)) {
    await noteRefused(staff, permission)
    throw new AppError('forbidden', permission)
  }
  if (needsFactor(permission, staff.factorAt)) throw new AppError('factor_needed', permission)
  return staff
}

/**
 * Wraps a form's action of staff: origin, session, permission, fresh factor, the form's schema with unknown fields refused,
 * then the rate. `work` gets who acts first. Without JavaScript it works the same.
 */
export function staffAction<T>(
  permission: Permission,
  schema: z.ZodType<T>,
  work: (staff: SignedInStaff, form: T) => Promise<void>,
) {
  return async (formData: FormData): Promise<void> => {
    await requireSameOrigin()
    const staff = await requireStaff(permission, await pageOfRequest())
    const form = parseForm(schema, formData) ?? notFound()
    await countUse('staff_action', staff.id).catch((error: unknown) => {
      if (error instanceof RateLimited) redirect('/help?problem=rate_limited')
      throw error
    })
    await work(staff, form)
  }
}

/** What an action called by our own script answers: its value, or the code of what stopped it. */
export type Answer<R> = { ok: true; value: R } | { ok: false; code: ErrorCode; detail?: string }

/**
 * Wraps an action that our own script calls with one plain object, so that the page stays as it is whatever happens: nothing
 * redirects, every AppError is answered by its code (`state_conflict` with its detail).
 */
export function staffCall<T, R>(
  permission: Permission,
  schema: z.ZodType<T>,
  work: (staff: SignedInStaff, input: T) => Promise<R>,
  asking: Asking = {},
) {
  return async (input: unknown): Promise<Answer<R>> =>
    toAnswer(async () => {
      await requireSameOrigin()
      const staff = await requireApiStaff(permission, asking)
      const parsed = parseInput(schema, input)
      await countUse('staff_action', staff.id)
      return work(staff, parsed)
    })
}

/** The same for the calls that lead in, such as the question to a passkey; they count for themselves. */
export function publicCall<T, R>(schema: z.ZodType<T>, work: (input: T) => Promise<R>) {
  return async (input: unknown): Promise<Answer<R>> =>
    toAnswer(async () => {
      await requireSameOrigin()
      return work(parseInput(schema, input))
    })
}

function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input)
  if (!parsed.success || holdsNul(parsed.data)) throw new AppError('bad_request')
  return parsed.data
}

async function toAnswer<R>(work: () => Promise<R>): Promise<Answer<R>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    if (!isAppError(error)) throw error
    log.warn({ event: 'request.refused', code: error.code })
    return error.code === 'state_conflict'
      ? { ok: false, code: error.code, detail: error.detail }
      : { ok: false, code: error.code }
  }
}

/** The page of ours that a form was sent from, to come back to after a factor was shown. */
async function pageOfRequest(): Promise<string> {
  return toDeskPath((await headers()).get('referer') ?? '')
}
