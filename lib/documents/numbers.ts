import 'server-only'
import { maskPan } from './mask'
import type { DocumentRemark } from './types'

// Normal forms of document numbers; the same whether they stood in XML or in a vendor's JSON.

const PAN = /^[A-Z]{5}[0-9]{4}[A-Z]$/
const INDIVIDUAL = 'P'

export interface PanNumber {
  numberMasked: string | null
  numberNormalised: string | null
  remarks: DocumentRemark[]
}

/** A PAN in upper case and without spaces; it stands for nobody when its form is wrong. */
export function toPanNumber(text: string): PanNumber {
  const number = compactPan(text)
  if (!PAN.test(number)) return { numberMasked: null, numberNormalised: null, remarks: ['pan_malformed'] }
  const remarks: DocumentRemark[] = number[3] === INDIVIDUAL ? [] : ['pan_not_individual']
  return { numberMasked: maskPan(number), numberNormalised: number, remarks }
}

export function compactPan(text: string): string {
  return text.toUpperCase().replace(/\s+/g, '')
}

/** A licence (or other) number in upper case, without the spaces, slashes and hyphens that states put in. */
export function compactNumber(text: string): string {
  return text.toUpperCase().replace(/[\s/-]+/g, '')
}
