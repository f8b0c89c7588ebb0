import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'

// What reaches the log: listed fields alone, and those through the redactor.

const PAN = 'AAAPN0000A'
const file = path.join(tmpdir(), `ante-log-${process.pid}.log`)
vi.stubEnv('LOG_FILE', file)
vi.stubEnv('NEXT_RUNTIME', 'nodejs')
const { errorName, log } = await import('./log')
const { AppError } = await import('./errors')
const { onRequestError } = await import('@/instrumentation')
afterAll(() => rmSync(file, { force: true }))

let from = 0
beforeEach(() => {
  from = readFileSync(file, { flag: 'a+', encoding: 'utf8' }).length
})
const written = () => readFileSync(file, 'utf8').slice(from)

test.each(['event', 'requestId', 'connection', 'call', 'code', 'verification', 'path', 'state', 'error'])(
  'the field %s passes the redactor',
  (field) => {
    log.warn({ event: 'test', [field]: `seen ${PAN} of a.player@example.invalid` })
    expect(JSON.parse(written())[field]).toBe('seen [pan] of [email]')
  },
)

test('numbers that are no counts, texts that are too long and things that are no text do not pass', () => {
  log.info({ event: 'test', count: 12_345_678_901, ms: 12, status: 200, state: 'x'.repeat(2001) })
  log.info({ event: 'test', state: { pan: PAN } as unknown as string })
  const [first, second] = written()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(first).toMatchObject({ count: '[number]', ms: 12, status: 200, state: '[long text]' })
  expect(second).toMatchObject({ state: '[not text]' })
})

test('a field that is not listed is not written', () => {
  log.error({ event: 'test', ...{ name: 'Sanika Namoona', message: 'x' } })
  expect(Object.keys(JSON.parse(written())).sort()).toEqual(['event', 'level', 'time'])
})

test('of an error only class and code are told, whatever they were set to', () => {
  const error = Object.assign(new Error(PAN), { code: '23505' })
  expect(errorName(error)).toBe('Error:23505')
  expect(errorName(Object.assign(new TypeError(PAN), { name: `Wrong: ${PAN} Sanika Namoona` }))).toBe('Error')
  expect(errorName(Object.assign(new TypeError('x'), { code: `${PAN} Sanika` }))).toBe('TypeError')
  expect(
    errorName(new Error('outer', { cause: Object.assign(new Error(PAN), { code: 'ECONNRESET' }) })),
  ).toBe('Error:ECONNRESET')
})

test.each(['render', 'route', 'action'] as const)(
  'what a page, a route or an action threw is told without message and address: %s',
  async (routeType) => {
    const path = `/verifications/Sanika%20Namoona?code=s3cr3t&pan=${PAN}`
    const request = { path, method: 'GET', headers: { cookie: 's3cr3t' } }
    const context = { routerKind: 'App Router', routePath: '/verifications/[id]', routeType } as const
    await onRequestError(new Error(`broken for ${PAN}`), request, { ...context, revalidateReason: undefined })
    expect(written()).toContain('"event":"request.failed","path":"/verifications/[id]","error":"Error"')
    expect(written()).not.toMatch(/AAAPN|Sanika|s3cr3t|broken/)
  },
)

test('an error of ours is told with its code and detail', async () => {
  const context = { routerKind: 'App Router', routePath: '/verify', routeType: 'render' } as const
  const error = new AppError('state_conflict', 'connection=idto why=nothing_brought_back')
  await onRequestError(
    error,
    { path: '/verify', method: 'GET', headers: {} },
    { ...context, revalidateReason: undefined },
  )
  expect(JSON.parse(written())).toMatchObject({
    code: 'state_conflict',
    state: 'connection=idto why=nothing_brought_back',
  })
})
