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
  /** Name of the code in the return address; no source gives it. */
  codeName: z.enum(['code', 'digilocker_code', 'authorization_code']),
  /** Name of the journey key in the return address. */
  stateName: z.enum(['state', 'transaction_id']),
  /** Shape of the document list: a bare array, or wrapped as upstream does. */
  list: z.enum(['array', 'items']),
  /** What the one string of `file` holds. */
  file: z.enum(['base64_xml', 'xml', 'base64_pdf', 'link']),
  /** Date form of `proof_of_identity.dob`, which the vendor does not state. */
  birthDate: z.enum(['DD-MM-YYYY', 'DD/MM/YYYY', 'DDMMYYYY', 'YYYY-MM-DD']),
})

const defaults: z.output<typeof schema> = {
  ...EVERY_VENDOR_DEFAULTS,
  ...SIGNED_XML_DEFAULTS,
  ...DOCUMENT_LIST_DEFAULTS,
  stateEcho: true,
  codeName: 'code',
  stateName: 'state',
  list: 'array',
  file: 'base64_xml',
  birthDate: 'DD-MM-YYYY',
}

export const DEEPVUE_MODES = { schema, defaults }
