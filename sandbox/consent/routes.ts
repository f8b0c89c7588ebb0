import { z } from 'zod'
import { type Call, type Reply, seeOther } from '../http'
import type { OwnDetails } from '../people'
import { findPersona } from '../personas'
import { BirthDate, findPersonaRule, type PersonaRule, PersonName } from '../rules'
import { addressOf, type Journey, type Sandbox } from '../state'
import { chooserPage } from './chooser'
import { messagePage, unavailablePage } from './page'
import { decide } from './way-back'

/** `GET /digilocker-consent?request=…`: the chooser, with the rule's persona or the ordinary adult preselected. */
export function showConsent(sandbox: Sandbox, call: Call): Reply {
  const journey = sandbox.journeys.get(call.query.get('request') ?? '')
  if (!journey) return unknownRequest()
  if (journey.outcome !== 'open') return finished(journey)
  if (sandbox.modes[journey.vendor].down) return unavailablePage()
  return chooserPage(sandbox, journey, findPersonaRule(sandbox.rules, journey.vendor, addressOf(journey)))
}

/** `POST /digilocker-consent`: the form; 303 to the vendor's way back. */
export function takeConsent(sandbox: Sandbox, call: Call): Reply {
  const form = new URLSearchParams(call.body.toString('utf8'))
  const journey = sandbox.journeys.get(form.get('request') ?? '')
  const persona = findPersona(form.get('persona') ?? '')
  const decision = form.get('decision')
  if (!journey) return unknownRequest()
  if (sandbox.modes[journey.vendor].down) return unavailablePage()
  if (!persona || (decision !== 'allow' && decision !== 'deny')) {
    return messagePage(400, 'Nothing was chosen', 'Go back, choose a person, then press Allow or Deny.')
  }
  const rule = findPersonaRule(sandbox.rules, journey.vendor, addressOf(journey))
  const own = readOwnDetails(form, rule)
  if (!own) {
    const sentence = 'A name has letters, spaces, dots, apostrophes and hyphens. A birth date is after 1900.'
    return messagePage(400, 'This name or birth date cannot be', sentence)
  }
  const next = decide(sandbox, journey, persona.id, decision, own)
  return next === null ? closedTab() : seeOther(next)
}

/** What the form says; a form without these fields leaves it to the rule. Null: not a name, not a date. */
function readOwnDetails(form: URLSearchParams, rule: PersonaRule | null): OwnDetails | null {
  const read = z.object({ name: PersonName.optional(), birthDate: BirthDate.optional() }).safeParse({
    name: form.has('name') ? form.get('name')?.trim() || undefined : rule?.name,
    birthDate: form.has('birth_date') ? form.get('birth_date') || undefined : rule?.birthDate,
  })
  return read.success ? read.data : null
}

/** The answer of a rule that decides in the player's place, without the page. */
export function decideByRule(sandbox: Sandbox, journey: Journey, rule: PersonaRule): Reply {
  const next = decide(sandbox, journey, rule.persona, rule.decision, rule)
  return next === null ? closedTab() : seeOther(next)
}

function finished(journey: Journey): Reply {
  return journey.wayBack === null ? closedTab() : seeOther(journey.wayBack)
}

function closedTab(): Reply {
  const sentence =
    'Nothing was shared and nobody is told. The app that sent you here waits until its own time runs out. You can close this tab.'
  return messagePage(200, 'You closed the page', sentence)
}

function unknownRequest(): Reply {
  const sentence =
    'The sandbox does not know it, perhaps because it was started again. Go back to the app and start once more.'
  return messagePage(404, 'This request is over', sentence)
}
