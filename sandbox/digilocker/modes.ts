import { z } from 'zod'
import {
  DOCUMENT_LIST,
  DOCUMENT_LIST_DEFAULTS,
  EVERY_VENDOR,
  EVERY_VENDOR_DEFAULTS,
  SIGNED_XML,
  SIGNED_XML_DEFAULTS,
} from '../common-modes'

const schema = z.strictObject({
  ...EVERY_VENDOR,
  ...SIGNED_XML,
  ...DOCUMENT_LIST,
  /** The sources do not agree on statuses: the file of 2021, or the digest of specification 2.4. */
  statuses: z.enum(['API1', 'V24']),
  /** The `hmac` header of downloads. */
  hmac: z.enum(['right', 'wrong', 'missing']),
  /** How the token answer writes `consent_valid_till`: both were seen. */
  consentValidTill: z.enum(['number', 'string']),
  /** Life of the access token. */
  tokenSeconds: z.int().min(1).max(86_400),
})

const defaults: z.output<typeof schema> = {
  ...EVERY_VENDOR_DEFAULTS,
  ...SIGNED_XML_DEFAULTS,
  ...DOCUMENT_LIST_DEFAULTS,
  statuses: 'API1',
  hmac: 'right',
  consentValidTill: 'number',
  tokenSeconds: 3600,
}

export const DIGILOCKER_MODES = { schema, defaults }
