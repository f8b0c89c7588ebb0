import 'server-only'
import { age } from './age'
import { birthDatesAgree } from './birth-dates-agree'
import { blockedState } from './blocked-state'
import { broughtHome } from './brought-home'
import { documentsFit } from './documents-fit'
import { documentsPresent } from './documents-present'
import { duplicatePerson } from './duplicate-person'
import { freshness } from './freshness'
import { genderAgrees } from './gender-agrees'
import { licenceValid } from './licence-valid'
import { liveness } from './liveness'
import { lockerAgrees } from './locker-agrees'
import { namesAgree } from './names-agree'
import { panForm } from './pan-form'
import { personMatches } from './person-matches'
import { signature } from './signature'
import type { CheckResult, CheckRules, DecisionInput } from './types'
import { vendorVerdict } from './vendor-verdict'

/** Every question asked of one attempt, in the order of `QUESTIONS`. Pure: the same input gives the same answers. */
export function runChecks(input: DecisionInput, rules: CheckRules): CheckResult[] {
  return [
    ...documentsPresent(input, rules),
    documentsFit(input, rules),
    panForm(input),
    licenceValid(input),
    freshness(input, rules),
    signature(input),
    age(input, rules),
    birthDatesAgree(input),
    namesAgree(input, rules),
    genderAgrees(input),
    lockerAgrees(input, rules),
    personMatches(input, rules),
    broughtHome(input),
    duplicatePerson(input),
    blockedState(input, rules),
    vendorVerdict(input),
    liveness(input),
  ]
}
