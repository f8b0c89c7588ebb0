import 'server-only'
import type { DocumentType } from '@/lib/documents/types'
import { fail, pass } from './answers'
import { arrivedTypes } from './fitness'
import type { ReasonCode } from './reasons'
import type { CheckResult, CheckRules, DecisionInput } from './types'

const MISSING: Readonly<Record<DocumentType, ReasonCode>> = {
  pan: 'pan_missing',
  aadhaar: 'aadhaar_missing',
  driving_licence: 'licence_missing',
  photo_document: 'nothing_shared',
}

/** One answer, or one per thing that is missing: what every set wants, then what would complete the nearest set. */
export function documentsPresent(input: DecisionInput, rules: CheckRules): CheckResult[] {
  const question = 'documents_present'
  const arrived = arrivedTypes(input)
  const reasons = input.nothingShared
    ? (['nothing_shared'] as const)
    : missingReasons(rules.evidenceSets[input.way], arrived)
  const [first, ...others] = reasons
  if (first === undefined) return [pass(question, arrived)]
  return [first, ...others].map((reason) => fail(question, reason, arrived))
}

function missingReasons(
  sets: readonly (readonly DocumentType[])[],
  arrived: readonly DocumentType[],
): ReasonCode[] {
  const gaps = sets.map((set) => set.filter((type) => !arrived.includes(type)))
  if (gaps.some((gap) => gap.length === 0)) return []
  const inAll = (gaps[0] ?? []).filter((type) => gaps.every((gap) => gap.includes(type)))
  const rests = gaps.map((gap) => gap.filter((type) => !inAll.includes(type)))
  const nearest = rests.toSorted((a, b) => a.length - b.length)[0] ?? []
  const isEither = ['aadhaar', 'driving_licence'].every((type) =>
    rests.some((rest) => rest.length === 1 && rest[0] === type),
  )
  const rest: ReasonCode[] = isEither ? ['aadhaar_or_licence_missing'] : nearest.map((type) => MISSING[type])
  return [...new Set([...inAll.map((type) => MISSING[type]), ...rest])]
}
