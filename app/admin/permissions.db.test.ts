import { readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { db } from '@/db/client'
import { openFreshDatabase } from '@/db/testing/database'
import { STAFF_ROLES, type StaffRole } from '@/lib/actor'
import type { Answer } from '@/lib/auth/staff-guards'
import { isAppError } from '@/lib/errors'
import { may, needsFactor, PERMISSIONS, type Permission } from '@/lib/staff/permissions'
import { makeStaff } from '@/lib/staff/testing'

// PM-01: every page, route handler and server action below app/admin, found in the sources, called as every role and as
// nobody, and compared with the matrix in lib/staff/permissions.ts. What names no permission fails.

await openFreshDatabase()

const HERE = fileURLToPath(new URL('.', import.meta.url))
const ID = '5f0f3bd8-6f3a-4f0c-8f0e-2a5f2d5b9a11'
/** Whoever opens these has no account yet, or is not signed in. */
const OPEN = ['(open)/sign-in/', '(open)/setup/[token]/']

/** What each folder is about: its pages and actions ask for a permission of that matter, none of a weaker one. */
const MATTERS: Readonly<Record<string, readonly string[]>> = {
  '(desk)': ['desk', 'case'],
  '(desk)/account': ['account'],
  '(desk)/analytics': ['analytics'],
  '(desk)/audit': ['audit'],
  '(desk)/cases': ['case'],
  '(desk)/export': ['case'],
  '(desk)/players': ['case'],
  '(desk)/policy': ['policy'],
  '(desk)/providers': ['connection'],
  '(desk)/queue': ['case'],
  '(desk)/tasks': ['case'],
  '(desk)/team': ['team'],
  '(open)/confirm': ['account'],
  '(open)/sign-out': ['account'],
}

/** What the doors were asked for, noted by the mocks below. */
interface Door {
  kind: 'action' | 'call' | 'open'
  permission: Permission | null
  schema: z.ZodType
}
const doors = vi.hoisted(() => new Map<unknown, Door>())
const asked = vi.hoisted(() => [] as string[])
const refusals = vi.hoisted(() => [] as string[])
const reads = vi.hoisted(() => ({ count: 0 }))
const browser = vi.hoisted(() => ({ cookies: new Map<string, string>(), site: 'same-origin' }))

class Went extends Error {}
class Gone extends Error {}

vi.mock('next/headers', () => ({
  cookies: async () => ({
    get: (name: string) => {
      const value = browser.cookies.get(name)
      return value === undefined ? undefined : { name, value }
    },
    set: () => {},
  }),
  headers: async () => new Headers({ 'sec-fetch-site': browser.site }),
}))
vi.mock('next/navigation', async (original) => ({
  ...(await original<object>()),
  redirect: (to: string) => {
    throw new Went(to)
  },
  notFound: () => {
    throw new Gone()
  },
}))
vi.mock('next-intl/server', () => ({
  getTranslations: async () => (key: string) => key,
  getLocale: async () => 'en',
  getMessages: async () => ({ desk: {} }),
}))
vi.mock('@/db/client', async (original) => {
  const real = await original<typeof import('@/db/client')>()
  const db = () => {
    reads.count += 1
    return real.db()
  }
  return { ...real, db }
})
vi.mock('@/lib/staff/record', async (original) => ({
  ...(await original<object>()),
  noteRefused: async (_: unknown, permission: string) => {
    refusals.push(permission)
  },
}))
vi.mock('@/lib/auth/guards', async (original) => {
  const real = await original<typeof import('@/lib/auth/guards')>()
  const publicAction: typeof real.publicAction = (schema, work) => {
    const made = real.publicAction(schema, work)
    doors.set(made, { kind: 'open', permission: null, schema })
    return made
  }
  return { ...real, publicAction }
})
vi.mock('@/lib/auth/staff-guards', async (original) => {
  const real = await original<typeof import('@/lib/auth/staff-guards')>()
  const staffAction: typeof real.staffAction = (permission, schema, work) => {
    const made = real.staffAction(permission, schema, work)
    doors.set(made, { kind: 'action', permission, schema })
    return made
  }
  const staffCall: typeof real.staffCall = (permission, schema, work, asking) => {
    const made = real.staffCall(permission, schema, work, asking)
    doors.set(made, { kind: 'call', permission, schema })
    return made
  }
  const publicCall: typeof real.publicCall = (schema, work) => {
    const made = real.publicCall(schema, work)
    doors.set(made, { kind: 'open', permission: null, schema })
    return made
  }
  return {
    ...real,
    staffAction,
    staffCall,
    publicCall,
    requireStaff: (permission: Permission, at?: string) => {
      asked.push(permission)
      return real.requireStaff(permission, at)
    },
    requireApiStaff: (permission: Permission, asking?: object) => {
      asked.push(permission)
      return real.requireApiStaff(permission, asking)
    },
  }
})

const files = readdirSync(HERE, { recursive: true, encoding: 'utf8' }).sort()
const find = (name: RegExp) => files.filter((file) => name.test(`/${file}`))
const isOpen = (file: string) => OPEN.some((folder) => file.startsWith(folder))
const load = (file: string) => import(/* @vite-ignore */ path.join(HERE, file)) as Promise<Module>
type Module = Record<string, unknown>

const pages = find(/\/page\.tsx$/)
const routes = find(/\/route\.ts$/)
const actionFiles = find(/\/actions\.ts$/)

/** Tokens by role; `stale` ones showed their factor six minutes ago. */
const fresh = new Map<StaffRole, string>()
const stale = new Map<StaffRole, string>()
for (const role of STAFF_ROLES) stale.set(role, (await makeStaff([role])).token)
await db().execute("update staff_sessions set factor_at = now() - interval '6 minutes'")
for (const role of STAFF_ROLES) fresh.set(role, (await makeStaff([role])).token)

function signIn(token: string | undefined) {
  browser.cookies.clear()
  if (token !== undefined) browser.cookies.set('__Host-ante-staff', token)
}

beforeEach(() => {
  signIn(undefined)
  browser.site = 'same-origin'
  asked.length = 0
  refusals.length = 0
})

const segments = (file: string) =>
  Object.fromEntries(
    [...file.matchAll(/\[(\.\.\.)?(\w+)\]/g)].map(([, rest, name = '']) => [name, rest ? [ID] : ID]),
  )

/** Calls a page or handler as its framework would; what stopped it, or nothing. */
async function open(work: () => unknown): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    return error
  }
}

