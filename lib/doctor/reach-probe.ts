import 'server-only'
import { isLoopback } from '@/lib/env'
import { describeCall, type MadeCall, makeCall } from './calls'
import {
  type Examination,
  isSetIn,
  labelOf,
  type Outcome,
  ok,
  problem,
  readValue,
  valuesIn,
} from './examination'
import { type Certificate, type Reached, reach } from './transport'
import type { CallPlan, FindingCode } from './types'

// Second probe: DNS, TCP, TLS, and one call without any key, whose answer also tells the vendor's time.

const EXPIRY_HINT_DAYS = 21

/** How far a connection comes, and what the bare call met; null when nothing was sent. */
export async function examineReach(run: Examination): Promise<{ outcome: Outcome; bare: MadeCall | null }> {
  const hosts = ['BASE_URL', 'AUTH_URL'].filter((name) => isSetIn(run.target)(name))
  const evidence: string[] = []
  for (const name of hosts) {
    const url = new URL(readValue(run.target, name))
    const reached = await reach(url, { ...run.surroundings, rule: run.rule, limits: run.limits })
    evidence.push(...describeReached(url, reached, run.surroundings.now()))
    const found = toProblem(run, name, url, reached)
    if (found !== null)
      return { outcome: { ...found, evidence: [...evidence, ...found.evidence] }, bare: null }
  }
  const plan = lastKeyCall(run)
  const bare = await makeCall(run, plan, { bare: true, remark: 'without keys' })
  evidence.push(describeCall(bare.evidence))
  const found = toAnswerProblem(run, bare)
  return { outcome: found === null ? ok(...evidence) : { ...found, evidence }, bare }
}

/** The call that answers for the key. */
export function lastKeyCall({ doctor, target }: Examination): CallPlan {
  const plan = doctor.keyCalls(valuesIn(target)).at(-1)
  if (plan === undefined) throw new Error(`no call for ${target.vendor}`)
  return plan
}

function describeReached(
  url: URL,
  { addresses, ms, protocol, certificate, failed }: Reached,
  now: Date,
): string[] {
  const dns =
    addresses.length === 0 ? 'no address' : `${addresses.length} address${addresses.length === 1 ? '' : 'es'}`
  const tcp = failed === null || failed.step === 'tls' ? [`TCP ${url.host}: connected, ${ms.tcp} ms`] : []
  const version = protocol === null || failed !== null ? [] : [`TLS: ${protocol}, ${ms.tls} ms`]
  const dates = certificate === null ? [] : describeCertificate(certificate, now)
  const silent = failed?.code === 'EAI_AGAIN' ? ', which is no DNS server that answers' : ''
  const words = failed === null ? [] : [`${failed.step.toUpperCase()}: ${failed.code}${silent}`]
  return [`DNS ${url.hostname}: ${dns}, ${ms.dns} ms`, ...tcp, ...version, ...dates, ...words]
}

function describeCertificate(
  { subject, issuer, validFrom, validTo, names }: Certificate,
  now: Date,
): string[] {
  const days = Math.floor((validTo.getTime() - now.getTime()) / 86_400_000)
  const soon = days >= 0 && days < EXPIRY_HINT_DAYS ? `, ends in ${days} days` : ''
  return [
    `certificate: ${subject}, issued by ${issuer}, ${day(validFrom)} to ${day(validTo)}${soon}`,
    `certificate names: ${names.join(', ')}`,
  ]
}

const day = (date: Date) => (Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString().slice(0, 10))

function toProblem(run: Examination, name: string, url: URL, reached: Reached): Outcome | null {
  if (reached.failed === null) return null
  const { step, code } = reached.failed
  const words = {
    host: step === 'tcp' ? url.host : url.hostname,
    settings: labelOf(run.target, name),
    seconds: String(run.limits.connectMs / 1000),
    found: step === 'address' ? (reached.addresses[0] ?? code) : code,
    refusedFix: refusedFix(run, url),
  }
  return problem(toFinding(step, code, reached.certificate, run.surroundings.now()), proxyRemark(run), {
    ...words,
    ...dateWords(step, reached.certificate),
  })
}

