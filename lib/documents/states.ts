import 'server-only'

// States and Union Territories, from a name or code as documents write it to the code that licences begin with.
// Older spellings and codes are still met: docs/documents.md.

const NAMES: Readonly<Record<string, string>> = {
  AN: 'Andaman and Nicobar Islands|Andaman and Nicobar',
  AP: 'Andhra Pradesh',
  AR: 'Arunachal Pradesh',
  AS: 'Assam',
  BR: 'Bihar',
  CG: 'Chhattisgarh|Chattisgarh',
  CH: 'Chandigarh',
  DD: 'Dadra and Nagar Haveli and Daman and Diu|Daman and Diu|Dadra and Nagar Haveli|The Dadra and Nagar Haveli and Daman and Diu',
  DL: 'Delhi|NCT of Delhi|New Delhi|National Capital Territory of Delhi',
  GA: 'Goa',
  GJ: 'Gujarat',
  HP: 'Himachal Pradesh',
  HR: 'Haryana',
  JH: 'Jharkhand',
  JK: 'Jammu and Kashmir',
  KA: 'Karnataka',
  KL: 'Kerala',
  LA: 'Ladakh',
  LD: 'Lakshadweep',
  MH: 'Maharashtra',
  ML: 'Meghalaya',
  MN: 'Manipur',
  MP: 'Madhya Pradesh',
  MZ: 'Mizoram',
  NL: 'Nagaland',
  OD: 'Odisha|Orissa',
  PB: 'Punjab',
  PY: 'Puducherry|Pondicherry',
  RJ: 'Rajasthan',
  SK: 'Sikkim',
  TG: 'Telangana|Telengana',
  TN: 'Tamil Nadu|Tamilnadu',
  TR: 'Tripura',
  UK: 'Uttarakhand|Uttaranchal',
  UP: 'Uttar Pradesh',
  WB: 'West Bengal',
}
const OLD_CODES: Readonly<Record<string, string>> = { DN: 'DD', OR: 'OD', UA: 'UK', TS: 'TG', PN: 'PB' }

/** The codes that a policy may name. */
export const STATE_CODES = Object.keys(NAMES)

const byName = new Map(
  Object.entries(NAMES).flatMap(([code, names]) =>
    names.split('|').map((name): [string, string] => [plain(name), code]),
  ),
)

/** The State's code from its name, old or new, or from a code, old or new; null when unknown. */
export function toStateCode(text: string): string | null {
  const known = plain(text)
  const code = OLD_CODES[known] ?? known
  return byName.get(known) ?? (STATE_CODES.includes(code) ? code : null)
}

/** Upper case, "&" as "and", letters only. */
function plain(text: string): string {
  return text
    .toUpperCase()
    .replace(/&/g, ' AND ')
    .replace(/[^A-Z]/g, '')
}
