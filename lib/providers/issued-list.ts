import 'server-only'
import { z } from 'zod'
import type { LockerDocument } from '@/lib/documents/types'

// DigiLocker's list of issued documents, as every aggregator passes it on.

/** Codes of the list, the preferred one first. `PANCD` was seen beside the documented `PANCR`. */
const ACCEPTED_CODES: Readonly<Record<LockerDocument, readonly string[]>> = {
  aadhaar: ['ADHAR'],
  pan: ['PANCR', 'PANCD'],
  driving_licence: ['DRVLC'],
}

const WireItem = z.object({
  uri: z.string().min(1).max(16_384), // each adapter judges what it can send
  doctype: z.string(),
  mime: z
    .union([z.string(), z.array(z.string())])
    .nullish()
    .catch(null),
})

export interface ListedDocument {
  type: LockerDocument
  /** Holds the document number: personal data, for the next call only. */
  uri: string
  /** False when the list says that there is no XML. */
  hasXml: boolean
}

/** The consented documents of the locker, preferred code first; everything else in it is dropped here. */
export function pickListed(
  items: readonly unknown[],
  consented: readonly LockerDocument[],
): ListedDocument[] {
  const known = items.flatMap((item) => WireItem.safeParse(item).data ?? [])
  return consented.flatMap((type) =>
    ACCEPTED_CODES[type].flatMap((code) =>
      known
        .filter(({ doctype }) => doctype.trim().toUpperCase() === code)
        .map(({ uri, mime }) => ({ type, uri, hasXml: offersXml(mime) })),
    ),
  )
}

/** Only an array (newer upstream) that leaves XML out says that there is none; one string (older) names one form of several. */
function offersXml(mime: string | string[] | null | undefined): boolean {
  if (!Array.isArray(mime) || mime.length === 0) return true
  return mime.some((type) => type.toLowerCase().includes('xml'))
}
