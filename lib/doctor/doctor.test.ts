import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { VENDOR_SETTINGS, VENDORS, type Vendor } from '@/lib/vendor-settings'
import { type RunningSandbox, startSandbox } from '@/sandbox/server'
import { diagnose } from './diagnose'
import { chooseTargets } from './targets'
import { makeCertificate, serveWith } from './testing/certificate'
import { toText } from './text'
import type { FindingCode, Report, Surroundings, Target } from './types'

// Every vendor against the real sandbox and every way in which it can be wrong.

let sandbox: RunningSandbox
let closedPort: number

const WRONG = 'wrong-credential-of-a-test-4711'
const SECRETS: Readonly<Record<Vendor, string>> = {
  idto: 'API_KEY',
  deepvue: 'API_KEY',
  kwikid: 'TOKEN',
  hyperverge: 'APP_KEY',
  didit: 'API_KEY',
  digilocker: 'CLIENT_SECRET',
}
const IDS: Partial<Record<Vendor, string>> = {
  idto: 'CLIENT_ID',
  deepvue: 'CLIENT_ID',
  hyperverge: 'APP_ID',
  digilocker: 'CLIENT_ID',
}

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 1 })
  closedPort = await findClosedPort()
})
afterAll(() => sandbox.close())
afterEach(async () => {
  await control({}, '/_control/reset')
})

async function control(body: unknown, path = '/_control') {
  const response = await fetch(sandbox.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status, await response.text()).toBe(200)
}

async function countJourneys(): Promise<number> {
  const answer = await fetch(`${sandbox.url}/_control/journeys`)
  const { journeys } = (await answer.json()) as { journeys: unknown[] }
  return journeys.length
}

async function findClosedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function targetOf(vendor: Vendor, values: Record<string, string | undefined> = {}): Target {
  const [target] = chooseTargets({ SANDBOX_PORT: String(sandbox.port) }, vendor)
  if (target === undefined) throw new Error(vendor)
  const settings = Object.fromEntries(
    Object.entries(target.settings).map(([name, setting]) => [
      name,
      name in values ? { ...setting, value: values[name] } : setting,
    ]),
  )
  return { ...target, source: 'environment', settings }
}

/** The real rules for the return address, and a base URL that the vendor does not document. */
const asLive = (target: Target, hosts: string[] = []): Target => ({
  ...target,
  sandbox: false,
  allowedHosts: hosts,
})

const ADDRESSES: Readonly<Record<string, string[]>> = {
  localhost: ['127.0.0.1'],
  'kyc.example.com': ['93.184.216.34'],
  'inside.example.com': ['10.1.2.3'],
}

const around = (more: Partial<Surroundings> & { app?: string } = {}): Surroundings => ({
  environment: { APP_URL: more.app ?? 'https://kyc.example.com' },
  now: () => new Date(),
  resolve: async (name) => ADDRESSES[name] ?? [],
  ...more,
})

const examine = (target: Target, more: Parameters<typeof around>[0] = {}) => diagnose(target, around(more))

const settingOf = (target: Target, name: string) => target.settings[name]?.value ?? ''

/** No value of a secret setting stands anywhere in what people get. */
function expectNoSecret(report: Report, target: Target) {
  const shown = [toText(report), JSON.stringify(report), report.curl, report.ticket].join('\n')
  for (const { name, secret, value = '' } of Object.values(target.settings)) {
    const isPartOfPair = secret || name === IDS[target.vendor]
    if (isPartOfPair && value.trim().length > 3) expect(shown, name).not.toContain(value.trim())
  }
}

