import { z } from 'zod'

const REQUIRED = 'This field is required.'
const PORTRAIT_LIMIT_CHARS = 2_796_204 // 2 MB in base64

/** Codes of the interface language. The vendor has some fifty; `en`, `hi` and `bn` are named in what could be read. */
const LANGUAGES =
  'en ar bg bn ca cnr cs da de el es et fa fi fr he hi hr hu hy id it ja ka ko lt lv mk ms nl no pl pt pt-BR ro ru sk sl so sq sr sv th tr uk uz vi zh zh-CN zh-TW'
const DOCUMENT_TYPES = ['P', 'ID', 'DL', 'RP', 'HIC', 'TC', 'SSC'] as const
const V1_FEATURES = [
  'OCR',
  'OCR + NFC',
  'OCR + AML',
  'OCR + NFC + AML',
  'OCR + FACE',
  'OCR + NFC + FACE',
  'OCR + FACE + AML',
  'OCR + NFC + FACE + AML',
] as const

/** True for a language code that the vendor's page can be shown in. */
export function isLanguage(code: string): boolean {
  return LANGUAGES.split(' ').includes(code)
}

const text = () =>
  z.string({ error: missingOr('Not a valid string.') }).min(1, 'This field may not be blank.')
const country = text().regex(/^[A-Z]{3}$/, 'Not an ISO 3166-1 alpha-3 code.')
const Choice = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: missingOr('Not a valid choice.') })
const language = text().refine(isLanguage, 'Not a valid choice.')

/** An absolute address; a scheme of an app's own is allowed (documented), one that is script is not. */
const callback = text().refine((value) => {
  const url = URL.parse(value)
  return url !== null && !['javascript:', 'data:', 'blob:', 'file:'].includes(url.protocol)
}, 'Enter a valid URL.')

const ContactDetails = z.strictObject({
  email: z.email('Enter a valid email address.').optional(),
  send_notification_emails: z.boolean().optional(),
  email_lang: language.optional(),
  phone: text()
    .regex(/^\+[1-9]\d{6,14}$/, 'Enter a phone number in E.164.')
    .optional(),
})

const ExpectedDetails = z
  .strictObject({
    first_name: text().optional(),
    last_name: text().optional(),
    date_of_birth: z.iso.date('Date has wrong format. Use YYYY-MM-DD.').optional(),
    gender: Choice(['M', 'F']).nullable().optional(),
    nationality: country.optional(),
    country: country.optional(),
    id_country: country.optional(),
    poa_country: country.optional(),
    address: text().optional(),
    identification_number: text().optional(),
    ip_address: z.union([z.ipv4(), z.ipv6()]).optional(),
    expected_document_types: z.array(Choice(DOCUMENT_TYPES)).optional(),
    company_name: text().max(255).optional(),
    registry_country: text().max(10).optional(),
    registration_number: text().max(100).optional(),
  })
  .refine((details) => !details.address || details.country || details.poa_country, {
    path: ['address'],
    message: 'An address needs country or poa_country.',
  })

/** Fields of v3, and of v2, whose page lists fewer. An unknown one is refused, more strictly than the vendor may be. */
export const CreateBody = z.strictObject({
  workflow_id: z.uuid({ error: missingOr('Must be a valid UUID.') }),
  vendor_data: text().nullish(),
  callback: callback.nullish(),
  callback_method: Choice(['initiator', 'completer', 'both']).optional(),
  metadata: z.json().optional(),
  language: language.optional(),
  contact_details: ContactDetails.nullish(),
  expected_details: ExpectedDetails.nullish(),
  portrait_image: z.base64('Not a valid base64 image.').max(PORTRAIT_LIMIT_CHARS).optional(),
})

/** Fields of v1; `features` is one of eight texts, or what the console says. */
export const CreateBodyV1 = z.strictObject({
  vendor_data: text().nullish(),
  callback: callback.nullish(),
  features: Choice(V1_FEATURES).optional(),
})

function missingOr(words: string) {
  return ({ input }: { input?: unknown }) => (input === undefined ? REQUIRED : words)
}
