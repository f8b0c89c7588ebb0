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
  /** `state` comes back in the return address. */
  stateEcho: z.boolean(),
  /** Spelling of the verifier in the return address: both occur in the wild. */
  returnSpelling: z.enum(['code_verifier', 'codeVerifier']),
  /** Percent-encodes the verifier once more than needed, as one integrator seems to have met. */
  doubleEncode: z.boolean(),
  /** Documents arrive as `{"xml": "<…"}` instead of plain XML. */
  wrapXml: z.boolean(),
  /** Where `url` and `reference_key` stand in the answer. */
  envelope: z.enum(['flat', 'result', 'data']),
  /** Which of the two PAN routes exists. */
  panRoute: z.enum(['plain', 'xml']),
  /** The PAN code that the vendor knows and lists. */
  panCode: z.enum(['PANCR', 'PANCD']),
  /** HTTP status of the 20xx verdicts, which no source names. */
  verdictStatus: z.int().min(200).max(599),
})

const defaults: z.output<typeof schema> = {
  ...EVERY_VENDOR_DEFAULTS,
  ...SIGNED_XML_DEFAULTS,
  ...DOCUMENT_LIST_DEFAULTS,
  stateEcho: true,
  returnSpelling: 'code_verifier',
  doubleEncode: false,
  wrapXml: false,
  envelope: 'flat',
  panRoute: 'plain',
  panCode: 'PANCR',
  verdictStatus: 200,
}

export const IDTO_MODES = { schema, defaults }
