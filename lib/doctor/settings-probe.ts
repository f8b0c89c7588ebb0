import 'server-only'
import { isLoopback } from '@/lib/env'
import { checkTarget } from '@/lib/providers/addresses'
import { CallFault } from '@/lib/providers/faults'
import { settingsOf, VENDOR_SETTINGS, type VendorSetting } from '@/lib/vendor-settings'
import {
  type Examination,
  isSetIn,
  labelOf,
  listWords,
  type Outcome,
  ok,
  problem,
  readValue,
  toRule,
  valuesIn,
} from './examination'
import type { GivenSetting, Target } from './types'

// First probe: is everything set, and can it be right? Looks at the raw values, prints none of them.

// Ours: what people leave in an example. A value that only begins like one may be real.
const PLACEHOLDER =
  /^(<.*>|\$\{?\w+\}?|%\w+%|\[.*\]|\.{3,}|…|x+|\*+|-+|0+|change[-_ ]?(me|this)|todo|tbd|none|null|undefined|placeholder|example|dummy|secret|password|(my|your|the)[-_ ].*|(insert|paste|replace)[-_ ].*|.*[-_ ]?(goes|key|id)[-_ ]here|test-(idto|deepvue|kwikid|hyperverge|didit)-.*|(api[-_ ]?key|client[-_ ]?id|client[-_ ]?secret|app[-_ ]?id|app[-_ ]?key|token))$/i
const SANDBOX_VALUE = /^sandbox/i
const INVISIBLE = /[\s\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff\p{Cc}]/u
const ADDRESSES = ['BASE_URL', 'AUTH_URL']
/** Didit's host for tokens, documented beside the base URL. */
const AUTH_HOSTS: Readonly<Record<string, string>> = { didit: 'https://apx.didit.me' }

/** All settings there, none of them misshapen, the base URL one that the vendor documents. */
export function examineSettings(examination: Examination): Outcome {
  const { target } = examination
  return (
    findUnreadable(target) ??
    findMissing(target) ??
    findMisshapen(target) ??
    findWrongAddress(examination) ??
    findDoubled(examination) ??
    ok(`${described(target).length} set, no blanks, no placeholders, none twice`, ...described(target))
  )
}

function findUnreadable(target: Target): Outcome | null {
  const unreadable = Object.values(target.settings).filter(({ trouble }) => trouble === 'file_unreadable')
  if (unreadable.length === 0) return null
  const settings = listWords(unreadable.map(({ label }) => label))
  return problem(
    'setting_unreadable',
    unreadable.map(({ label }) => `${label}: its file cannot be read`),
    { settings },
  )
}

function findMissing(target: Target): Outcome | null {
  const { required, oneOf, displayName } = VENDOR_SETTINGS[target.vendor]
  const isSet = isSetIn(target)
  const needed = ['BASE_URL', ...required.map(({ name }) => name)]
  const started = oneOf.filter((set) => set.some(({ name }) => isSet(name)))
  if (started.length > 1) return twoWays(target, started)
  const chosen = (started[0] ?? oneOf[0] ?? []).map(({ name }) => name)
  const missing = [...needed, ...chosen].filter((name) => !isSet(name))
  if (missing.length === 0) return null
  const labels = missing.map((name) => labelOf(target, name))
  const others = oneOf.filter((set) => started.length === 0 && set !== oneOf[0])
  const instead = others.map((set) => listWords(set.map(({ name }) => labelOf(target, name))))
  const settings = `${listWords(labels)} ${labels.length === 1 ? 'is' : 'are'}`
  const evidence = [
    ...labels.map((label) => `${label}: not set`),
    ...instead.map((names) => `instead of ${labelOf(target, oneOf[0]?.[0]?.name ?? '')}: ${names}`),
    ...described(target),
  ]
  return problem('setting_missing', evidence, {
    settings,
    missing: listWords(labels),
    vendor: displayName,
  })
}

function twoWays(target: Target, sets: readonly (readonly VendorSetting[])[]): Outcome {
  const settings = listWords(sets.map((set) => labelOf(target, set[0]?.name ?? '')))
  return problem('setting_malformed', described(target), {
    settings,
    found: 'two ways to sign in are set, and only one of them may be',
    expected: sets.map((set) => listWords(set.map(({ name }) => labelOf(target, name)))).join(', or '),
  })
}

function findMisshapen(target: Target): Outcome | null {
  const given = Object.values(target.settings).filter(({ value }) => (value ?? '').trim() !== '')
  for (const setting of given) {
    const found = misshape(target, setting)
    if (found !== null) return found
  }
  return null
}

