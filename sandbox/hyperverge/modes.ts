import { z } from 'zod'
import {
  EVERY_VENDOR,
  EVERY_VENDOR_DEFAULTS,
  SIGNED_XML,
  SIGNED_XML_DEFAULTS,
  WEBHOOK,
  WEBHOOK_DEFAULTS,
} from '../common-modes'

const schema = z.strictObject({
  ...EVERY_VENDOR,
  ...SIGNED_XML,
  ...WEBHOOK,
  /** Parameters that the return carries; which ones the vendor adds is not documented. */
  returnParams: z.record(z.string(), z.string()),
  /** Type of `statusCode`: a string in this family's samples, a number in the other's. */
  statusCode: z.enum(['string', 'number']),
  /** Where the consent link stands in the answer of the start: `url` was seen, the others are guesses. */
  linkField: z.enum(['url', 'consentUrl', 'redirectUrl']),
  /** Field of a document's XML in `details`; not seen in any source. */
  xmlField: z.string().min(1).max(64),
  /** What that field holds. */
  xmlAs: z.enum(['link', 'inline', 'base64']),
  /** Address that file links have instead of the sandbox's own, for instance a private one. */
  fileUrl: z.url().nullable(),
  /** File links answer with a redirect to this address. */
  fileRedirect: z.url().nullable(),
  /** Minutes until a file link is dead. */
  fileLifeMinutes: z.number().min(0).max(1440),
  /** Form of `dob`: two other ones were met by an integrator. */
  birthDate: z.enum(['dd-mm-yyyy', 'dd-mm-yy', 'yyyy']),
  /** Status of the refusal of minors: the vendor's text says 400, its sample 422. */
  minorStatus: z.enum(['422', '400']),
  /** `docDetails` knows of no document, whatever the locker lists. */
  detailsMiss: z.boolean(),
  /** Whether DigiLocker's pair is accepted by `updateCredentials`. */
  pair: z.enum(['accepted', 'refused']),
  /** The consent session is over: reads answer `ER_EXPIRED_TOKEN`. */
  sessionEnded: z.boolean(),
  /** Aadhaar reads answer 504 `ER_AADHAAR_NOT_AVAILABLE`: it must be done again in DigiLocker. */
  aadhaarRenewal: z.boolean(),
})

const defaults: z.output<typeof schema> = {
  ...EVERY_VENDOR_DEFAULTS,
  ...SIGNED_XML_DEFAULTS,
  ...WEBHOOK_DEFAULTS,
  returnParams: {},
  statusCode: 'string',
  linkField: 'url',
  xmlField: 'xmlFile',
  xmlAs: 'link',
  fileUrl: null,
  fileRedirect: null,
  fileLifeMinutes: 15,
  birthDate: 'dd-mm-yyyy',
  minorStatus: '422',
  detailsMiss: false,
  pair: 'accepted',
  sessionEnded: false,
  aadhaarRenewal: false,
}

export const HYPERVERGE_MODES = { schema, defaults }
