import 'server-only'
import { blindIndex, blindIndexes } from '@/lib/crypto/blind-index'
import { env } from '@/lib/env'

/** What is indexed for a vendor's reference: unique within a connection. */
export function referenceValue(connectionId: string, reference: string): string {
  return `${connectionId} ${reference}`
}

/** Blind index of a vendor's own reference, unique within a connection; null for vendors that give none. */
export function referenceIndex(connectionId: string, reference: string | null): string | null {
  return reference === null
    ? null
    : blindIndex(env().indexKeys, 'vendor_reference', referenceValue(connectionId, reference))
}

/** The same under every index key, for finding an attempt while that key is being rotated. */
export function referenceIndexes(connectionId: string, reference: string): string[] {
  return blindIndexes(env().indexKeys, 'vendor_reference', referenceValue(connectionId, reference))
}