/** The first thing that is wrong with one value, most telling first. */
function misshape(target: Target, setting: GivenSetting): Outcome | null {
  const { label, name, secret, trouble } = setting
  const value = setting.value ?? ''
  const trimmed = value.trim()
  const expected =
    settingsOf(target.vendor).find((known) => known.name === name)?.expected ?? 'the vendor address'
  const line = describe(setting)
  const malformed = (found: string, wanted = expected) =>
    problem('setting_malformed', [line], { settings: label, found, expected: wanted })
  if (trouble === 'secret_in_connections_file')
    return malformed('a secret stands in the connections file itself', '{"env": …} or {"file": …}')
  if (PLACEHOLDER.test(trimmed) || /__\w+__/.test(trimmed) || isSandboxValue(target, trimmed))
    return problem('placeholder_value', [line], { settings: label })
  if (/^(bearer|basic) /i.test(trimmed))
    return malformed('it begins with the name of a scheme, which the app adds itself')
  if (/^[A-Za-z-]{4,20}: /.test(trimmed)) return malformed('it begins with the name of a header')
  if (/^(["'`]).*\1$/s.test(trimmed)) return malformed('it stands in quotes that belong to the value')
  if (INVISIBLE.test(value))
    return problem('whitespace_in_setting', [line, whereBlank(label, value)], { settings: label })
  if (ADDRESSES.includes(name)) return null
  if (/[^\x21-\x7e]/.test(value)) return malformed('it holds a character that no header can carry')
  if (secret && /^https?:\/\//i.test(value)) return malformed('it is an address')
  return misfit(target, setting, malformed)
}

/** Another shape than the vendor documents; told as swapped when the other setting has just this shape. */
function misfit(
  target: Target,
  setting: GivenSetting,
  malformed: (found: string) => Outcome,
): Outcome | null {
  const { shape } = settingsOf(target.vendor).find(({ name }) => name === setting.name) ?? {}
  if (shape === undefined || shape.test(setting.value ?? '')) return null
  const other = settingsOf(target.vendor).find(
    (one) => one.secret && one.shape === undefined && shape.test(readValue(target, one.name)),
  )
  if (other === undefined || !/^[0-9a-f-]{36}$/i.test(readValue(target, other.name)))
    return malformed('it has another shape')
  const words = { key: labelOf(target, other.name), id: setting.label }
  return problem(
    'swapped_key_and_id',
    [describe(setting), `${words.key}: has the shape of ${words.id}`],
    words,
  )
}

/** The sandbox's own values mean something on this machine only. */
function isSandboxValue(target: Target, value: string): boolean {
  const base = URL.parse(readValue(target, 'BASE_URL'))
  return !target.sandbox && (base === null || !isLoopback(base.hostname)) && SANDBOX_VALUE.test(value)
}

function findWrongAddress({ target, surroundings, rule }: Examination): Outcome | null {
  const { baseUrls } = VENDOR_SETTINGS[target.vendor]
  const auth = AUTH_HOSTS[target.vendor]
  return (
    wrongAddress(target, 'BASE_URL', baseUrls, rule) ??
    (readValue(target, 'AUTH_URL') === ''
      ? null
      : wrongAddress(target, 'AUTH_URL', auth === undefined ? [] : [auth], toRule(target, surroundings)))
  )
}

function wrongAddress(
  target: Target,
  name: string,
  documented: readonly string[],
  rule: Examination['rule'],
): Outcome | null {
  const url = URL.parse(readValue(target, name))
  const found =
    url === null || !/^https?:$/.test(url.protocol)
      ? 'it is no https address'
      : faultOf(target, url, documented, rule)
  if (found === null) return null
  const expected =
    documented.length === 0 ? 'the https origin that the vendor gave you' : listWords(documented, 'or')
  const settings = labelOf(target, name)
  return problem('base_url_wrong', [`${settings}: ${found}`], { settings, found, expected })
}

function faultOf(
  target: Target,
  url: URL,
  documented: readonly string[],
  rule: Examination['rule'],
): string | null {
  const local = isLoopback(url.hostname)
  if (local && rule.production) return 'it is an address of this machine, and APP_ENV is production'
  if (url.protocol === 'http:' && !local)
    return `${url.hostname} is addressed by http, and keys travel by https only`
  if (url.username !== '' || url.password !== '') return 'it holds a user name or a password'
  if (url.search !== '' || url.hash !== '') return 'there is a query behind the host'
  if (url.pathname !== '/' && !local) return `there is a path behind ${url.host}; the app adds its own`
  if (!local && !mayBeCalled(url, rule)) return `${url.hostname} is not a public host name`
  const isDocumented = documented.length === 0 || documented.includes(url.origin)
  if (isDocumented || local || target.allowedHosts.includes(url.host)) return null
  return `${url.host} is no host that the vendor documents, and keys are not sent to it`
}

function mayBeCalled(url: URL, rule: Examination['rule']): boolean {
  try {
    checkTarget(url, rule)
    return true
  } catch (error) {
    if (error instanceof CallFault) return false
    throw error
  }
}

/** Both halves of a pair are the same text: samples print one placeholder for two headers (Deepvue). */
function findDoubled({ target, doctor }: Examination): Outcome | null {
  const pair = doctor.pair(valuesIn(target))
  if (pair === null || readValue(target, pair[0]) !== readValue(target, pair[1])) return null
  const [key, id] = pair.map((name) => labelOf(target, name)) as [string, string]
  return problem('same_value_twice', described(target), { settings: `${key} and ${id}`, key, id })
}

function described(target: Target): string[] {
  return Object.values(target.settings)
    .filter(({ value }) => (value ?? '').trim() !== '')
    .map(describe)
}

/** Length and kinds of characters; of an address its origin. */
function describe({ name, label, value = '' }: GivenSetting): string {
  const url = ADDRESSES.includes(name) ? URL.parse(value.trim()) : null
  if (url !== null && /^https?:$/.test(url.protocol)) return `${label}: ${url.origin}`
  return `${label}: ${value.length} characters, ${kindsOf(value)}`
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/[A-Za-z]/, 'letters'],
  [/\d/, 'digits'],
  [/[-_]/, 'dashes'],
  [/[^\w\s-]/, 'other signs'],
  [INVISIBLE, 'blanks'],
]

function kindsOf(value: string): string {
  return listWords(KINDS.filter(([pattern]) => pattern.test(value)).map(([, kind]) => kind))
}

function whereBlank(label: string, value: string): string {
  const places = [
    ...(INVISIBLE.test(value.slice(0, 1)) ? ['at its beginning'] : []),
    ...(INVISIBLE.test(value.trim().slice(1, -1)) ? ['inside it'] : []),
    ...(INVISIBLE.test(value.slice(-1)) ? ['at its end'] : []),
  ]
  return `${label}: a blank, line break or invisible character ${listWords(places)}`
}
