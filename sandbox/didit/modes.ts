import { z } from 'zod'
import { EVERY_VENDOR, EVERY_VENDOR_DEFAULTS, WEBHOOK, WEBHOOK_DEFAULTS } from '../common-modes'

const WEEK_SECONDS = 7 * 24 * 60 * 60

const schema = z.strictObject({
  ...EVERY_VENDOR,
  ...WEBHOOK,
  /** What payloads say; a property of the application that owns the key. */
  environment: z.enum(['sandbox', 'live']),
  /** Shape of the decision: that of the path's version, or one for all paths. */
  decisionShape: z.enum(['by_version', 'v1', 'v2', 'v3']),
  /** What would be `Approved` waits for a reviewer. */
  inReview: z.boolean(),
  /** Status of people under 18: Didit passes them unless the workflow says otherwise. */
  minorStatus: z.enum(['Approved', 'Declined', 'In Review']),
  /** Status word of every finished session, any text; null leaves it to the persona. */
  finalStatus: z.string().min(1).max(60).nullable(),
  /** Deny, and the persona that refuses: a session that was given up, or a refusal that comes back. */
  refusal: z.enum(['abandoned', 'declined']),
  /** Which document the player photographs: the licence where there is one, or always this one. */
  document: z.enum(['by_persona', 'licence', 'identity_card']),
  /** From the making of a session to `Expired`, or `Abandoned` once it was opened. */
  sessionLifeSeconds: z
    .int()
    .min(0)
    .max(WEEK_SECONDS * 52),
  /** Creating answers 400 with `detail`: the account has no credits. */
  outOfCredits: z.boolean(),
  /** Creating answers 400 with `vendor_data`: this reference is on the vendor's blocklist. */
  blockedReference: z.boolean(),
  /** Field of the link in the answer of creating; one page of the vendor's shows the second. */
  linkField: z.enum(['url', 'verification_url']),
  /** The v3 paths take a bearer as well, as one variant of the vendor's page says. */
  v3Bearer: z.boolean(),
  /** How a bearer that is wrong or over is refused; no source names it for v1 and v2. */
  staleTokenStatus: z.enum(['401', '403']),
  /** How long a token works, and what `expires_in` says. */
  tokenLifeSeconds: z.int().min(0).max(31_536_000),
  /** `expires_in` and `exp` agree, contradict each other as in the vendor's sample (ten days against one), or are absent. */
  tokenExpiry: z.enum(['agrees', 'contradicts', 'absent']),
  /** Key of the text in a refusal of the token call: sample and sample code differ. */
  tokenErrorKey: z.enum(['detail', 'error_description', 'message', 'error']),
  /** False: the key lacks `media:read`, and media fields are null. */
  mediaRead: z.boolean(),
  /** Address that media links have instead of the sandbox's own, for instance a private one. */
  mediaUrl: z.url().nullable(),
  /** Minutes until a media link is dead. */
  mediaLifeMinutes: z.number().min(0).max(1440),
  /** Which signature headers are sent. */
  webhookSignatures: z.array(z.enum(['raw', 'v2', 'simple'])),
  /** Payload version of the webhook destination. */
  webhookVersion: z.enum(['v3', 'v2', 'v1']),
  /** Payloads carry the decision once there is an outcome. */
  webhookDecision: z.boolean(),
  /** `status.updated` is sent too when the player opens the page. */
  webhookOpened: z.boolean(),
})

const defaults: z.output<typeof schema> = {
  ...EVERY_VENDOR_DEFAULTS,
  ...WEBHOOK_DEFAULTS,
  environment: 'sandbox',
  decisionShape: 'by_version',
  inReview: false,
  minorStatus: 'Approved',
  finalStatus: null,
  refusal: 'abandoned',
  document: 'by_persona',
  sessionLifeSeconds: WEEK_SECONDS,
  outOfCredits: false,
  blockedReference: false,
  linkField: 'url',
  v3Bearer: false,
  staleTokenStatus: '401',
  tokenLifeSeconds: 86_400,
  tokenExpiry: 'agrees',
  tokenErrorKey: 'detail',
  mediaRead: true,
  mediaUrl: null,
  mediaLifeMinutes: 60,
  webhookSignatures: ['raw', 'v2', 'simple'],
  webhookVersion: 'v3',
  webhookDecision: true,
  webhookOpened: true,
}

export const DIDIT_MODES = { schema, defaults }
