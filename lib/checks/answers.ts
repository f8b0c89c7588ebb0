import 'server-only'
import type { DocumentType } from '@/lib/documents/types'
import type { NoteCode, ReasonCode } from './reasons'
import type { CheckResult, Question } from './types'

// The four answers a check can give.

/** It holds; `note` when there is something to say all the same. */
export function pass(
  question: Question,
  evidence: DocumentType[],
  note: NoteCode | null = null,
): CheckResult {
  return { question, outcome: 'pass', reason: null, note, evidence }
}

export function fail(question: Question, reason: ReasonCode, evidence: DocumentType[] = []): CheckResult {
  return { question, outcome: 'fail', reason, note: null, evidence }
}

export function unsure(question: Question, reason: ReasonCode, evidence: DocumentType[] = []): CheckResult {
  return { question, outcome: 'unsure', reason, note: null, evidence }
}

/** There was nothing to ask. */
export function skip(question: Question): CheckResult {
  return { question, outcome: 'not_applicable', reason: null, note: null, evidence: [] }
}
