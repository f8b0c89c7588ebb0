// What must be set for each vendor, as data: read by the settings, the connections file and the doctor alike. Names of
// docs/providers.md and .env.example; a name here is the part behind the vendor's prefix.

export const VENDORS = ['idto', 'deepvue', 'kwikid', 'hyperverge', 'didit', 'digilocker'] as const
export type Vendor = (typeof VENDORS)[number]

export interface VendorSetting {
  /** Key in `Connection.credentials`. */
  key: string
  /** Behind the prefix: `API_KEY` of `IDTO_API_KEY`. */
  name: string
  secret: boolean
  /** What a value looks like, in words for an error. */
  expected: string
  /** What every right value matches; absent when the vendor says nothing. */
  shape?: RegExp
  fallback?: string
}

export interface VendorSettingsTable {
  prefix: string
  displayName: string
  /** Base URLs that the vendor documents; empty when each account has its own. */
  baseUrls: readonly string[]
  /** The vendor's own hosts for tests, `*.` for subdomains: a connection there is a sandbox, whatever the settings say (FL-17). */
  testHosts: readonly string[]
  required: readonly VendorSetting[]
  /** Exactly one of these sets must be complete, where there are any. */
  oneOf: readonly (readonly VendorSetting[])[]
  optional: readonly VendorSetting[]
}

const secret = (key: string, name: string, expected: string): VendorSetting => ({
  key,
  name,
  secret: true,
  expected,
})
const plain = (key: string, name: string, expected: string, more: Partial<VendorSetting> = {}) => ({
  key,
  name,
  secret: false,
  expected,
  ...more,
})

const PATH_TOKEN = /^[\w-]{32,128}$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const VENDOR_SETTINGS: Readonly<Record<Vendor, VendorSettingsTable>> = {
  idto: {
    prefix: 'IDTO',
    displayName: 'IDTO',
    baseUrls: ['https://dev.idto.ai', 'https://prod.idto.ai'],
    testHosts: ['dev.idto.ai'],
    required: [
      secret('apiKey', 'API_KEY', 'the API key of the IDTO dashboard'),
      plain('clientId', 'CLIENT_ID', 'the client id of the IDTO dashboard'),
    ],
    oneOf: [],
    optional: [],
  },
  deepvue: {
    prefix: 'DEEPVUE',
    displayName: 'Deepvue',
    baseUrls: ['https://production.deepvue.tech'],
    testHosts: [],
    required: [
      secret('apiKey', 'API_KEY', 'the CLIENT_SECRET of the Deepvue dashboard'),
      plain('clientId', 'CLIENT_ID', 'the CLIENT_ID of the Deepvue dashboard'),
    ],
    oneOf: [],
    optional: [],
  },
  kwikid: {
    prefix: 'KWIKID',
    displayName: 'KwikID',
    baseUrls: [],
    testHosts: ['*.test.getkwikid.com'], // seen in their own example and for a sibling product
    required: [
      secret('token', 'TOKEN', 'a bearer token made for this integration alone'),
      plain(
        'returnTokenParam',
        'RETURN_TOKEN_PARAM',
        'the parameter in which KwikID hands over AccessToken',
        {
          shape: /^[\w-]{1,64}$/,
        },
      ),
    ],
    oneOf: [],
    optional: [],
  },
  hyperverge: {
    prefix: 'HYPERVERGE',
    displayName: 'HyperVerge',
    baseUrls: ['https://ind-verify.hyperverge.co'],
    testHosts: [],
    required: [
      plain('appId', 'APP_ID', 'the appId of the HyperVerge dashboard'),
      secret('appKey', 'APP_KEY', 'the appKey of the HyperVerge dashboard'),
    ],
    oneOf: [],
    optional: [
      {
        ...secret('webhookPathToken', 'WEBHOOK_PATH_TOKEN', '32 to 128 random letters and digits'),
        shape: PATH_TOKEN,
      },
    ],
  },
  didit: {
    prefix: 'DIDIT',
    displayName: 'Didit',
    baseUrls: ['https://verification.didit.me'],
    testHosts: [], // a property of the application: the decision says `environment`
    required: [plain('workflowId', 'WORKFLOW_ID', 'the uuid of the workflow', { shape: UUID })],
    oneOf: [
      [secret('apiKey', 'API_KEY', 'the application key of the Didit console')],
      [
        plain('authUrl', 'AUTH_URL', 'https://apx.didit.me'),
        plain('clientId', 'CLIENT_ID', 'the client id of the Didit application'),
        secret('clientSecret', 'CLIENT_SECRET', 'the client secret of the Didit application'),
      ],
    ],
    optional: [
      plain('apiVersion', 'API_VERSION', 'v1, v2 or v3', { shape: /^v[123]$/ }),
      secret('webhookSecret', 'WEBHOOK_SECRET', 'the secret_shared_key of the webhook destination'),
      secret('webhookSecretPrevious', 'WEBHOOK_SECRET_PREVIOUS', 'the secret before the last rotation'),
      plain('webhookScheme', 'WEBHOOK_SCHEME', 'v2 (X-Signature-V2) or raw (X-Signature)', {
        shape: /^(v2|raw)$/,
        fallback: 'v2',
      }),
    ],
  },
  digilocker: {
    prefix: 'DIGILOCKER',
    displayName: 'DigiLocker (direct)',
    baseUrls: ['https://digilocker.meripehchaan.gov.in'],
    testHosts: ['betaapi.digitallocker.gov.in'],
    required: [
      plain('clientId', 'CLIENT_ID', 'the client id of the partner portal'),
      secret('clientSecret', 'CLIENT_SECRET', 'the client secret of the partner portal'),
    ],
    oneOf: [],
    optional: [
      plain('serviceName', 'SERVICE_NAME', 'the name players see at DigiLocker: letters, digits, spaces, _', {
        shape: /^[A-Za-z0-9 _]{1,50}$/,
      }),
    ],
  },
}

