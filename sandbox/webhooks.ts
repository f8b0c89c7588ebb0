import { pause } from './http'
import type { Vendor } from './modes'
import { getPersona, type Persona } from './personas'
import { hasMischief, Mischief, takeMischief } from './rules'
import { addressOf, type Delivery, handleOf, type Journey, type Sandbox } from './state'
import { vendorNow, type WebhookEvent, type WebhookMessage } from './vendor'

type WebhookModes = Pick<
  Sandbox['modes']['hyperverge'],
  'webhookUrl' | 'webhookDelayMs' | 'webhookLateMs' | 'webhookRetries' | 'webhookRetryMs'
>

const KEEP_DELIVERIES = 1000
const ANSWER_LIMIT_MS = 5000 // Didit gives an app about five seconds (seen by an integrator)
const STALE_MS = 301_000 // one second outside the 300 that Didit's samples allow
const OLDER_MS = 60_000
const OVERSIZED_BYTES = 300_000

/**
 * Tells the app how a journey ended, a moment after the player's decision, if this vendor has webhooks.
 * A rule made for the journey decides what is wrong with the delivery, else its persona.
 */
export function announce(sandbox: Sandbox, journey: Journey): void {
  const modes = webhookModes(sandbox, journey.vendor)
  if (!modes || !sandbox.vendors[journey.vendor].webhook) return
  const mischief =
    takeMischief(sandbox.rules, journey.vendor, addressOf(journey)) ?? mischiefOf(journey, modes)
  if (mischief.none) return
  const settlesAfterMs = sandbox.vendors[journey.vendor].settlesAfterMs?.(sandbox, journey) ?? 0
  later((mischief.delayMs ?? modes.webhookDelayMs) + settlesAfterMs, () =>
    sendWebhooks(sandbox, journey, mischief),
  )
}

/**
 * Tells the app that the player opened the vendor's page. A journey with a webhook rule hears only what the rule
 * makes of the final event, so that a test counts what it asked for.
 */
export function announceOpened(sandbox: Sandbox, journey: Journey): void {
  const modes = webhookModes(sandbox, journey.vendor)
  if (!modes || hasMischief(sandbox.rules, journey.vendor, addressOf(journey))) return
  const plain = Mischief.parse({})
  const message = buildMessage(sandbox, journey, 'in_progress', plain, 0)
  if (message) later(0, () => deliver(sandbox, journey, 'in_progress', message, plain))
}

function later(delayMs: number, send: () => Promise<unknown>): void {
  const run = () => void send().catch((error: unknown) => console.error('sandbox:', error))
  setTimeout(run, delayMs).unref()
}

/** Sends what `mischief` makes of this journey's webhook and answers every try. An app that refuses or is gone is data, no error. */
export async function sendWebhooks(
  sandbox: Sandbox,
  journey: Journey,
  mischief: Mischief,
): Promise<Delivery[]> {
  if (mischief.none) return []
  const kinds = mischief.outOfOrder ? (['final', 'in_progress'] as const) : (['final'] as const)
  const deliveries: Delivery[] = []
  for (const kind of kinds) {
    const message = buildMessage(sandbox, journey, kind, mischief, kind === 'in_progress' ? OLDER_MS : 0)
    for (let copy = 0; message && copy < mischief.copies; copy++) {
      deliveries.push(...(await deliver(sandbox, journey, kind, message, mischief)))
    }
  }
  return deliveries
}

function mischiefOf(journey: Journey, modes: WebhookModes): Mischief {
  const traits: Record<Persona['webhook'], Partial<Mischief>> = {
    prompt: {},
    late: { delayMs: modes.webhookLateMs },
    twice: { copies: 2 },
    out_of_order: { outOfOrder: true },
    forged: { forged: true },
  }
  const { webhook } = getPersona(journey.personaId ?? 'adult')
  return Mischief.parse(traits[webhook])
}

