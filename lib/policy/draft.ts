import 'server-only'
import { Policy } from './types'

/** Where a text stops being a policy, and why. `path` is like `rules.3.verdict`; empty for the whole. */
export interface DraftProblem {
  path: string
  message: string
}

export type ReadDraft = { ok: true; policy: Policy } | { ok: false; problems: DraftProblem[] }

const MOST = 50

/** What somebody typed, as a policy, or everything that is wrong with it. */
export function readDraftText(text: string): ReadDraft {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { ok: false, problems: [{ path: '', message: toSyntax(error) }] }
  }
  const parsed = Policy.safeParse(value)
  if (parsed.success) return { ok: true, policy: parsed.data }
  const problems = parsed.error.issues
    .slice(0, MOST)
    .map(({ path, message }) => ({ path: path.join('.'), message }))
  return { ok: false, problems }
}

/** A policy as people read and write it. */
export function toPrettyJson(policy: Policy): string {
  return JSON.stringify(policy, null, 2)
}

function toSyntax(error: unknown): string {
  const place = error instanceof Error ? /line (\d+) column (\d+)/.exec(error.message) : null
  return place === null
    ? 'This is not JSON: something is missing or too much.'
    : `This is not JSON: look at line ${place[1]}, column ${place[2]}.`
}
