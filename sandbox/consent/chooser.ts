import { escapeMarkup } from '../documents/xml'
import type { Reply } from '../http'
import { PERSONAS, type PersonaId } from '../personas'
import type { PersonaRule } from '../rules'
import type { Journey, Sandbox } from '../state'
import { page } from './page'

const DOCUMENT_NAMES: Record<string, string> = {
  ADHAR: 'Aadhaar',
  PANCR: 'PAN',
  PANCD: 'PAN',
  DRVLC: 'Driving licence',
  RVCER: 'Vehicle registration',
  SSCER: 'Class X marksheet',
  HSCER: 'Class XII marksheet',
  HPCER: 'Marksheet',
  photo_document: 'Photo of a document',
  selfie: 'Selfie',
}

/** The consent page: who asks, for what, which invented person answers, Allow and Deny of equal size. */
export function chooserPage(sandbox: Sandbox, journey: Journey, rule: PersonaRule | null): Reply {
  const asker = URL.parse(journey.returnUrl)?.host || 'Somebody'
  const { name, consentWords } = sandbox.vendors[journey.vendor]
  const words = consentWords ?? { question: 'Share your documents?', lead: `asks, through ${name}.` }
  const body = `<form class="consent" method="post" action="/digilocker-consent">
<input type="hidden" name="request" value="${escapeMarkup(journey.id)}">
<div class="ask">
<h1>${words.question}</h1>
<p class="lead"><strong>${escapeMarkup(asker)}</strong> ${words.lead}</p>
<section class="asked" aria-labelledby="asked"><h2 id="asked">Asked for</h2>
<ul>${journey.asked.map(askedRow).join('')}</ul></section>
</div>
<div class="people" role="radiogroup" aria-labelledby="people">
<h2 id="people">Who is at the phone?</h2>
<p>Choose how this journey goes.</p>
${groups(rule?.persona ?? 'adult')}
</div>
${ownDetails(rule)}
<div class="dock">
<button name="decision" value="deny">Deny</button>
<button name="decision" value="allow">Allow</button>
</div>
</form>`
  return page({ title: 'Share documents?', body })
}

function askedRow(code: string): string {
  const name = DOCUMENT_NAMES[code] ?? 'Document'
  return `<li><span>${name}</span><code>${escapeMarkup(code)}</code></li>`
}

/** For a tester whose app knows the player's own name: the invented documents can carry it. */
function ownDetails(rule: PersonaRule | null): string {
  const open = rule?.name || rule?.birthDate ? ' open' : ''
  return `<details class="own"${open}><summary>Change name or birth date</summary>
<label>Name on the documents
<input name="name" maxlength="99" autocomplete="off" value="${escapeMarkup(rule?.name ?? '')}"></label>
<label>Birth date
<input type="date" name="birth_date" min="1900-01-01" value="${escapeMarkup(rule?.birthDate ?? '')}"></label>
<p>Left empty, the person has an invented one.</p>
</details>`
}

function groups(preselected: PersonaId): string {
  const names = [...new Set(PERSONAS.map((persona) => persona.group))]
  return names.map((name) => group(name, preselected)).join('\n')
}

function group(name: string, preselected: PersonaId): string {
  const rows = PERSONAS.filter((persona) => persona.group === name).map((persona) => {
    const checked = persona.id === preselected ? ' checked' : ''
    return `<label class="person"><input type="radio" name="persona" value="${persona.id}"${checked} required>
<span>${escapeMarkup(persona.label)}</span><small>${escapeMarkup(persona.effect)}</small></label>`
  })
  return `<fieldset><legend>${name}</legend>\n${rows.join('\n')}</fieldset>`
}
