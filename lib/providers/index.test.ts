import { describe, expect, it } from 'vitest'
import { type Breaker, createBreaker } from './breaker'
import { createProvider } from './index'
import { HYPERVERGE } from './testing/case-hyperverge'
import { play } from './testing/play'
import type { Connection } from './types'

const CONNECTION: Connection = {
  ...{ id: 'hv', vendor: 'hyperverge', displayName: 'x', sandbox: false, allowedHosts: [] },
  baseUrl: new URL('https://vendor.example'),
  authUrl: null,
  credentials: HYPERVERGE.credentials,
}
const LIVE = { production: true, allowedLoopbackOrigins: [] }

describe('createProvider', () => {
  it('checks the second host like the first', () => {
    const make = (authUrl: string) => () => createProvider({ ...CONNECTION, authUrl: new URL(authUrl) }, LIVE)
    expect(make('https://auth.vendor.example')).not.toThrow()
    for (const authUrl of ['http://auth.vendor.example', 'https://10.0.0.1', 'https://localhost'])
      expect(make(authUrl)).toThrowError(/provider_blocked_address/)
  })

  it("refuses a vendor's test host in production, whatever the flag says", () => {
    const credentials = { apiKey: 'k', clientId: 'c' }
    const make = (base: string) => () =>
      createProvider({ ...CONNECTION, vendor: 'idto', credentials, baseUrl: new URL(base) }, LIVE)
    expect(make('https://dev.idto.ai')).toThrowError(/no_connection.*sandbox_in_production/)
    expect(make('https://prod.idto.ai')).not.toThrow()
  })

  it('runs calls through the breaker that it was given', async () => {
    let runs = 0
    const inner = createBreaker()
    const breaker: Breaker = {
      get state() {
        return inner.state
      },
      run(work) {
        runs += 1
        return inner.run(work)
      },
    }
    const { stub } = await play(HYPERVERGE)
    const options = { production: false, allowedLoopbackOrigins: [stub.origin], breaker }
    const provider = createProvider({ ...CONNECTION, baseUrl: new URL(stub.origin) }, options)
    await provider.start({
      verificationId: 'v',
      returnUrl: new URL('https://app.example.test/x'),
      state: 's',
      documents: ['pan'],
      purpose: 'x',
    })
    expect(runs).toBe(1)
  })

  it('offers a webhook only where the adapter does', () => {
    const { webhookPathToken: _, ...credentials } = HYPERVERGE.credentials
    expect(createProvider(CONNECTION, LIVE).readWebhook).toBeTypeOf('function')
    expect('readWebhook' in createProvider({ ...CONNECTION, credentials }, LIVE)).toBe(false)
    expect('readStatus' in createProvider(CONNECTION, LIVE)).toBe(false)
  })
})