describe.each(VENDORS)('%s', (vendor) => {
  const secret = SECRETS[vendor]
  const prefix = VENDOR_SETTINGS[vendor].prefix
  const documented = VENDOR_SETTINGS[vendor].baseUrls[0]

  async function expectFinding(
    target: Target,
    finding: FindingCode,
    more: Parameters<typeof around>[0] = {},
  ) {
    const report = await examine(target, more)
    expect(report.finding, toText(report)).toBe(finding)
    expect(report.healthy).toBe(finding === 'healthy')
    expectNoSecret(report, target)
    const first = report.probes.findIndex(({ id, state }) => state === 'problem' && id !== 'return')
    if (first !== -1)
      expect(report.probes.slice(first + 1).every(({ state }) => state === 'skipped')).toBe(true)
    return report
  }

  test('a healthy sandbox is healthy', async () => {
    const report = await expectFinding(targetOf(vendor), 'healthy')
    expect(report.probes.map(({ id }) => id)).toEqual([
      'settings',
      'reachable',
      'clock',
      'return',
      'key',
      'start',
      'webhook',
    ])
    expect(report.ticket).toBeNull()
  })

  describe('settings', () => {
    test.each<[string, FindingCode, string | undefined]>([
      ['a missing one', 'setting_missing', undefined],
      ['an empty one', 'setting_missing', '  '],
      ['a blank at the end', 'whitespace_in_setting', `${WRONG} `],
      ['a line break inside', 'whitespace_in_setting', `${WRONG}\n${WRONG}`],
      ['an invisible character', 'whitespace_in_setting', `${WRONG}\u200b`],
      ['a placeholder', 'placeholder_value', '<your-key-here>'],
      ['a placeholder of many', 'placeholder_value', 'changeme'],
      ['a variable that nobody replaced', 'placeholder_value', '$SOME_KEY'],
      ['quotes', 'setting_malformed', `"${WRONG}"`],
      ['the scheme', 'setting_malformed', `Bearer ${WRONG}`],
      ['the header', 'setting_malformed', `X-API-KEY: ${WRONG}`],
      ['an address', 'setting_malformed', 'https://dev.idto.ai/key'],
      ['a letter that no header carries', 'setting_malformed', `${WRONG}é`],
    ])('%s', async (_, finding, value) => {
      const report = await expectFinding(targetOf(vendor, { [secret]: value }), finding)
      expect(report.diagnosis).toContain(`${prefix}_${secret}`)
      expect(report.calls).toEqual([])
    })

    test.each([
      ['http', 'http://vendor.example.com', 'http'],
      ['a private address', 'https://10.0.0.7', '10.0.0.7'],
      ['no address', 'vendor', 'no https address'],
      ...(documented === undefined
        ? [['a path', 'https://verify.test.getkwikid.com/verification/v2', 'a path']]
        : [
            ['a path', `${documented}/verify/v1`, 'a path'],
            ['another host', 'https://api.example.com', 'api.example.com'],
          ]),
    ])('base URL: %s', async (_, baseUrl, word) => {
      const target = asLive(targetOf(vendor, { BASE_URL: baseUrl, ...ownValues(vendor) }))
      const report = await expectFinding(target, 'base_url_wrong')
      expect(report.diagnosis).toContain(word)
      expect(report.diagnosis).toContain(`${prefix}_BASE_URL`)
    })

    test('a key of the sandbox is a placeholder at the vendor itself', async () => {
      const target = asLive(targetOf(vendor, { BASE_URL: documented ?? 'https://verify.test.getkwikid.com' }))
      await expectFinding(target, 'placeholder_value')
    })

    test('a loopback address is refused in production', async () => {
      const report = await examine(targetOf(vendor), {
        environment: { APP_ENV: 'production', APP_URL: 'https://kyc.example.com' },
      })
      expect(report.finding).toBe('base_url_wrong')
    })

    if (IDS[vendor] !== undefined)
      test('the same value twice', async () => {
        const target = targetOf(vendor, { [secret]: WRONG, [IDS[vendor] ?? '']: WRONG })
        await expectFinding(target, 'same_value_twice')
      })
  })

  describe('network', () => {
    test('a closed port', async () => {
      const target = targetOf(vendor, { BASE_URL: `http://localhost:${closedPort}` })
      await expectFinding(target, 'connection_refused')
    })

    test('a name that DNS does not know', async () => {
      const values = { BASE_URL: 'https://vendor.example.invalid', ...ownValues(vendor) }
      const target = asLive(targetOf(vendor, values), ['vendor.example.invalid'])
      const report = await expectFinding(target, 'name_not_found')
      expect(report.diagnosis).toContain('vendor.example.invalid')
    })

    test('a name that leads inside', async () => {
      const values = { BASE_URL: 'https://inside.example.com', ...ownValues(vendor) }
      const target = asLive(targetOf(vendor, values), ['inside.example.com'])
      const report = await expectFinding(target, 'address_refused')
      expect(report.diagnosis).toContain('10.1.2.3')
    })

    test('the vendor is down', async () => {
      await control({ vendor, mode: { down: true } })
      const report = await expectFinding(targetOf(vendor), 'vendor_down')
      expect(report.ticket).toContain('503')
    })

    test('a web page instead of the API', async () => {
      await control({ vendor, fault: 'html', times: 5 })
      await expectFinding(targetOf(vendor), 'vendor_answers_html')
    })

    test('a redirect is not followed', async () => {
      await control({ vendor, fault: 'redirect', times: 5 })
      await expectFinding(targetOf(vendor), 'base_url_wrong')
    })

    test('a connection that breaks', async () => {
      await control({ vendor, fault: 'disconnect', times: 5 })
      await expectFinding(targetOf(vendor), 'connection_broken')
    })

    test('a vendor that never answers', async () => {
      await control({ vendor, fault: 'hang', times: 5 })
      const report = await expectFinding(targetOf(vendor), 'vendor_down', { limits: { totalMs: 300 } })
      expect(report.diagnosis).toContain('no answer within 0.3 s')
    })

    test('more than 64 kB are not read', async () => {
      await control({ vendor, fault: 'huge_body', status: 418, times: 5 })
      await expectFinding(targetOf(vendor), 'request_refused')
    })

    test('too many calls', async () => {
      await control({ vendor, fault: 'rate_limited', times: 5 })
      await expectFinding(targetOf(vendor), 'rate_limited')
    })

    test.each([400, -400])('clocks %d s apart', async (clockSkewSeconds) => {
      await control({ vendor, mode: { clockSkewSeconds } })
      const report = await expectFinding(targetOf(vendor), 'clock_skew')
      expect(report.diagnosis).toMatch(/(39\d|40\d) s apart/)
    })

    test('clocks 90 s apart are only a hint', async () => {
      await control({ vendor, mode: { clockSkewSeconds: 90 } })
      const report = await expectFinding(targetOf(vendor), 'healthy')
      expect(report.probes.find(({ id }) => id === 'clock')?.finding).toBe('clock_skew')
    })
  })

  describe('return address', () => {
    test.each([
      ['http://192.168.1.20:3000', 'return_not_public', '192.168.1.20'],
      ['https://10.0.0.5', 'return_not_public', '10.0.0.5'],
      ['https://[fd00::1]', 'return_not_public', 'fd00::1'],
      ['http://localhost:3000', 'return_not_public', 'localhost'],
      ['https://printer.local', 'return_not_public', 'printer.local'],
      ['https://inside.example.com', 'return_not_public', 'inside.example.com'],
      ['https://unknown.example.com', 'return_not_public', 'unknown.example.com'],
      ['http://kyc.example.com', 'return_not_https', 'http'],
    ] as const)('%s', async (app, finding, word) => {
      const report = await expectFinding(asLive(targetOf(vendor)), finding, { app })
      expect(report.diagnosis).toContain(word)
      const own = await expectFinding(targetOf(vendor), 'healthy', { app })
      expect(own.probes.find(({ id }) => id === 'return')?.evidence.join(' ')).toContain('fine for a stub')
    })
  })

  test('a wrong key behind a wrong return address: both are named, the key first', async () => {
    const target = asLive(targetOf(vendor, { [secret]: WRONG }))
    const report = await expectFinding(target, 'key_refused', { app: 'http://192.168.1.20:3000' })
    expect(report.alsoFound.map(({ finding }) => finding)).toEqual(['return_not_public'])
    expect(report.diagnosis).not.toContain('return address')
    expect(report.alsoFound[0]?.diagnosis).toContain('192.168.1.20')
    expect(toText(report)).toContain('Found besides')
  })

  test('a wrong key', async () => {
    const report = await expectFinding(targetOf(vendor, { [secret]: WRONG }), 'key_refused')
    expect(report.ticket).toContain('SHA-256')
    expect(report.curl).toContain(`$${prefix}_${secret}`)
    expect(report.fixes.length).toBeGreaterThan(0)
  })

  if (IDS[vendor] !== undefined)
    test('key and id swapped', async () => {
      const id = IDS[vendor] ?? ''
      const right = targetOf(vendor)
      const target = targetOf(vendor, {
        [secret]: settingOf(right, id),
        [id]: settingOf(right, secret),
      })
      const report = await expectFinding(target, 'swapped_key_and_id')
      expect(report.probes.find(({ id: probe }) => probe === 'key')?.evidence.join(' ')).toContain(
        'exchanged',
      )
    })

  test('no live vendor is asked to start', async () => {
    const before = await countJourneys()
    const report = await expectFinding(asLive(targetOf(vendor)), 'healthy')
    expect(report.probes.find(({ id }) => id === 'start')?.state).toBe('skipped')
    expect(await countJourneys()).toBe(before)
  })
})

