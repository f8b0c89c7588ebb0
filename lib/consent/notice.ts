import 'server-only'
import { connections } from '@/lib/connections'
import { canonicalJson } from '@/lib/crypto/sign'
import { sha256 } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import en from '@/messages/notices/1/en.json'
import hi from '@/messages/notices/1/hi.json'
import type { Locale, Notice, NoticeContent } from './types'

// The current version of the notice. A new version is a new folder under messages/notices and a change here; what
// players saw before stays in the table `notices`.

const CONTENT: Readonly<Record<Locale, NoticeContent>> = { en: en as NoticeContent, hi: hi as NoticeContent }
const filled = new Map<Locale, Notice>()

/** The notice in force, every name filled in, with the hash of exactly this text. */
export function currentNotice(locale: Locale): Notice {
  const known = filled.get(locale)
  if (known !== undefined) return known
  const content = fill(CONTENT[locale], names(locale))
  const notice: Notice = { ...content, sha256: sha256(canonicalJson(content)).toString('hex') }
  filled.set(locale, notice)
  return notice
}

/** The text that `sha256` covers, as stored with the first consent to it. */
export function noticeText(notice: Notice): string {
  const { sha256: _hash, ...content } = notice
  return canonicalJson(content)
}

function names(locale: Locale): Record<string, string> {
  const { operatorName, operatorAddress, grievanceContact, supportEmail } = env()
  return {
    operator: operatorName,
    address: operatorAddress,
    grievance: grievanceContact,
    support: supportEmail ?? grievanceContact,
    vendors: vendorsInOrder(locale),
  }
}

/** Every vendor that routing may use, in order: `IDTO, or Deepvue if IDTO is down`. */
function vendorsInOrder(locale: Locale): string {
  const [first, ...others] = connections().map((connection) => connection.displayName)
  if (first === undefined) return ''
  const fallback = locale === 'hi' ? ` या ${first} बंद होने पर ` : `, or ${others.length > 1 ? 'one of ' : ''}`
  if (others.length === 0) return first
  return locale === 'hi'
    ? first + fallback + others.join(', ')
    : `${first}${fallback}${others.join(', ')} if ${first} is down`
}

/** Replaces `{name}` in every text of `value`. */
function fill<T>(value: T, values: Record<string, string>): T {
  if (typeof value === 'string')
    return value.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole) as T
  if (Array.isArray(value)) return value.map((item) => fill(item, values)) as T
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, values)])) as T
}
