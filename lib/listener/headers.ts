import 'server-only'

// Headers of every answer (FE-08, FE-09), set by our own listener so that none is forgotten: pages, route
// handlers, redirects, errors and static files alike.

/** Answers that are not documents: nothing may load, run or frame. */
export const STATIC_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Script files and styles are fetched as such; a policy on them has no effect but to be strict when opened alone. */
const CLOSED_FEATURES = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'usb',
  'xr-spatial-tracking',
]

/** Passkeys are of staff: open to the pages of the desk alone. */
const PASSKEY_FEATURES = ['publickey-credentials-create', 'publickey-credentials-get']

/** Which features of a browser an answer may use; none, and on the pages of the desk passkeys. */
export function permissionsPolicy({ hasPasskeys }: { hasPasskeys: boolean }): string {
  const closed = CLOSED_FEATURES.map((feature) => `${feature}=()`)
  const passkeys = PASSKEY_FEATURES.map((feature) => `${feature}=(${hasPasskeys ? 'self' : ''})`)
  return [...closed, ...passkeys].join(', ')
}

/** Present on every answer; pages replace policy and referrer. */
export function baseHeaders(): Record<string, string> {
  return {
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': permissionsPolicy({ hasPasskeys: false }),
    'x-frame-options': 'DENY',
    'content-security-policy': STATIC_POLICY,
    'cache-control': 'no-store',
  }
}

/**
 * Policy of a document with its own nonce (128 bits, base64). `formAction` holds every origin of the redirect chain
 * that follows the start: Chromium checks each hop. Development adds what its hot reload needs.
 */
export function documentPolicy(nonce: string, formAction: readonly string[], development: boolean): string {
  const script = `'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`
  const style = development ? "'self' 'unsafe-inline'" : `'self' 'nonce-${nonce}'`
  return [
    "default-src 'none'",
    `script-src ${script}`,
    `style-src ${style}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action ${["'self'", ...formAction].join(' ')}`,
    'report-uri /api/csp-report',
  ].join('; ')
}
