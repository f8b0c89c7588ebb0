// The words of the provider doctor: what it is asked to examine, what a vendor's file knows, and what a report says.

import type { Vendor } from '@/lib/vendor-settings'

/** Everything that the doctor can find; the text of each is in `findings.ts`. */
export type FindingCode =
  | 'healthy'
  | 'setting_missing'
  | 'setting_unreadable'
  | 'placeholder_value'
  | 'whitespace_in_setting'
  | 'setting_malformed'
  | 'same_value_twice'
  | 'swapped_key_and_id'
  | 'base_url_wrong'
  | 'wrong_environment'
  | 'name_not_found'
  | 'address_refused'
  | 'connection_refused'
  | 'connect_timeout'
  | 'connection_broken'
  | 'tls_untrusted'
  | 'tls_expired'
  | 'tls_name_mismatch'
  | 'clock_skew'
  | 'return_not_public'
  | 'return_not_https'
  | 'return_not_listed'
  | 'header_not_received'
  | 'key_refused'
  | 'client_inactive'
  | 'product_not_enabled'
  | 'out_of_credits'
  | 'rate_limited'
  | 'vendor_down'
  | 'vendor_answers_html'
  | 'request_refused'
  | 'webhook_not_configured'

/** Who has to act. `unclear`: the vendor's answer does not say. */
export type Side = 'nobody' | 'ours' | 'vendor' | 'unclear'

export type ProbeId = 'settings' | 'reachable' | 'clock' | 'return' | 'key' | 'start' | 'webhook'

// What is examined

/** One setting as it was found, before anything is trimmed. */
export interface GivenSetting {
  /** Behind the vendor's prefix: `API_KEY`, `BASE_URL`. */
  name: string
  /** As its owner calls it: `IDTO_API_KEY`, or where it stands in the connections file. */
  label: string
  /** As a shell finds it: `$IDTO_API_KEY`. */
  shell: string
  secret: boolean
  value: string | undefined
  trouble: 'file_unreadable' | 'secret_in_connections_file' | null
}

/** One connection to examine. Made from the environment by `readTargets`, or by whoever holds the settings. */
export interface Target {
  connectionId: string
  vendor: Vendor
  displayName: string
  source: 'environment' | 'sandbox'
  /** By name; what was not given is there with `value` undefined. */
  settings: Readonly<Record<string, GivenSetting>>
  /** Hosts that the operator listed; a base URL among them is meant so. */
  allowedHosts: readonly string[]
  /** A stub takes the vendor's place: nothing there costs money or reaches a person. */
  sandbox: boolean
}

// What a vendor's file knows

/** One call that the doctor may make. `{NAME}` in a header or a body stands for the value of that setting. */
export interface CallPlan {
  name: string
  /** The base URL, or the host that gives out tokens. */
  host: 'BASE_URL' | 'AUTH_URL'
  method: 'GET' | 'POST'
  /** Path, with its query; `{return_url}` and `{random}` may stand in it, encoded. */
  path: string
  /** Headers that carry the credentials; left out in the first, bare call. */
  credentials: Readonly<Record<string, string>>
  /** HTTP Basic of these two settings, beside `credentials`. */
  basic?: readonly [string, string] | undefined
  headers: Readonly<Record<string, string>>
  /** Sent as JSON; `{return_url}` and `{random}` are filled in. */
  json?: unknown
  /** Sent form-encoded. */
  form?: Readonly<Record<string, string>>
  /** A page for a browser: HTML and redirects are what it answers. */
  page?: true
  /** A field of the answer that later calls use as `{name}`; never shown, kept or logged. */
  keeps?: { field: string; as: string }
  answers: readonly KnownAnswer[]
}

/** One answer that somebody wrote down. The first one that fits is taken. */
export interface KnownAnswer {
  status: number | readonly [from: number, to: number]
  /** Must match the flattened body, one `path=value` per line; absent: any body of that status. */
  body?: RegExp
  /** The vendor's wording from its documentation; the only text of a vendor that is ever shown. */
  wording?: string
  means: FindingCode | 'accepted'
  /** The header that the finding is about, where it is none of the keys'. */
  header?: string
  /** The setting that the finding is about, where it is one. */
  about?: string
  /** Other causes that meet the same answer. */
  also?: readonly FindingCode[]
  source: 'documented' | 'seen' | 'assumed'
  /** What this answer says, in a sentence for the report. */
  note?: string
}