function webhookModes(sandbox: Sandbox, vendor: Vendor): WebhookModes | null {
  const modes = sandbox.modes[vendor]
  return 'webhookUrl' in modes ? modes : null
}

function buildMessage(
  sandbox: Sandbox,
  journey: Journey,
  kind: WebhookEvent['kind'],
  mischief: Mischief,
  olderMs: number,
): WebhookMessage | null {
  const age = (mischief.stale ? STALE_MS : 0) + olderMs
  const message = sandbox.vendors[journey.vendor].webhook?.(sandbox, journey, {
    kind,
    sentAt: new Date(vendorNow(sandbox, journey.vendor).getTime() - age),
    forged: mischief.forged,
    unknownReference: mischief.unknownReference,
    scheme: mischief.scheme,
    filler: mischief.oversized ? 'x'.repeat(OVERSIZED_BYTES) : '',
  })
  if (!message) return null
  return mischief.altered ? { ...message, body: message.body.replace('{', '{ ') } : message
}

/** One message, and again as often as the mode allows while the app answers 404, 5xx or nothing. */
async function deliver(
  sandbox: Sandbox,
  journey: Journey,
  kind: WebhookEvent['kind'],
  message: WebhookMessage,
  mischief: Mischief,
): Promise<Delivery[]> {
  const modes = webhookModes(sandbox, journey.vendor)
  const to = modes?.webhookUrl ?? webhookAddress(journey.returnUrl)
  const deliveries: Delivery[] = []
  for (let attempt = 1; attempt <= 1 + (modes?.webhookRetries ?? 0); attempt++) {
    if (attempt > 1) await pause(modes?.webhookRetryMs ?? 0)
    if (!sandbox.isOpen) break
    const delivery: Delivery = {
      at: new Date().toISOString(),
      vendor: journey.vendor,
      handle: handleOf(addressOf(journey)),
      kind,
      to,
      mischief: namesOf(mischief),
      attempt,
      ...(await post(to, message)),
    }
    deliveries.push(delivery)
    keep(sandbox, delivery)
    if (to === null || !isRetried(delivery.status)) break
  }
  return deliveries
}

/** `<origin>/api/webhooks/<connection>` for a return address `<origin>/api/kyc/<connection>/callback…`, else null. */
export function webhookAddress(returnUrl: string): string | null {
  const url = URL.parse(returnUrl)
  const connection = /^\/api\/kyc\/([^/]+)\/callback(?:\/|$)/.exec(url?.pathname ?? '')?.[1]
  return url && connection ? `${url.origin}/api/webhooks/${connection}` : null
}

async function post(to: string | null, message: WebhookMessage): Promise<Pick<Delivery, 'status' | 'error'>> {
  if (to === null) return { status: null, error: 'the return address names no connection' }
  const address = message.path ? `${to}/${encodeURIComponent(message.path)}` : to
  try {
    const { headers, body } = message
    const signal = AbortSignal.timeout(ANSWER_LIMIT_MS)
    const answer = await fetch(address, { method: 'POST', headers, body, redirect: 'manual', signal })
    await answer.body?.cancel()
    return { status: answer.status, error: null }
  } catch (error) {
    return { status: null, error: error instanceof Error ? error.name : 'unknown' }
  }
}

/** What Didit sends again (its own pages); the other vendor's retries are not known, so the same is assumed. */
function isRetried(status: number | null): boolean {
  return status === null || status === 404 || status >= 500
}

function namesOf(mischief: Mischief): string[] {
  const plain = Mischief.parse({})
  const names = Object.keys(mischief) as (keyof Mischief)[]
  return names.filter((name) => mischief[name] !== undefined && mischief[name] !== plain[name])
}

function keep(sandbox: Sandbox, delivery: Delivery): void {
  sandbox.deliveries.push(delivery)
  if (sandbox.deliveries.length > KEEP_DELIVERIES) sandbox.deliveries.shift()
}