const callPage = (file: string, page: unknown) =>
  open(() =>
    (page as (props: object) => unknown)({
      params: Promise.resolve(segments(file)),
      searchParams: Promise.resolve({}),
    }),
  )

/** The permission exists and is of what the folder is about. */
function expectMatter(file: string, permission: Permission) {
  expect(PERMISSIONS).toContain(permission)
  const [group = '', first = ''] = file.split('/')
  const folder = file.split('/').length > 2 ? `${group}/${first}` : group
  expect(MATTERS[folder] ?? [], `${file} asks for ${permission}`).toContain(permission.split('.')[0])
}

describe('pages', () => {
  it('are found', () => {
    expect(pages.length).toBeGreaterThanOrEqual(5)
    for (const folder of OPEN) expect(pages.some((file) => file.startsWith(folder))).toBe(true)
  })

  it.each(pages.filter((file) => !isOpen(file)))('%s opens by the matrix', async (file) => {
    const { default: page, generateMetadata } = await load(file)
    const outcome = await callPage(file, page)
    expect(asked, 'asks for a permission before anything else').toHaveLength(1)
    const permission = asked[0] as Permission
    expectMatter(file, permission)
    expect(outcome).toBeInstanceOf(Went)
    expect((outcome as Error).message).toMatch(/^\/admin\/sign-in\?next=%2Fadmin/)
    reads.count = 0
    const title = typeof generateMetadata === 'function' ? await callPage(file, generateMetadata) : null
    if (!(title instanceof Went)) expect(reads.count, 'a title reads nothing for a stranger').toBe(0)
    for (const role of STAFF_ROLES) {
      signIn(fresh.get(role))
      refusals.length = 0
      const answer = may([role], permission) ? null : await callPage(file, page)
      if (answer !== null) expect(answer, role).toBeInstanceOf(Gone)
      expect(refusals, role).toEqual(answer === null ? [] : [permission])
      if (!needsFactor(permission, new Date(0)) || answer !== null) continue
      signIn(stale.get(role))
      const again = await callPage(file, page)
      expect((again as Error).message, role).toMatch(/^\/admin\/confirm/)
    }
  })
})

describe('route handlers', () => {
  it.each([...routes, null])('%s answers by the matrix', async (file) => {
    if (file === null) return // so that there may be none
    const handlers = Object.entries(await load(file)).filter(([name]) =>
      /^(GET|POST|PUT|PATCH|DELETE|HEAD)$/.test(name),
    )
    expect(handlers.length).toBeGreaterThan(0)
    for (const [method, handler] of handlers) {
      const call = () =>
        open(() =>
          (handler as (request: Request, context: object) => unknown)(
            new Request(`http://localhost:3000/admin/${file}`, {
              method,
              headers: { 'sec-fetch-site': browser.site },
              ...(method === 'GET' || method === 'HEAD' ? {} : { body: '{"unexpected":true}' }),
            }),
            { params: Promise.resolve(segments(file)) },
          ),
        )
      signIn(undefined)
      asked.length = 0
      const refusal = codeOf(await call())
      if (method === 'HEAD' && refusal === 405) continue // looking gives nothing away
      expect(refusal, `${method} as nobody`).toBe(401)
      const permission = asked[0] as Permission
      expectMatter(file, permission)
      for (const role of STAFF_ROLES.filter((one) => !may([one], permission))) {
        signIn(fresh.get(role))
        refusals.length = 0
        expect([403, 404], `${method} as ${role}`).toContain(codeOf(await call()))
        expect(refusals, `${method} as ${role}`).toEqual([permission])
      }
      if (!needsFactor(permission, new Date(0))) continue
      for (const role of STAFF_ROLES.filter((one) => may([one], permission))) {
        signIn(stale.get(role))
        expect(codeOf(await call()), `${method} as ${role} with an old factor`).toBe(403)
      }
    }
  })
})

