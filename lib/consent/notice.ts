import 'server-only'
import { connections } from '@/lib/connections'
import { connectionsInOrder } from '@/lib/connections/routing'
import { canonicalJson } from '@/lib/crypto/sign'
import { sha256 } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import { fill, joinWords } from '@/lib/i18n/format'
import { CAPABILITIES } from '@/lib/providers'
import type { Connection, Way } from '@/lib/providers/types'
import captureEn from '@/messages/notices/2/capture/en.json'
import captureHi from '@/messages/notices/2/capture/hi.json'
import digilockerEn from '@/messages/notices/2/digilocker/en.json'
import digilockerHi from '@/messages/notices/2/digilocker/hi.json'
import phrases from '@/messages/notices/2/phrases.json'
import { type Locale, type Notice, type NoticeContent, WAYS } from './types'

// The current version of the notice, one text per way. A new version is a new folder under messages/notices and a
// change here; what players saw before stays in the table `notices`.

export const NOTICE_VERSION = 2

const CONTENT: Readonly<Record<Way, Record<Locale, NoticeContent>>> = {
  digilocker: { en: digilockerEn as NoticeContent, hi: digilockerHi as NoticeContent },
  capture: { en: captureEn as NoticeContent, hi: captureHi as NoticeContent },
}
const filled = new Map<string, Notice>()

/** The ways that the configured connections offer, DigiLocker first. */
export function ways(): Way[] {
  return WAYS.filter((way) => recipientsOf(way, connections()).length > 0)
}

/** Those of `order` (every connection, in order of use) that may receive what is agreed to on this way. */
export function recipientsOf(way: Way, order: readonly Connection[]): Connection[] {
  return order.filter(({ vendor }) => CAPABILITIES[vendor].way === way)
}

/** Names on the receipt of a consent, without doubles; DigiLocker itself is one of them on its way. */
export function recipientNames(way: Way, order: readonly Connection[]): string[] {
  return way === 'capture' ? companiesOf(way, order) : [...companiesOf(way, order), 'DigiLocker']
}

/** The notice in force. It says which vendor comes first, so it changes when staff change the order. */
export async function currentNotice(locale: Locale, way: Way): Promise<Notice> {
  return noticeFor(locale, way, await connectionsInOrder())
}

/** The notice as it is with the connections in this order, every name filled in, with the hash of exactly this text. */
export function noticeFor(locale: Locale, way: Way, order: readonly Connection[]): Notice {
  const values = names(locale, way, order)
  const key = canonicalJson({ locale, way, values })
  const known = filled.get(key)
  if (known !== undefined) return known
  const content = fillAll(CONTENT[way][locale], values)
  const notice: Notice = { ...content, sha256: sha256(canonicalJson(content)).toString('hex') }
  filled.set(key, notice)
  return notice
}

/** The text that `sha256` covers, as stored with the first consent to it. */
export function noticeText(notice: Notice): string {
  const { sha256: _hash, ...content } = notice
  return canonicalJson(content)
}

function names(locale: Locale, way: Way, order: readonly Connection[]): Record<string, string> {
  const { operatorName, operatorAddress, grievanceContact, supportEmail } = env()
  const other = ways().find((offered) => offered !== way)
  return {
    operator: operatorName,
    address: operatorAddress,
    grievance: grievanceContact,
    support: supportEmail ?? grievanceContact,
    vendors: joinWords(companiesOf(way, order), phrases[locale].or),
    carriers: carriers(locale, order),
    other: other === undefined ? '' : phrases[locale].otherWay[other],
  }
}

/** Who carries a request to DigiLocker, as one line: companies in order, and when nobody stands in between. */
function carriers(locale: Locale, order: readonly Connection[]): string {
  const words = phrases[locale]
  const direct = recipientsOf('digilocker', order).findIndex(isDirect)
  const companies = companiesOf('digilocker', order)
  const [first = '', ...rest] = companies
  if (companies.length === 0) return words.direct
  if (direct === 0) return fill(words.directFirst, { others: joinWords(companies, words.or) })
  const others = joinWords(rest, words.or)
  const lead = fill(words.first, { first })
  if (direct === -1)
    return rest.length === 0 ? lead : lead + words.stop + fill(words.instead, { first, others })
  return (
    lead +
    words.stop +
    fill(rest.length === 0 ? words.insteadDirect : words.insteadOrDirect, { first, others })
  )
}

const isDirect = ({ vendor }: Connection) => vendor === 'digilocker'

function companiesOf(way: Way, order: readonly Connection[]): string[] {
  const companies = recipientsOf(way, order).filter((connection) => !isDirect(connection))
  return [...new Set(companies.map(({ displayName }) => displayName))]
}

/** Replaces `{name}` in every text of `value`; what is empty after that falls away from its list. */
function fillAll<T>(value: T, values: Record<string, string>): T {
  if (typeof value === 'string') return fill(value, values) as T
  if (Array.isArray(value))
    return value.map((item) => fillAll(item, values)).filter((item) => item !== '') as T
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillAll(item, values)])) as T
}
