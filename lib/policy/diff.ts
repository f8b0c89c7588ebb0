import 'server-only'
import { canonicalJson } from '@/lib/crypto/sign'
import type { Policy } from './types'

type Rule = Policy['rules'][number]

/** One difference between two policies; a page has a sentence for each kind. Values are words of the policy itself. */
export interface PolicyChange {
  kind:
    | 'version'
    | 'ageYears'
    | 'secondSourceBelowYears'
    | 'fetchedWithinDays'
    | 'fourEyes'
    | 'minEvidence'
    | 'namesThatPass'
    | 'state_added'
    | 'state_removed'
    | 'set_added'
    | 'set_removed'
    | 'rule_added'
    | 'rule_removed'
    | 'rules_reordered'
  /** A document, a way, or empty. */
  about: string
  before: string
  after: string
}

/** What `after` does otherwise than `before`, in the order of the file; empty when both decide the same. Order within a set means nothing. */
export function diffPolicies(before: Policy, after: Policy): PolicyChange[] {
  return [
    ...(['version', 'ageYears', 'secondSourceBelowYears'] as const).flatMap((kind) =>
      changed(kind, '', String(before[kind]), String(after[kind])),
    ),
    ...(['digilocker', 'capture'] as const).flatMap((way) =>
      diffLists(before.evidenceSets[way].map(toSet), after.evidenceSets[way].map(toSet)).map(
        ({ added, word }) => toChange(added ? 'set_added' : 'set_removed', way, word),
      ),
    ),
    ...(Object.keys(before.minEvidence) as (keyof Policy['minEvidence'])[]).flatMap((document) =>
      changed('minEvidence', document, before.minEvidence[document], after.minEvidence[document]),
    ),
    ...changed('namesThatPass', '', toSet(before.namesThatPass), toSet(after.namesThatPass)),
    ...diffLists(before.blockedStates, after.blockedStates).map(({ added, word }) =>
      toChange(added ? 'state_added' : 'state_removed', '', word),
    ),
    ...changed('fetchedWithinDays', '', String(before.fetchedWithinDays), String(after.fetchedWithinDays)),
    ...changed('fourEyes', '', toFourEyes(before), toFourEyes(after)),
    ...diffRules(before.rules, after.rules),
  ]
}

/** `-` only before, `+` only after, ` ` both: the lines of two texts, by their longest common part. */
export function diffLines(before: string, after: string): { sign: ' ' | '-' | '+'; line: string }[] {
  const [left, right] = [before.split('\n'), after.split('\n')]
  const common = toCommonLengths(left, right)
  const lines: { sign: ' ' | '-' | '+'; line: string }[] = []
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    const [one, other] = [left[i], right[j]]
    if (one !== undefined && one === other) {
      lines.push({ sign: ' ', line: one })
      i += 1
      j += 1
    } else if (
      one !== undefined &&
      (other === undefined || (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))
    ) {
      lines.push({ sign: '-', line: one })
      i += 1
    } else {
      lines.push({ sign: '+', line: other ?? '' })
      j += 1
    }
  }
  return lines
}

function toCommonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0))
  for (let i = left.length - 1; i >= 0; i -= 1)
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const row = lengths[i] as number[]
      row[j] =
        left[i] === right[j]
          ? (lengths[i + 1]?.[j + 1] ?? 0) + 1
          : Math.max(lengths[i + 1]?.[j] ?? 0, row[j + 1] ?? 0)
    }
  return lengths
}

function diffRules(before: readonly Rule[], after: readonly Rule[]): PolicyChange[] {
  const [left, right] = [before.map(toWords), after.map(toWords)]
  const changes = diffLists(left, right).map(({ added, word }) =>
    toChange(added ? 'rule_added' : 'rule_removed', '', word),
  )
  const kept = (words: string[], others: string[]) => words.filter((word) => others.includes(word))
  const [order, newOrder] = [kept(left, right), kept(right, left)]
  return canonicalJson(order) === canonicalJson(newOrder)
    ? changes
    : [
        ...changes,
        { kind: 'rules_reordered', about: '', before: order.join('; '), after: newOrder.join('; ') },
      ]
}

function toWords({ question, outcome, reason, verdict }: Rule): string {
  return `${question} ${outcome}${reason === undefined ? '' : ` ${reason}`} → ${verdict}`
}

/** Absent and empty are not the same: without the key a duplicate takes two people. */
function toFourEyes({ fourEyes }: Policy): string {
  return fourEyes === undefined ? 'duplicate_person' : toSet(fourEyes) || '–'
}

function toSet(words: readonly string[]): string {
  return [...words].sort().join(' + ')
}

function diffLists(before: readonly string[], after: readonly string[]) {
  return [
    ...before.filter((word) => !after.includes(word)).map((word) => ({ added: false, word })),
    ...after.filter((word) => !before.includes(word)).map((word) => ({ added: true, word })),
  ]
}

function changed(kind: PolicyChange['kind'], about: string, before: string, after: string): PolicyChange[] {
  return before === after ? [] : [{ kind, about, before, after }]
}

function toChange(kind: PolicyChange['kind'], about: string, word: string): PolicyChange {
  const isAdded = kind.endsWith('_added')
  return { kind, about, before: isAdded ? '' : word, after: isAdded ? word : '' }
}
