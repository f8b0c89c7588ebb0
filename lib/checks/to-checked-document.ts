import 'server-only'
import type { ReadDocument } from '@/lib/documents/types'
import type { CheckedDocument } from './types'

/**
 * The facts of a document that checks need, fetched on this date in India. Half a surrogate pair, which a vendor's JSON may
 * hold, becomes U+FFFD: it has no canonical form to be hashed.
 */
export function toCheckedDocument(document: ReadDocument, fetchedOn: string): CheckedDocument {
  const { type, facts, evidence, remarks, signature } = document
  return {
    type,
    name: facts.name?.toWellFormed() ?? null,
    birthDate: facts.birthDate,
    gender: facts.gender,
    state: facts.state?.toWellFormed() ?? null,
    expiresOn: facts.expiresOn,
    evidence,
    remarks: [...remarks],
    signature,
    fetchedOn,
  }
}
