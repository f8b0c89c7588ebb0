import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAt, control, walkHome } from '@/sandbox/test-client'

// What is special about one vendor, seen from the journey.

const sandbox = await startSandbox({ port: 0, seed: 19 })
const database = await openFreshDatabase({
  SANDBOX_PORT: String(sandbox.port),
  KYC_CONNECTIONS: 'kwikid,hyperverge,digilocker,idto',
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect } = await import('./collect')
const { findJourney } = await import('./find')
const { stateDetails, findStated } = await import('./stated')
const { keepUnclaimed, readUnclaimed } = await import('./unclaimed')
const { acceptReturn } = await import('./accept-return')
const { receiveWebhook } = await import('@/lib/webhooks/receive')
const { applyDelivery } = await import('./hints')

beforeEach(async () => {
  await control(sandbox.url, {}, '/_control/reset')
  await control(sandbox.url, { vendor: 'hyperverge', webhook: { none: true } })
})

/** The address of ours that the vendor's pages lead to. */
async function home(from: URL | null): Promise<URL> {
  const back = await walkHome(sandbox.url, from)
  if (back === null) throw new Error('nobody came home')
  return back
}

const PERSON = { name: 'Parikshan Namoona', birthDate: '1990-08-15' }
const OWN = { name: PERSON.name, birth_date: PERSON.birthDate }

/** A player who left for `vendor`; nothing has come back. */
async function away(vendor: string) {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan', 'driving_licence'])
  if (vendor === 'kwikid') await stateDetails(player, PERSON)
  const started = await start(player, vendor)
  const job = { playerId: player.id, verificationId: started.verificationId }
  const view = () => findJourney(player, started.verificationId)
  expect((await view())?.connectionName).toMatch(new RegExp(vendor, 'i'))
  return { player, started, job, view }
}

/** An address of ours that takes webhooks as the app does; `delivery` answers the id of the next stored one. */
async function listen(connectionId: string) {
  const taken: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const pathToken = request.url?.split('/').at(-1) ?? null
    const body = Buffer.concat(chunks)
    taken.push(await receiveWebhook({ connectionId, pathToken, headers, body, address: '192.0.2.7' }))
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await control(sandbox.url, {}, '/_control/reset') // webhooks are sent again
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/api/webhooks/${connectionId}`,
    async delivery(): Promise<string> {
      await expect.poll(() => taken.length, { timeout: 5000 }).toBeGreaterThan(0)
      if (taken[0] !== 'stored') throw new Error(taken[0])
      const [row] = await owner`select delivery_id from webhook_inbox where connection_id = ${connectionId}
                                and event is distinct from 'progress' order by received_at desc limit 1`
      return String(row?.delivery_id)
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

const alerts = async () =>
  (await owner`select kind, subject from alerts`).map(({ kind, subject }) => `${kind} ${subject}`)

describe('KwikID', () => {
  test('is not used before the player has named themself; what they wrote is sealed', async () => {
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan'])
    await expect(start(player)).rejects.toMatchObject({ code: 'details_needed' })
    await stateDetails(player, PERSON)
    expect(await findStated(player)).toEqual(PERSON)
    const dump = JSON.stringify(await owner`select * from players where id = ${player.id}`)
    expect(dump).not.toContain('Parikshan')
    const started = await start(player)
    expect((await findJourney(player, started.verificationId))?.connectionName).toBe('KwikID')
  })

  test('documents of somebody else than named are never verified by a rule', async () => {
    const { player, started, job, view } = await away('kwikid')
    const back = await answerAt(started.authorizationUrl, 'adult', 'allow', {
      ...OWN,
      name: 'Somebody Kalpanik',
    })
    await bring(player, started, await home(back))
    await collect(job)
    expect(await view()).toMatchObject({ status: 'awaiting_reviewer', reasons: ['person_not_matched'] })
  })

  test('a return without a token ends with a way on, and we are told', async () => {
    const { player, started, view } = await away('kwikid')
    await control(sandbox.url, { vendor: 'kwikid', mode: { withoutToken: true } })
    const back = await answerAt(started.authorizationUrl, 'adult', 'allow', OWN)
    await bring(player, started, await home(back))
    await control(sandbox.url, { vendor: 'kwikid', mode: { withoutToken: false } })
    expect(await view()).toMatchObject({
      status: 'failed',
      reasons: ['vendor_failed'],
      nextAction: 'try_again',
    })
    expect(await alerts()).toContain('hand_over_unknown kwikid')
  })

  test('a token that was brought for one journey is refused on another', async () => {
    const [first, second] = [await away('kwikid'), await away('kwikid')]
    const mine = await home(await answerAt(first.started.authorizationUrl, 'adult', 'allow', OWN))
    expect((await bring(first.player, first.started, mine)).kind).toBe('taken')
    const theirs = await home(await answerAt(second.started.authorizationUrl, 'adult', 'allow', OWN))
    for (const padding of ['', '=']) {
      theirs.searchParams.set('access_token', `${mine.searchParams.get('access_token')}${padding}`)
      expect((await bring(second.player, second.started, theirs)).kind).toBe('refused')
    }
    expect((await second.view())?.status).toBe('awaiting_player')
    expect(await alerts()).toContain('code_reused kwikid')
  })

  test('what is posted to the address waits, sealed, for the player alone', async () => {
    const handle = 'h'.repeat(43)
    await keepUnclaimed('kwikid', handle, new Map([['access_token', 'a-token-of-somebody']]))
    await keepUnclaimed('kwikid', handle, new Map([['access_token', 'a-later-one']]))
    expect(JSON.stringify(await owner`select * from unclaimed_returns`)).not.toContain('a-token')
    expect(await readUnclaimed('kwikid', handle)).toEqual(new Map([['access_token', 'a-token-of-somebody']]))
    expect(await readUnclaimed('idto', handle)).toBeNull()
    expect(await readUnclaimed('kwikid', 'x'.repeat(43))).toBeNull()
    await owner`update unclaimed_returns set expires_at = now()`
    expect(await readUnclaimed('kwikid', handle)).toBeNull()
  })

  test('its link, its token and the bearer inside are in no table', async () => {
    const { player, started, job } = await away('kwikid')
    const back = await home(await answerAt(started.authorizationUrl, 'adult', 'allow', OWN))
    await bring(player, started, back)
    await collect(job)
    const token = back.searchParams.get('access_token') ?? ''
    expect(token.length).toBeGreaterThan(8)
    const tables =
      await owner`select table_name from information_schema.tables where table_schema in ('public', 'pgboss')`
    for (const { table_name: name } of tables) {
      const rows = await owner`select * from ${owner(name)}`.catch(
        () => owner`select * from pgboss.${owner(name)}`,
      )
      const dump = JSON.stringify(rows)
      for (const secret of [token, started.authorizationUrl, 'sandbox-kwikid-token'])
        expect(dump, name).not.toContain(secret)
    }
  })
})

describe('HyperVerge', () => {
  const refuse = async () => {
    const one = await away('hyperverge')
    const back = await answerAt(one.started.authorizationUrl, 'refuses')
    expect((await bring(one.player, one.started, await home(back))).kind).toBe('taken')
    return one
  }

  test('a consent that never shows ends after a minute as nothing shared', async () => {
    const { job, view } = await refuse()
    expect((await collect(job)).kind).toBe('later')
    await owner`update verifications set returned_at = now() - interval '61 seconds', version = version + 1 where id = ${job.verificationId}`
    await collect(job)
    expect(await view()).toMatchObject({
      status: 'cancelled',
      reasons: ['nothing_shared'],
      nextAction: 'try_again',
    })
  })

  test('or at once when its webhook says so', async () => {
    const inbox = await listen('hyperverge')
    await control(sandbox.url, { vendor: 'hyperverge', mode: { webhookUrl: inbox.url } })
    const { job, view } = await refuse()
    expect((await collect(job)).kind).toBe('later')
    await applyDelivery({ connectionId: 'hyperverge', deliveryId: await inbox.delivery() })
    await inbox.close()
    expect(await view()).toMatchObject({ status: 'cancelled', reasons: ['nothing_shared'] })
  })

  test('its webhook before the return names the journey, and nothing is fetched', async () => {
    const inbox = await listen('hyperverge')
    await control(sandbox.url, { vendor: 'hyperverge', mode: { webhookUrl: inbox.url } })
    const { player, started, job, view } = await away('hyperverge')
    const back = await home(await answerAt(started.authorizationUrl, 'adult'))
    await applyDelivery({ connectionId: 'hyperverge', deliveryId: await inbox.delivery() })
    await inbox.close()
    expect(await view()).toMatchObject({ status: 'awaiting_confirmation' })
    expect((await bring(player, started, back)).kind).toBe('taken')
    await collect(job)
    expect(await view()).toMatchObject({ status: 'approved' })
  })

  test('a webhook behind another path token is not taken', async () => {
    const inbox = await listen('hyperverge')
    await control(sandbox.url, { vendor: 'hyperverge', mode: { webhookUrl: inbox.url } })
    await control(sandbox.url, { vendor: 'hyperverge', webhook: { forged: true } })
    const { started, view } = await away('hyperverge')
    await answerAt(started.authorizationUrl, 'adult')
    await expect(inbox.delivery()).rejects.toThrow('absent')
    await inbox.close()
    expect((await view())?.status).toBe('awaiting_player')
  })

  test('documents that its own look-up misses are fetched by the list, and no others', async () => {
    await control(sandbox.url, { vendor: 'hyperverge', mode: { detailsMiss: true } })
    const { player, started, job, view } = await away('hyperverge')
    await bring(player, started, await home(await answerAt(started.authorizationUrl, 'adult')))
    await collect(job)
    expect(await view()).toMatchObject({ status: 'approved', reasons: ['all_checks_passed'] })
    const rows = await owner`select type, evidence from documents
                             where verification_id = ${job.verificationId} order by type`
    expect(rows.map(({ type, evidence }) => `${type} ${evidence}`)).toEqual([
      'aadhaar provider_asserted',
      'driving_licence provider_asserted',
      'pan provider_asserted',
    ])
  })
})

describe('DigiLocker itself', () => {
  test('comes back to one exact address, and its echoed state finds the journey', async () => {
    const { player, started, job, view } = await away('digilocker')
    const back = await home(await answerAt(started.authorizationUrl, 'adult'))
    expect(back.pathname).toBe('/api/kyc/digilocker/callback')
    expect((await bring(player, started, back)).kind).toBe('taken')
    await collect(job)
    expect((await view())?.status).toBe('approved')
  })

  test('without its state, with another, or brought by another player: refused, nothing exchanged', async () => {
    const { player, started, view } = await away('digilocker')
    const back = await home(await answerAt(started.authorizationUrl, 'adult'))
    const without = new URL(back)
    without.searchParams.delete('state')
    const other = new URL(back)
    other.searchParams.set('state', 'x'.repeat(43))
    for (const url of [without, other]) expect((await bring(player, started, url)).kind).toBe('refused')
    expect((await bring(await makePlayer(), started, back)).kind).toBe('refused')
    expect((await bring(player, started, back, 'another browser')).kind).toBe('refused')
    expect((await view())?.status).toBe('awaiting_player')
    const log = await (await fetch(`${sandbox.url}/_control/log?vendor=digilocker&call=token`)).text()
    expect(log).not.toContain('"status":200')
  })
})

describe('a return on the path of another connection', () => {
  test.each(['idto', 'hyperverge', 'kwikid'])('%s refuses it and is not called', async (other) => {
    const { player, started, view } = await away('digilocker')
    const back = await home(await answerAt(started.authorizationUrl, 'adult'))
    const query = new Map(back.searchParams)
    const answer = await acceptReturn(player, {
      connectionId: other,
      handle: 'h'.repeat(43),
      query,
      browserKey: started.browserKey,
    })
    expect(answer.kind).toBe('refused')
    expect((await view())?.status).toBe('awaiting_player')
    const exact = await acceptReturn(player, {
      connectionId: other,
      handle: null,
      query,
      browserKey: started.browserKey,
    })
    expect(exact.kind).toBe('refused')
  })
})