/** Values of nobody in place of the sandbox's own, which are placeholders anywhere else. */
function ownValues(vendor: Vendor): Record<string, string> {
  const given = Object.values(targetOf(vendor).settings)
  const fromSandbox = given.filter(({ value = '' }) => /^sandbox/i.test(value))
  return Object.fromEntries(
    fromSandbox.map(({ name }) => [
      name,
      `value-of-a-test-${name.toLowerCase().replaceAll('_', '-')}-000000`,
    ]),
  )
}

interface Row {
  vendor: Vendor
  mode: Record<string, unknown>
  finding: FindingCode
  /** Must be named as a further cause: the vendor's answer does not tell them apart. */
  also?: FindingCode
}

const ACCOUNT_ROWS: readonly Row[] = [
  { vendor: 'idto', mode: { account: 'inactive' }, finding: 'key_refused', also: 'client_inactive' },
  { vendor: 'idto', mode: { account: 'no_product' }, finding: 'product_not_enabled' },
  {
    vendor: 'idto',
    mode: { account: 'other_environment' },
    finding: 'key_refused',
    also: 'wrong_environment',
  },
  {
    vendor: 'idto',
    mode: { dropsHeaders: ['X-API-KEY'] },
    finding: 'key_refused',
    also: 'header_not_received',
  },
  { vendor: 'idto', mode: { dropsHeaders: ['Content-Type'] }, finding: 'header_not_received' },
  { vendor: 'idto', mode: { unlistedReturn: true }, finding: 'return_not_listed' },
  { vendor: 'deepvue', mode: { account: 'inactive' }, finding: 'client_inactive' },
  { vendor: 'deepvue', mode: { account: 'no_product' }, finding: 'product_not_enabled' },
  {
    vendor: 'deepvue',
    mode: { account: 'other_environment' },
    finding: 'key_refused',
    also: 'wrong_environment',
  },
  { vendor: 'deepvue', mode: { dropsHeaders: ['x-api-key'] }, finding: 'header_not_received' },
  { vendor: 'deepvue', mode: { dropsHeaders: ['client-id'] }, finding: 'header_not_received' },
  { vendor: 'deepvue', mode: { dropsHeaders: ['content-type'] }, finding: 'header_not_received' },
  { vendor: 'deepvue', mode: { unlistedReturn: true }, finding: 'healthy' },
  { vendor: 'kwikid', mode: { account: 'inactive' }, finding: 'key_refused', also: 'client_inactive' },
  { vendor: 'kwikid', mode: { account: 'no_product' }, finding: 'product_not_enabled' },
  {
    vendor: 'kwikid',
    mode: { account: 'other_environment' },
    finding: 'key_refused',
    also: 'wrong_environment',
  },
  { vendor: 'kwikid', mode: { dropsHeaders: ['authorization'] }, finding: 'header_not_received' },
  { vendor: 'kwikid', mode: { unlistedReturn: true }, finding: 'healthy' },
  { vendor: 'hyperverge', mode: { account: 'inactive' }, finding: 'key_refused', also: 'client_inactive' },
  { vendor: 'hyperverge', mode: { account: 'no_product' }, finding: 'product_not_enabled' },
  {
    vendor: 'hyperverge',
    mode: { account: 'other_environment' },
    finding: 'key_refused',
    also: 'wrong_environment',
  },
  {
    vendor: 'hyperverge',
    mode: { dropsHeaders: ['appkey'] },
    finding: 'key_refused',
    also: 'header_not_received',
  },
  { vendor: 'hyperverge', mode: { unlistedReturn: true }, finding: 'healthy' },
  { vendor: 'didit', mode: { account: 'inactive' }, finding: 'key_refused', also: 'client_inactive' },
  { vendor: 'didit', mode: { account: 'no_product' }, finding: 'product_not_enabled' },
  {
    vendor: 'didit',
    mode: { account: 'other_environment' },
    finding: 'key_refused',
    also: 'wrong_environment',
  },
  { vendor: 'didit', mode: { dropsHeaders: ['x-api-key'] }, finding: 'header_not_received' },
  { vendor: 'didit', mode: { dropsHeaders: ['content-type'] }, finding: 'header_not_received' },
  { vendor: 'didit', mode: { unlistedReturn: true }, finding: 'return_not_listed' },
  { vendor: 'didit', mode: { outOfCredits: true }, finding: 'out_of_credits' },
  { vendor: 'digilocker', mode: { account: 'inactive' }, finding: 'key_refused', also: 'client_inactive' },
  { vendor: 'digilocker', mode: { account: 'no_product' }, finding: 'product_not_enabled' },
  { vendor: 'digilocker', mode: { account: 'other_environment' }, finding: 'key_refused' },
  { vendor: 'digilocker', mode: { dropsHeaders: ['authorization'] }, finding: 'header_not_received' },
  { vendor: 'digilocker', mode: { dropsHeaders: ['content-type'] }, finding: 'header_not_received' },
  { vendor: 'digilocker', mode: { unlistedReturn: true }, finding: 'return_not_listed' },
]