/** Of a refusal its status; a browser's form may also be led to where it can be mended, with nothing else in the answer. */
function codeOf(answer: unknown): number | string {
  if (isAppError(answer)) return answer.status
  if (!(answer instanceof Response)) return `no refusal: ${answer}`
  const to = answer.status === 303 ? (answer.headers.get('location') ?? '') : ''
  if (/^\/admin\/sign-in(\?|$)|^\/help\?problem=not_signed_in$/.test(to)) return 401
  return /^\/admin\/confirm(\?|$)|^\/help\?problem=(forbidden|factor_needed)$/.test(to) ? 403 : answer.status
}

describe('server actions', () => {
  it('are found', () => expect(actionFiles.length).toBeGreaterThanOrEqual(6))

  it.each(actionFiles)('of %s all go through a door that names a permission', async (file) => {
    const exported = Object.entries(await load(file))
    expect(exported.length).toBeGreaterThan(0)
    for (const [name, action] of exported) {
      const door = doors.get(action)
      expect(door, name).toBeDefined()
      if (door === undefined) continue
      expect(door.kind === 'open', `${name} is open`).toBe(isOpen(file))
      expect(isStrict(door.schema), `${name} refuses extra fields`).toBe(true)
      browser.site = 'cross-site'
      expect(await press(action, door), `${name} from another site`).toBe('foreign_origin')
      browser.site = 'same-origin'
      if (door.permission === null) continue
      expectMatter(file, door.permission)
      await pressAsEverybody(name, action, { ...door, permission: door.permission })
    }
  })

  it('refuse extra fields wherever the schema is of', () => {
    expect(isStrict(z.strictObject({ a: z.string() }))).toBe(true)
    expect(isStrict(z.object({ a: z.string() }))).toBe(false)
    expect(isStrict(z.strictObject({ a: z.object({ b: z.string() }) }))).toBe(false)
    expect(isStrict(z.union([z.strictObject({}), z.looseObject({})]))).toBe(false)
    expect(isStrict(z.array(z.strictObject({}).optional()))).toBe(true)
  })
})

async function pressAsEverybody(name: string, action: unknown, door: Door & { permission: Permission }) {
  signIn(undefined)
  expect(await press(action, door), `${name} as nobody`).toBe('not_signed_in')
  signIn('a-token-that-nobody-has')
  expect(await press(action, door), `${name} with a made-up cookie`).toBe('not_signed_in')
  for (const role of STAFF_ROLES) {
    const isAllowed = may([role], door.permission)
    refusals.length = 0
    signIn(fresh.get(role))
    expect(await press(action, door), `${name} as ${role}`).toBe(isAllowed ? 'bad_request' : 'forbidden')
    expect(refusals, `${name} as ${role}`).toEqual(isAllowed ? [] : [door.permission])
    signIn(stale.get(role))
    if (isAllowed && needsFactor(door.permission, new Date(0)))
      expect(await press(action, door), `${name} as ${role} with an old factor`).toBe('factor_needed')
  }
}

/** Sends fields that no schema knows; the code of what stopped the action. */
async function press(action: unknown, { kind }: Door): Promise<string> {
  const form = new FormData()
  form.set('unexpected', 'field')
  const before = refusals.length
  const isForm = kind === 'action'
  const answer = await open(() =>
    (action as (input: unknown) => unknown)(isForm ? form : { unexpected: 'field' }),
  )
  if (answer instanceof Went) {
    if (answer.message.startsWith('/admin/sign-in?next=')) return 'not_signed_in'
    return answer.message.startsWith('/admin/confirm?next=') ? 'factor_needed' : answer.message
  }
  if (answer instanceof Gone) return refusals.length > before ? 'forbidden' : 'bad_request'
  if (isAppError(answer)) return answer.code
  const told = answer as Answer<unknown>
  return told?.ok === false ? told.code : `no refusal: ${answer}`
}

/** True when every object inside refuses keys that it does not name. */
function isStrict(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodObject)
    return (
      schema.def.catchall instanceof z.ZodNever &&
      Object.values(schema.shape).every((field) => isStrict(field as z.ZodType))
    )
  if (schema instanceof z.ZodUnion) return schema.options.every((one) => isStrict(one as z.ZodType))
  if (schema instanceof z.ZodArray) return isStrict(schema.element as z.ZodType)
  if (schema instanceof z.ZodPipe) return isStrict(schema.in as z.ZodType)
  const inner = (schema.def as { innerType?: z.ZodType }).innerType
  return inner === undefined || isStrict(inner)
}