/** Every setting of one vendor but its base URL and host list. */
export function settingsOf(vendor: Vendor): VendorSetting[] {
  const { required, oneOf, optional } = VENDOR_SETTINGS[vendor]
  return [...required, ...oneOf.flat(), ...optional]
}

/** True for a host on which `vendor` lets others test; documents from there prove nothing. */
export function isTestHost(vendor: Vendor, hostname: string): boolean {
  return VENDOR_SETTINGS[vendor].testHosts.some((pattern) =>
    pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : hostname === pattern,
  )
}

/** The built-in sandbox's accounts, by setting. They open nothing elsewhere, and production refuses them. */
export const SANDBOX_ACCOUNTS: Readonly<Record<Vendor, Readonly<Record<string, string>>>> = {
  idto: { API_KEY: 'sandbox-idto-key', CLIENT_ID: 'sandbox-idto-client' },
  deepvue: { API_KEY: 'sandbox-deepvue-secret', CLIENT_ID: 'sandbox-deepvue-client' },
  kwikid: { TOKEN: 'sandbox-kwikid-token', RETURN_TOKEN_PARAM: 'access_token' },
  hyperverge: {
    APP_ID: 'sandbox-hyperverge-app',
    APP_KEY: 'sandbox-hyperverge-key',
    WEBHOOK_PATH_TOKEN: 'sandbox-hyperverge-webhook-token-4f1d9c7e2ab8',
  },
  didit: {
    API_KEY: 'sandbox-didit-key',
    WORKFLOW_ID: '00000000-0000-4000-8000-00000000d1d1',
    WEBHOOK_SECRET: 'sandbox-didit-webhook-secret',
    WEBHOOK_SCHEME: 'v2',
  },
  digilocker: { CLIENT_ID: 'SANDBOXDL', CLIENT_SECRET: 'sandbox-digilocker-secret' },
}

/** Those of one vendor as a connection carries them. */
export function sandboxCredentials(vendor: Vendor): Record<string, string> {
  const account = SANDBOX_ACCOUNTS[vendor]
  return Object.fromEntries(
    settingsOf(vendor).flatMap(({ key, name }) => {
      const value = account[name]
      return value === undefined ? [] : [[key, value]]
    }),
  )
}