describe('what the vendor answers', () => {
  test.each(ACCOUNT_ROWS)('$vendor $mode: $finding', async ({ vendor, mode, finding, also }) => {
    await control({ vendor, mode })
    const target = targetOf(vendor)
    const report = await examine(target)
    expect(report.finding, toText(report)).toBe(finding)
    if (also !== undefined) expect(report.alsoPossible.map((cause) => cause.finding)).toContain(also)
    for (const cause of report.alsoPossible) expect(cause.howToTell).not.toBe('')
    if (finding === 'header_not_received') {
      const [dropped = ''] = mode.dropsHeaders as string[]
      expect(report.diagnosis.toLowerCase()).toContain(dropped.toLowerCase())
    }
    expectNoSecret(report, target)
  })

  test.each<[string, Record<string, string>, FindingCode]>([
    ['a right pair', {}, 'healthy'],
    ['a wrong secret', { CLIENT_SECRET: WRONG }, 'key_refused'],
    [
      'a swapped pair',
      { CLIENT_ID: 'sandbox-didit-secret', CLIENT_SECRET: 'sandbox-didit-client' },
      'swapped_key_and_id',
    ],
    ['half a pair', { CLIENT_SECRET: '' }, 'setting_missing'],
    ['an address with a query', { AUTH_URL: 'https://apx.didit.me/?a=b' }, 'base_url_wrong'],
  ])('Didit by token: %s', async (_, values, finding) => {
    const target = targetOf('didit', {
      API_KEY: '',
      AUTH_URL: sandbox.url,
      CLIENT_ID: 'sandbox-didit-client',
      CLIENT_SECRET: 'sandbox-didit-secret',
      ...values,
    })
    const report = await examine(target)
    expect(report.finding, toText(report)).toBe(finding)
    expectNoSecret(report, target)
  })

  test('a workflow that Didit does not know', async () => {
    const unknown = '00000000-0000-4000-8000-00000000dead'
    const report = await examine(targetOf('didit', { WORKFLOW_ID: unknown }))
    expect(report.finding, toText(report)).toBe('setting_malformed')
    expect(report.diagnosis).toContain('DIDIT_WORKFLOW_ID')
  })

  test('an account of Didit without credit', async () => {
    const body = { detail: 'You do not have enough credits to create a session.' }
    await control({ vendor: 'didit', fault: 'body', status: 400, body, times: 5 })
    expect((await examine(targetOf('didit'))).finding).toBe('out_of_credits')
  })

  test('a pair of the other environment is told by trying it there, once it was refused', async () => {
    const other = await startSandbox({ port: 0, seed: 1 })
    try {
      await control({ vendor: 'idto', mode: { account: 'other_environment' } })
      const report = await examine(targetOf('idto'), { otherBaseUrls: [sandbox.url, other.url] })
      expect(report.finding, toText(report)).toBe('wrong_environment')
      expect(report.fixes.join(' ')).toContain(other.url)
    } finally {
      await other.close()
    }
  })

  test('text that is not in any document is never shown', async () => {
    const body = { detail: 'Asha Example 9000000001 is not known here' }
    await control({ vendor: 'idto', fault: 'body', status: 418, body, times: 5 })
    const report = await examine(targetOf('idto'))
    expect(report.finding).toBe('request_refused')
    expect(JSON.stringify(report)).not.toContain('Asha')
    expect(report.calls.at(-1)).toMatchObject({ status: 418, shape: 'json', wording: null })
  })
})

