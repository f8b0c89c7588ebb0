import { z } from 'zod'
import {
  DOCUMENT_LIST,
  DOCUMENT_LIST_DEFAULTS,
  EVERY_VENDOR,
  EVERY_VENDOR_DEFAULTS,
  SIGNED_XML,
  SIGNED_XML_DEFAULTS,
} from '../common-modes'

const HOUR_SECONDS = 3600
const YEAR_SECONDS = 365 * 24 * HOUR_SECONDS
const DOCTYPE = z.string().regex(/^[A-Z]{5}$/)

const schema = z.strictObject({
  ...EVERY_VENDOR,
  ...SIGNED_XML,
  ...DOCUMENT_LIST,
  /** The sources disagree on statuses: the digest of specification 2.4, or the official file of 2021. */
  statuses: z.enum(['V24', 'API1']),
  /** The `hmac` header of downloads. */
  hmac: z.enum(['right', 'wrong', 'missing']),
  /** Type of `consent_valid_till` in the token answer: both were seen. */
  consentValidTill: z.enum(['number', 'string']),
  /** How long a consent lasts that the request gave no end; nothing can be read after it. */
  consentLifeSeconds: z.int().min(0).max(YEAR_SECONDS),
  /** What `expires_in` says and how long the access token works. */
  tokenLifeSeconds: z.int().min(0).max(YEAR_SECONDS),
  /** How long a code waits; no source says. */
  codeLifeSeconds: z.int().min(0).max(HOUR_SECONDS),
  /** Where id and secret are accepted; that both stay allowed is assumed. */
  clientAuth: z.enum(['both', 'basic', 'form']),
  /** Of the documents asked for, the player ticks these alone; null ticks all. */
  ticked: z.array(DOCTYPE).nullable(),
  /** The profile is given once for a token, as the specification asks, or as often as wanted. */
  profileCalls: z.enum(['once', 'many']),
  /** The list names the Aadhaar; no source promises it. */
  listsAadhaar: z.boolean(),
  /** Documents without machine-readable data: the list says so, and there is no XML of them. */
  pdfOnly: z.array(DOCTYPE),
  /** Every download answers this word. */
  documentError: z
    .enum([
      'repository_service_unresponsive',
      'repository_service_configerror',
      'repository_service_resperror',
      'repository_service_exception',
      'repository_service_inactive',
      'repository_service_unpublished',
    ])
    .nullable(),
  /** The e-Aadhaar answers this word. */
  aadhaarError: z.enum(['aadhaar_not_linked', 'aadhaar_not_available']).nullable(),
  /** The list answers this word. */
  listError: z.enum(['partner_service_unresponsive', 'unexpected_error']).nullable(),
  /** Every pull answers this word. */
  pullError: z
    .enum([
      'record_not_found',
      'pull_response_pending',
      'aadhaar_not_linked',
      'repository_service_configerror',
    ])
    .nullable(),
})

const defaults: z.output<typeof schema> = {
  ...EVERY_VENDOR_DEFAULTS,
  ...SIGNED_XML_DEFAULTS,
  ...DOCUMENT_LIST_DEFAULTS,
  statuses: 'V24',
  hmac: 'right',
  consentValidTill: 'number',
  consentLifeSeconds: 30 * 24 * HOUR_SECONDS,
  tokenLifeSeconds: HOUR_SECONDS,
  codeLifeSeconds: 600,
  clientAuth: 'both',
  ticked: null,
  profileCalls: 'once',
  listsAadhaar: true,
  pdfOnly: [],
  documentError: null,
  aadhaarError: null,
  listError: null,
  pullError: null,
}

export const DIGILOCKER_MODES = { schema, defaults }
