import 'server-only'
import { randomBytes } from 'node:crypto'
import { type Examination, readValue } from './examination'
import { type RawAnswer, type RawRequest, send } from './transport'
import type { CallEvidence, CallPlan, KnownAnswer } from './types'

// One documented call: plan → request → answer → what somebody wrote down about it.

/** A call that was made: the raw answer for the probe, the evidence for people. */
export interface MadeCall {
  plan: CallPlan
  answer: RawAnswer
  /** The written answer that fits, or null. */
  known: KnownAnswer | null
  evidence: CallEvidence
}

/** What a run fills into plans beside settings: tokens of earlier calls, by name. */
export type Kept = Record<string, string>

interface Variant {
  /** What is different, for people. */
  remark?: string
  /** Leaves the credentials out. */
  bare?: boolean
  /** Takes each setting's value from another one: the exchanged pair. */
  instead?: Readonly<Record<string, string>>
  /** Another base URL of the same vendor. */
  baseUrl?: URL
  kept?: Kept
}

const REQUEST_ID_HEADERS = [
  'x-request-id',
  'request-id',
  'x-correlation-id',
  'x-trace-id',
  'x-amzn-requestid',
  'x-amzn-trace-id',
  'cf-ray',
]

/** Makes one call and files what may be shown about it under the run's calls. */
export async function makeCall(run: Examination, plan: CallPlan, variant: Variant = {}): Promise<MadeCall> {
  const request = toRequest(run, plan, variant)
  const answer = await send(request, { ...run.surroundings, rule: ruleFor(run, variant), limits: run.limits })
  const known = answer.kind === 'reply' ? findKnown(plan.answers, answer.status, answer.json) : null
  const evidence = toEvidence(plan, request, answer, known, variant.remark ?? '')
  run.calls.push(evidence)
  if (plan.keeps && answer.kind === 'reply') keep(plan.keeps, answer.json, variant.kept)
  return { plan, answer, known, evidence }
}

/** The other base URL is public https, so the rule needs no more than that; tests name a loopback one. */
function ruleFor(run: Examination, { baseUrl }: Variant): Examination['rule'] {
  if (baseUrl === undefined || run.surroundings.otherBaseUrls === undefined) return run.rule
  return { ...run.rule, allowedLoopbackOrigins: [...run.rule.allowedLoopbackOrigins, baseUrl.origin] }
}

function keep({ field, as }: NonNullable<CallPlan['keeps']>, json: unknown, kept: Kept | undefined) {
  const value = (json as Readonly<Record<string, unknown>> | undefined)?.[field]
  if (kept !== undefined && typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) kept[as] = value
}

function toRequest(run: Examination, plan: CallPlan, variant: Variant): RawRequest {
  const { target, returnUrl } = run
  const words: Record<string, string> = {
    ...variant.kept,
    return_url: returnUrl?.href ?? '',
    random: `doctor-${randomBytes(12).toString('hex')}`,
  }
  const value = (name: string) => words[name] ?? readValue(target, variant.instead?.[name] ?? name)
  const fill = (text: string, encode = (plain: string) => plain) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => encode(value(name)))
  const base = variant.baseUrl ?? new URL(readValue(target, plan.host))
  const url = new URL(base.pathname.replace(/\/$/, '') + fill(plan.path, encodeURIComponent), base)
  const credentials = variant.bare ? {} : mapValues(plan.credentials, (text) => fill(text))
  const basic =
    variant.bare || plan.basic === undefined ? {} : { Authorization: toBasic(plan.basic.map(value)) }
  const type = plan.form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }
  return {
    url,
    method: plan.method,
    headers: { ...type, ...plan.headers, ...credentials, ...basic },
    body: toBody(plan, fill),
  }
}

function toBody({ json, form }: CallPlan, fill: (text: string) => string): string | null {
  if (form !== undefined) return new URLSearchParams(mapValues(form, fill)).toString()
  if (json === undefined) return null
  return JSON.stringify(json, (_, value: unknown) => (typeof value === 'string' ? fill(value) : value))
}

/** Base64 over the joined text as it is: Didit's page and RFC 7617, without the form-encoding of RFC 6749. */
function toBasic([user, password]: readonly string[]): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, text]) => [name, change(text)]))
}

/** The first written answer that fits; null when nobody wrote this one down. */
export function findKnown(
  answers: readonly KnownAnswer[],
  status: number,
  json: unknown,
): KnownAnswer | null {
  const body = flatten(json).join('\n')
  return (
    answers.find(({ status: wanted, body: pattern }) => {
      const fits = typeof wanted === 'number' ? wanted === status : status >= wanted[0] && status <= wanted[1]
      return fits && (pattern === undefined || pattern.test(body))
    }) ?? null
  )
}

const MOST_LINES = 200

/** A body as lines `path=value`, for matching alone. */
export function flatten(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null)
    return value === undefined ? [] : [`${path}=${String(value)}`]
  return Object.entries(value)
    .flatMap(([key, inner]) => flatten(inner, path === '' ? key : `${path}.${key}`))
    .slice(0, MOST_LINES)
}

function toEvidence(
  plan: CallPlan,
  request: RawRequest,
  answer: RawAnswer,
  known: KnownAnswer | null,
  remark: string,
): CallEvidence {
  const isReply = answer.kind === 'reply'
  return {
    call: plan.name,
    remark,
    method: request.method,
    url: `${request.url.origin}${request.url.pathname}`,
    sentHeaders: Object.keys(request.headers),
    at: answer.at.toISOString(),
    status: isReply ? answer.status : null,
    shape: isReply ? answer.shape : answer.code,
    wording: known?.wording ?? null,
    traceIds: isReply ? toTraceIds(answer.header) : [],
    ms: answer.ms,
  }
}

/** Ids that the vendor's support can look up; anything that is not plainly an id is left out. */
function toTraceIds(header: (name: string) => string): string[] {
  return REQUEST_ID_HEADERS.flatMap((name) => {
    const value = header(name).trim()
    return /^[\w.:=/-]{4,100}$/.test(value) ? [`${name} ${value}`] : []
  })
}

/** One line about a call for the evidence of a probe. */
export function describeCall({ call, remark, status, shape, wording, ms, traceIds }: CallEvidence): string {
  const came = status === null ? shape : `${status} ${shape}`
  const words = wording === null ? '' : `, "${wording}"`
  const ids = traceIds.length === 0 ? '' : `, ${traceIds.join(', ')}`
  return `${call}${remark === '' ? '' : ` ${remark}`}: ${came}${words}, ${ms} ms${ids}`
}
