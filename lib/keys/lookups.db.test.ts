import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { bundleScript, runScript } from '@/db/testing/process'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker } from '@/sandbox/test-client'
import { only, ringOf, toSetting, useRings } from './testing'

// While the index key is being rotated one value has two blind indexes. What must be one stays one, in any order of keys.

const sandbox = await startSandbox({ port: 0, seed: 23 })
const vendor = await startRepeatingVendor(sandbox.url)
const database = await openFreshDatabase({
  IDTO_BASE_URL: sandbox.url,
  IDTO_API_KEY: 'sandbox-idto-key',
  IDTO_CLIENT_ID: 'sandbox-idto-client',
  DEEPVUE_BASE_URL: vendor.url,
  DEEPVUE_API_KEY: 'sandbox-deepvue-secret',
  DEEPVUE_CLIENT_ID: 'sandbox-deepvue-client',
  DEEPVUE_ALLOWED_HOSTS: '127.0.0.1',
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  vendor.server.close()
  await sandbox.close()
})

const { makePlayer, agreeTo, bring } = await import('@/lib/verification/testing')
const { start } = await import('@/lib/verification/start')
const { issueCode, redeemCode } = await import('@/lib/auth/codes')

const ring = ringOf('i1', 'i2')
const before = only(ring, 'i1')
const during = only(ring, 'i1', 'i2')
const after = only(ring, 'i2', 'i1')
beforeEach(() => useRings({ indexKeys: before }))

/** A vendor that gives every player the session it gave the first one. */
async function startRepeatingVendor(target: string): Promise<{ server: Server; url: string }> {
  const answers = new Map<string, { status: number; type: string; body: string }>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const path = request.url ?? '/'
    const answer = answers.get(path) ?? (await forward(path))
    answers.set(path, answer)
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body)

    async function forward(to: string) {
      const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers
      const { method = 'GET' } = request
      const body = method === 'GET' ? {} : { body: Buffer.concat(chunks) }
      const sent = await fetch(new URL(to, target), {
        method,
        headers: headers as Record<string, string>,
        ...body,
      })
      return {
        status: sent.status,
        type: sent.headers.get('content-type') ?? '',
        body: await sent.text(),
      }
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function signIn(email: string): Promise<string> {
  let code = ''
  const token = await issueCode(email, async (sent) => {
    code = sent
  })
  const answer = await redeemCode(token, code, 'en')
  return answer.kind === 'player' ? answer.playerId : answer.kind
}

describe('one address is one player', () => {
  test('whichever key wrote it and whichever key writes now', async () => {
    const first = await signIn('old@example.invalid')
    useRings({ indexKeys: after })
    expect(await signIn('old@example.invalid')).toBe(first)
    const second = await signIn('new@example.invalid')
    useRings({ indexKeys: during })
    expect(await signIn('new@example.invalid')).toBe(second)
  })

  test('also when two processes that write with different keys make it at the same moment', async () => {
    const script = await bundleScript(`
      import { issueCode, redeemCode } from '@/lib/auth/codes'
      import { closePool } from '@/db/client'
      const pending = []
      for (let n = 0; n < 40; n += 1) {
        let code = ''
        const token = await issueCode('race-' + n + '@example.invalid', async (sent) => { code = sent })
        pending.push([token, code])
      }
      const begin = Number(process.argv[2])
      for (const [n, [token, code]] of pending.entries()) {
        await new Promise((resolve) => setTimeout(resolve, begin + n * 30 - Date.now()))
        const { kind, playerId } = await redeemCode(token, code, 'en')
        console.log(kind, playerId)
      }
      await closePool()
    `)
    const begin = String(Date.now() + 3000)
    const run = (keys: typeof ring) => {
      process.env.INDEX_KEY = toSetting(keys)
      return runScript(script, [begin])
    }
    const [one, two] = await Promise.all([run(during), run(after)])
    expect(one.trim().split('\n')).toHaveLength(40)
    expect(one).not.toContain('ended')
    expect(two).toBe(one)
  })
})

describe('a code that a vendor handed out counts once', () => {
  async function playerAway() {
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan'])
    const started = await start(player)
    const back = await answerAtDigiLocker(started.authorizationUrl, 'adult')
    if (back === null) throw new Error('nobody came back')
    return { player, started, back }
  }

  test.each([
    ['under the old key, then under the new one', before, after],
    ['under the new key, then by a process that still writes with the old one', after, during],
  ])('%s', async (_when, first, second) => {
    const [one, two] = [await playerAway(), await playerAway()]
    useRings({ indexKeys: first })
    expect((await bring(one.player, one.started, one.back)).kind).toBe('taken')
    useRings({ indexKeys: second })
    const stolen = new URL(two.back)
    stolen.searchParams.set('code', one.back.searchParams.get('code') ?? '')
    expect((await bring(two.player, two.started, stolen)).kind).toBe('refused')
    expect((await bring(two.player, two.started, two.back)).kind).toBe('taken')
  })
})

test('a session that a vendor gives out twice is refused, whichever key wrote the first', async () => {
  const leave = async () => {
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan'])
    return start(player, 'deepvue')
  }
  await leave()
  useRings({ indexKeys: after })
  await expect(leave()).rejects.toMatchObject({
    code: 'provider_bad_response',
    detail: expect.stringContaining('reference_reused'),
  })
})