describe('certificates', () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000)
  const good = { name: 'localhost', validFrom: day(-1), validTo: day(30) }

  async function examineHttps(wish: typeof good, trust: boolean): Promise<Report> {
    const pair = makeCertificate(wish)
    const { url, server } = await serveWith(pair)
    try {
      return await examine(targetOf('deepvue', { BASE_URL: url }), trust ? { ca: pair.cert } : {})
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  test.each<[string, typeof good, boolean, FindingCode]>([
    ['self-signed', good, false, 'tls_untrusted'],
    ['too old', { ...good, validTo: day(-0.5) }, false, 'tls_expired'],
    ['too old and trusted', { ...good, validTo: day(-0.5) }, true, 'tls_expired'],
    ['not valid yet', { ...good, validFrom: day(1) }, true, 'tls_expired'],
    ['for another name', { ...good, name: 'vendor.example.com' }, true, 'tls_name_mismatch'],
    ['right', good, true, 'header_not_received'],
  ])('%s', async (_, wish, trust, finding) => {
    const report = await examineHttps(wish, trust)
    expect(report.finding, toText(report)).toBe(finding)
    const evidence = report.probes.find(({ id }) => id === 'reachable')?.evidence.join('\n')
    expect(evidence).toContain(`TEST ${wish.name}`)
    expect(evidence).toContain(wish.validTo.toISOString().slice(0, 10))
  })
})
