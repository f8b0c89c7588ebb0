import 'server-only'
import type { MadeCall } from './calls'
import { type Outcome, ok, problem, skipped } from './examination'

const WARN_SECONDS = 60
const LIMIT_SECONDS = 300 // signed times of webhooks are refused beyond it (HK-04)

/** Third probe: the vendor's `Date` header against our clock, at the middle of the call. */
export function examineClock(bare: MadeCall | null): Outcome {
  if (bare?.answer.kind !== 'reply') return skipped('needs an answer')
  const { answer } = bare
  const theirs = Date.parse(answer.header('date'))
  if (Number.isNaN(theirs)) return skipped('the vendor sends no Date header')
  const ours = answer.at.getTime() + answer.ms / 2
  const seconds = Math.round((theirs - ours) / 1000)
  const apart = Math.abs(seconds)
  const line = `${describeSkew(seconds)}; limit ${LIMIT_SECONDS} s`
  if (apart > LIMIT_SECONDS) return problem('clock_skew', [line], { seconds: String(apart) })
  if (apart > WARN_SECONDS)
    return { state: 'hint', finding: 'clock_skew', evidence: [line], words: { seconds: String(apart) } }
  return ok(line)
}

/** The header has whole seconds, so one second says nothing. */
function describeSkew(seconds: number): string {
  if (Math.abs(seconds) <= 1) return 'no more than 1 s apart'
  return `${Math.abs(seconds)} s apart, ${seconds > 0 ? 'theirs' : 'ours'} is ahead`
}