export interface VendorDoctor {
  /** What proves the keys, in this order; settings say which way to sign in there is. The last one answers for them. */
  keyCalls(given: (name: string) => string): readonly CallPlan[]
  /** What the contract calls the product that Ante uses. */
  product: string
  /** The same keys by another documented way; taken there and refused here means that the header got lost. */
  otherWay?: CallPlan
  /** Why the last of these calls costs nothing and opens no session. */
  whyFree: string
  /** A complete start, for stubs alone; creates a session there. */
  startCall(given: (name: string) => string): CallPlan
  /** What live cannot be asked, in a sentence: how a missing entry in the vendor's list of return addresses shows. */
  returnList: string
  /** Key and id that are easily swapped. */
  pair(given: (name: string) => string): readonly [key: string, id: string] | null
  /** More on a finding that only this vendor has. */
  notes: Partial<Record<FindingCode, string>>
  /** What people who hold an account here get wrong, per finding; steps beside the general one. */
  fixes: Partial<Record<FindingCode, readonly string[]>>
  /** The setting without which the vendor's webhook is refused, or null; only where it sends any. */
  webhookSetting: string | null
  /** The path below the webhook address, where it holds a setting. */
  webhookPath?: string
}

// What comes out

export interface Probe {
  id: ProbeId
  title: string
  state: 'ok' | 'problem' | 'skipped'
  /** The problem, or a hint when `state` is ok. */
  finding: FindingCode | null
  evidence: string[]
  /** What to do about a problem or a hint; null when there is nothing to do. */
  fix: string | null
  ms: number
}

/** One call as it may be shown: header names and no value, no body that is not documented. */
export interface CallEvidence {
  call: string
  /** What was different about this one, such as `without keys`; empty for the plain call. */
  remark: string
  method: string
  url: string
  sentHeaders: string[]
  at: string
  status: number | null
  /** `json`, `html`, `text`, `empty`, or the network's own code when nothing came. */
  shape: string
  wording: string | null
  traceIds: string[]
  ms: number
}

export interface Report {
  connection: string
  vendor: Vendor
  displayName: string
  source: 'environment' | 'sandbox'
  baseUrl: string | null
  examinedAt: string
  ms: number
  healthy: boolean
  finding: FindingCode
  side: Side
  /** One sentence. */
  diagnosis: string
  /** What stands behind it, when the vendor's answer needs explaining; may be empty. */
  explanation: string
  fixes: string[]
  /** A further problem that the decisive one does not explain. */
  alsoFound: { finding: FindingCode; diagnosis: string; fix: string }[]
  /** Causes that meet the same answer, with how to tell. */
  alsoPossible: { finding: FindingCode; howToTell: string }[]
  rulesOut: string[]
  probes: Probe[]
  calls: CallEvidence[]
  curl: string | null
  /** Markdown for the vendor's support, redacted; null when the vendor cannot help. */
  ticket: string | null
}

/** All addresses of a host name, as text. */
export type ResolveNames = (hostname: string) => Promise<string[]>

/** Everything that the doctor takes from outside. */
export interface Surroundings {
  /** APP_ENV, APP_URL and PORT are read from it; the vendor's settings are in the target. */
  environment: Readonly<Record<string, string | undefined>>
  now(): Date
  resolve?: ResolveNames
  /** False: no complete start, not even at a stub. */
  dryStart?: false
  limits?: Partial<DoctorLimits>
  /** Further certificates to trust, PEM; NODE_EXTRA_CA_CERTS does it for the whole process. */
  ca?: string
  /** Where the same pair may be tried when it is refused; default: the vendor's other documented base URLs. */
  otherBaseUrls?: readonly string[]
}

export interface DoctorLimits {
  connectMs: number
  totalMs: number
}
