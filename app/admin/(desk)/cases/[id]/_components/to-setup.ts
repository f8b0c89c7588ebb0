import { REASONS, type ReasonCode } from '@/lib/checks/reasons'
import type { DocumentType } from '@/lib/documents/types'
import { fill } from '@/lib/i18n/format'
import { type Messages, messagesFor } from '@/lib/i18n/messages'
import type { CaseFile } from '@/lib/review/case'
import { isNeverApproved, reasonsFor } from '@/lib/review/reasons'
import type { Block, CaseSetup, CaseWords, LetterWords, ReasonChoice } from './setup'

interface Reader {
  isLead: boolean
  mayDecide: boolean
}

/** What the moving parts of a case need, out of its file. */
export function toSetup(
  file: CaseFile,
  reader: Reader,
  colleagues: ReadonlyMap<string, { name: string }>,
  messages: Messages,
): CaseSetup {
  const { case: words, queue } = messages.desk
  const { work } = file
  const choices = (verdict: 'reject' | 'resubmission') =>
    reasonsFor(verdict, file.reasons).map((code) => toChoice(code, file, words, queue.why))
  const offered = { reject: choices('reject'), resubmission: choices('resubmission') }
  const codes = [...offered.reject, ...offered.resubmission].map(({ code }) => code)
  const evidence = file.why.flatMap((check) => check.evidence)
  return {
    id: file.id,
    version: work?.version ?? 0,
    statusLabel: queue.statuses[file.status],
    holder: work?.holder ?? null,
    isSnoozed: work?.snoozedUntil != null,
    block: toBlock(file, reader),
    isNeverApproved: isNeverApproved(file.reasons),
    documents: file.documents.map(({ type }) => ({ type, label: messages.journey.documents[type] })),
    suspect: suspectOf(file, evidence),
    reasons: offered,
    findings: file.why.map(({ question }) => question),
    locale: file.locale,
    letters: { en: toLetterWords('en', codes), hi: toLetterWords('hi', codes) },
    colleagues: Object.fromEntries([...colleagues].map(([id, { name }]) => [id, name])),
    months: messages.common.months,
  }
}

/** Why this reader decides nothing here; null where they may. */
export function toBlock(
  { status, work, isLinked, lookId }: CaseFile,
  { isLead, mayDecide }: Reader,
): Block | null {
  if (lookId !== null) return 'blind'
  if (work === null || !work.isOpen || status !== 'awaiting_reviewer') return 'closed'
  if (!mayDecide) return 'role'
  if (isLinked) return 'linked'
  if (work.isBarred) return 'barred'
  return work.isEscalated && !isLead ? 'escalated' : null
}

/** The document whose correction would help: of those that the findings name the one that is not Aadhaar. */
function suspectOf({ documents }: CaseFile, evidence: readonly DocumentType[]): DocumentType | null {
  const named = documents.map(({ type }) => type).filter((type) => evidence.includes(type))
  return named.find((type) => type !== 'aadhaar') ?? named[0] ?? documents[0]?.type ?? null
}

function toChoice(
  code: ReasonCode,
  file: CaseFile,
  { decide, checks }: CaseWords,
  labels: Readonly<Record<ReasonCode, string>>,
): ReasonChoice {
  const by = file.why.find(({ reason }) => reason === code)
  const isFound = file.reasons.includes(code)
  const finding =
    by === undefined
      ? decide.notFound
      : fill(decide.found, { check: checks.questions[by.question].toLowerCase() })
  const retry = REASONS[code].retryHelps ? decide.retry : decide.noRetry
  return { code, label: labels[code], hint: `${finding}, ${retry}`, isFound }
}

function toLetterWords(locale: 'en' | 'hi', codes: readonly ReasonCode[]): LetterWords {
  const { status, reasons, mismatch } = messagesFor(locale)
  const known: Readonly<Record<string, string>> = reasons
  return {
    screens: status.screens,
    reasons: Object.fromEntries(codes.map((code) => [code, known[code] ?? ''])),
    putRight: status.putRight,
    putRights: status.putRights,
    names: mismatch.inSentence,
  }
}
