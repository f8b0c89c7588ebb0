import { z } from 'zod'

/** Modes that every vendor has. Each vendor's folder says how it answers them. */
export const EVERY_VENDOR = {
  /** How the vendor sees the account behind a right pair of credentials. */
  account: z.enum(['active', 'inactive', 'no_product', 'other_environment']),
  /** Request headers that a proxy in between takes away before the vendor sees the call. */
  dropsHeaders: z.array(z.string().min(1)),
  /** Moves the vendor's clock and the `Date` header of its answers. */
  clockSkewSeconds: z.int().min(-31_536_000).max(31_536_000),
  /** Return addresses are not on the vendor's list; ignored where no refusal is documented or was seen. */
  unlistedReturn: z.boolean(),
  /** Everything of this vendor, pages included, is 503. */
  down: z.boolean(),
  /** How long every data read takes; long enough that two parallel reads meet. */
  readLatencyMs: z.int().min(0).max(60_000),
  /** How long a read of the slow persona takes. */
  slowMs: z.int().min(0).max(60_000),
  /** Calls a second before 429; 0 means no limit. */
  ratePerSecond: z.int().min(0),
}

export const EVERY_VENDOR_DEFAULTS = {
  account: 'active' as const,
  dropsHeaders: [] as string[],
  clockSkewSeconds: 0,
  unlistedReturn: false,
  down: false,
  readLatencyMs: 25,
  slowMs: 5000,
  ratePerSecond: 0,
}

/** Modes of vendors that hand out DigiLocker's signed XML. */
export const SIGNED_XML = {
  /** RSA-SHA1 signatures, the method observed on real documents, instead of RSA-SHA256. */
  sha1: z.boolean(),
  /** The older e-Aadhaar layout with KycRes as its root. */
  bareKycRes: z.boolean(),
}

export const SIGNED_XML_DEFAULTS = { sha1: false, bareKycRes: false }

/** Modes of vendors that pass on DigiLocker's list of issued documents. */
export const DOCUMENT_LIST = {
  /** How the list of documents writes `mime`; older upstream text has a single string. */
  mime: z.enum(['array', 'string']),
}

export const DOCUMENT_LIST_DEFAULTS = { mime: 'array' as const }

/** Modes of vendors that call the app back. */
export const WEBHOOK = {
  /** Where to send instead of the address derived from the return address; a path token is still added. */
  webhookUrl: z.url({ protocol: /^https?$/ }).nullable(),
  /** From the player's decision to the delivery. */
  webhookDelayMs: z.int().min(0).max(600_000),
  /** The same for the persona whose webhook is late. */
  webhookLateMs: z.int().min(0).max(600_000),
  /** Further tries after an answer that the vendor retries on, or none. */
  webhookRetries: z.int().min(0).max(5),
  webhookRetryMs: z.int().min(0).max(600_000),
}

export const WEBHOOK_DEFAULTS = {
  webhookUrl: null,
  webhookDelayMs: 50,
  webhookLateMs: 8000,
  webhookRetries: 0,
  webhookRetryMs: 1000,
}
