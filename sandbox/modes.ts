import { z } from 'zod'

const Common = {
  /** `state` comes back in the return address. */
  stateEcho: z.boolean(),
  /** How the list of documents writes `mime`; older upstream text has a single string. */
  mime: z.enum(['array', 'string']),
  /** RSA-SHA1 signatures, the method observed on real documents, instead of RSA-SHA256. */
  sha1: z.boolean(),
  /** The older e-Aadhaar layout with KycRes as its root. */
  bareKycRes: z.boolean(),
  /** How long every data read takes; long enough that two parallel reads meet. */
  readLatencyMs: z.int().min(0).max(60_000),
  /** How long a read of the slow persona takes. */
  slowMs: z.int().min(0).max(60_000),
  /** Calls a second before 429; 0 means no limit. */
  ratePerSecond: z.int().min(0),
}

export const IdtoModes = z.strictObject({
  ...Common,
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

export const DeepvueModes = z.strictObject({
  ...Common,
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

export interface Modes {
  idto: z.output<typeof IdtoModes>
  deepvue: z.output<typeof DeepvueModes>
}

export type Vendor = keyof Modes

const COMMON_DEFAULTS = {
  stateEcho: true,
  mime: 'array',
  sha1: false,
  bareKycRes: false,
  readLatencyMs: 25,
  slowMs: 5000,
  ratePerSecond: 0,
} as const

/** Fresh defaults: the newest documented behaviour of each vendor. */
export function defaultModes(): Modes {
  return {
    idto: {
      ...COMMON_DEFAULTS,
      returnSpelling: 'code_verifier',
      doubleEncode: false,
      wrapXml: false,
      envelope: 'flat',
      panRoute: 'plain',
      panCode: 'PANCR',
      verdictStatus: 200,
    },
    deepvue: {
      ...COMMON_DEFAULTS,
      codeName: 'code',
      stateName: 'state',
      list: 'array',
      file: 'base64_xml',
      birthDate: 'DD-MM-YYYY',
    },
  }
}