function dateWords(step: string, certificate: Certificate | null): Record<string, string> {
  if (step !== 'tls' || certificate === null) return {}
  return { found: `valid from ${day(certificate.validFrom)} to ${day(certificate.validTo)}` }
}

function toFinding(step: string, code: string, certificate: Certificate | null, now: Date): FindingCode {
  if (step === 'dns') return 'name_not_found'
  if (step === 'address') return code === 'name_not_found' ? 'name_not_found' : 'address_refused'
  if (step === 'tls') return toTlsFinding(code, certificate, now)
  return toNetworkFinding(code)
}

/** Dates first: a self-signed certificate that is also too old is reported by either code. */
function toTlsFinding(code: string, certificate: Certificate | null, now: Date): FindingCode {
  const isOutside = certificate !== null && (now < certificate.validFrom || now > certificate.validTo)
  if (isOutside || /EXPIRED|NOT_YET_VALID/.test(code)) return 'tls_expired'
  if (/ALTNAME|HOSTNAME/.test(code)) return 'tls_name_mismatch'
  if (/CERT|SELF_SIGNED|ISSUER|LEAF|CRL|CHAIN/.test(code)) return 'tls_untrusted'
  return toNetworkFinding(code)
}

function toNetworkFinding(code: string): FindingCode {
  if (code === 'ECONNREFUSED') return 'connection_refused'
  return /TIMEOUT|ETIMEDOUT|UNREACH/.test(code) ? 'connect_timeout' : 'connection_broken'
}

function refusedFix({ target }: Examination, url: URL): string {
  if (target.source === 'sandbox') return 'The sandbox is not running: `npm start` brings it up.'
  if (isLoopback(url.hostname)) return `Start the stub that should listen on ${url.host}.`
  return `Check host and port, and that outgoing connections to ${url.host} are allowed.`
}

function proxyRemark({ surroundings: { environment } }: Examination): string[] {
  const set = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].filter((name) => environment[name])
  return set.length === 0 ? [] : [`${set.join(', ')} is set; Ante does not use it`]
}

/** What an answer says before any key was sent: too many calls, an outage, a web page, a wrong path. */
export function toAnswerProblem(
  run: Examination,
  { plan, answer, evidence, known }: MadeCall,
): Outcome | null {
  const host = new URL(evidence.url).host
  const settings = labelOf(run.target, plan.host)
  if (answer.kind === 'failure') return toFailure(run, new URL(evidence.url), answer.code)
  const status = String(answer.status)
  if (answer.shape === 'html' && !plan.page) return problem('vendor_answers_html', [], { host, status })
  if (known !== null || (plan.page && answer.status < 400)) return null
  if (answer.status === 429)
    return problem('rate_limited', [], { wait: toWait(answer.header('retry-after')) })
  if (answer.status === 402) return problem('out_of_credits', [])
  if (answer.status >= 300 && answer.status < 400)
    return problem('base_url_wrong', [], {
      settings,
      found: `it answers with a redirect (${status})`,
      expected: 'the address that answers itself',
    })
  if (answer.status === 404 || answer.status === 405)
    return problem('base_url_wrong', [], {
      settings,
      found: `it does not know the path of ${evidence.call} (${status})`,
      expected: 'the address in the documentation; if it is that one, the vendor changed its API',
    })
  if (answer.status >= 500) return problem('vendor_down', [], { answer: `it answers with ${status}` })
  return null
}

/** The connection stood a moment ago, so a silent vendor is a slow one and no firewall. */
function toFailure(run: Examination, url: URL, code: string): Outcome {
  const seconds = String(run.limits.totalMs / 1000)
  if (code === 'total_time' || /HEADERS_TIMEOUT|BODY_TIMEOUT/.test(code))
    return problem('vendor_down', [], {
      answer: `it took the connection and gave no answer within ${seconds} s`,
    })
  const words = { host: url.host, found: code, seconds, refusedFix: refusedFix(run, url) }
  return problem(toNetworkFinding(code), [], { ...words, settings: labelOf(run.target, 'BASE_URL') })
}

function toWait(retryAfter: string): string {
  return /^\d{1,5}$/.test(retryAfter.trim()) ? `${retryAfter.trim()} s` : 'a minute'
}
