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
  /** Name of the player's token in the return; no source gives it. `access_token`, `token`, or any other. */
  tokenName: z.string().min(1).max(64),
  /** How the browser brings the parameters back: in the address, or by a form. */
  returnMethod: z.enum(['get', 'post_form']),
  /** The return brings neither a token nor an error. */
  withoutToken: z.boolean(),
  /** `handshake_id` comes back; that it does is documented, under which name is not. */
  handshakeEcho: z.boolean(),
  /** `get_aadhaar_xml` answers 200 and a sentence instead of XML: the Aadhaar must be renewed. */
  aadhaarRenewal: z.boolean(),
  /** `get_document_xml` answers 200 without usable XML. */
  noXml: z.boolean(),
})

const defaults: z.output<typeof schema> = {
  ...EVERY_VENDOR_DEFAULTS,
  ...SIGNED_XML_DEFAULTS,
  ...DOCUMENT_LIST_DEFAULTS,
  tokenName: 'access_token',
  returnMethod: 'get',
  withoutToken: false,
  handshakeEcho: true,
  aadhaarRenewal: false,
  noXml: false,
}

export const KWIKID_MODES = { schema, defaults }
