import 'server-only'
import { ageOn, toBirthDate } from './dates'
import { maskFullAadhaar } from './mask'
import type { DocumentFacts, DocumentRemark } from './types'

// Small readings that all documents share.

/** Free text of a document; a full Aadhaar number inside it loses its first eight digits here. */
export function toText(text: string | null | undefined): string | null {
  const trimmed = text?.trim()
  return trimmed ? maskFullAadhaar(trimmed) : null
}

/** One line out of the parts that are there, each once (town, post office and district often repeat), or null. */
export function toLine(parts: readonly (string | null)[]): string | null {
  return toText([...new Set(parts.filter((part) => part !== null))].join(', '))
}

const GENDERS: Readonly<Record<string, DocumentFacts['gender']>> = {
  M: 'M',
  MALE: 'M',
  F: 'F',
  FEMALE: 'F',
  T: 'T',
  TRANSGENDER: 'T',
}

/** `M`, `F`, `T` from letters or words (aggregators send words); anything else is null. */
export function toGender(text: string | null): DocumentFacts['gender'] {
  return GENDERS[text?.trim().toUpperCase() ?? ''] ?? null
}

/** Base64 of a JPEG or PNG without line ends, or null for anything else or above 1.5 MB. */
export function toPhoto(text: string | null | undefined): string | null {
  const compact = (text ?? '').replace(/\s+/g, '')
  const isImage = /^(\/9j\/|iVBORw0KGgo)[A-Za-z0-9+/]*={0,2}$/.test(compact)
  return isImage && compact.length <= 1_500_000 ? compact : null
}

export interface ReadBirthDate {
  birthDate: string | null
  remarks: DocumentRemark[]
}

/** Birth date with what must be said about it; a future date and an age above 120 are as unusable as no date. */
export function readBirthDate(text: string | null, today: string): ReadBirthDate {
  const birthDate = text === null ? null : toBirthDate(text)
  if (birthDate === null || ageOn(birthDate, today) === null) {
    return { birthDate: null, remarks: ['dob_unusable'] }
  }
  return { birthDate, remarks: birthDate.length === 4 ? ['dob_year_only'] : [] }
}
