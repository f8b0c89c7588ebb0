import { fill } from '@/lib/i18n/format'
import type { CheckView, Measure } from '@/lib/review/findings'
import type { CheckLine } from './checks'
import { OUTCOME_MARKS } from './comparison'
import type { CaseWords } from './setup'

/** Checks as lines of the page. */
export function toCheckLines(checks: readonly CheckView[], words: CaseWords): CheckLine[] {
  return checks.map((check) => ({
    question: check.question,
    label: words.checks.questions[check.question],
    ...OUTCOME_MARKS[check.outcome],
    outcome: words.checks.outcomes[check.outcome],
    detail: check.reason === null ? '' : sayRule(check, words),
    isFinding: check.reason !== null,
  }))
}

/** What the policy asks for and what was there, in one sentence; empty where there is neither. */
export function sayRule({ found, threshold }: CheckView, words: CaseWords): string {
  const { checks } = words
  const [is, asked] = [sayMeasure(found, words), sayMeasure(threshold, words)]
  if (is !== null && asked !== null) return upper(fill(checks.rule, { found: is, threshold: asked }))
  if (is !== null) return fill(checks.found, { found: is })
  return asked === null ? '' : fill(checks.asked, { threshold: asked })
}

function sayMeasure(measure: Measure | null, { checks, compare }: CaseWords): string | null {
  if (measure === null) return null
  const sentence = checks.measures[measure.code as keyof typeof checks.measures]
  if (sentence === undefined) return null
  const spoken = measure.value
    .split(' ')
    .map((part) =>
      part
        .split(/([:+])/)
        .map((word) => {
          if (word === '+') return ' + '
          if (word === ':') return ' '
          const known: Readonly<Record<string, string>> = { ...checks.tokens, ...compare.sources }
          return known[word] ?? word.replaceAll('_', ' ')
        })
        .join(''),
    )
    .filter((part) => part !== '')
  const joint = measure.code === 'names_that_pass' ? checks.or : ', '
  return fill(sentence, { value: spoken.join(joint) || checks.nothing })
}

const upper = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)
