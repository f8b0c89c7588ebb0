import 'server-only'
import type { AnchoredHead, CheckpointRow, EventRow } from '@/db/queries/checkpoints'

// The lines of exports and copied checkpoints, JSON each; docs/audit.md describes them, scripts/audit-verify.mjs reads them.

export const EXPORT_FORMAT = 'ante-audit/1'

export function checkpointLine({ seq, record, hash, signature, keyId }: CheckpointRow): string {
  return line({ kind: 'checkpoint', seq, key: keyId, signature, hash: hash.toString('hex'), record })
}

export function headLine({ chainId, seq, head, checkpointSeq }: AnchoredHead): string {
  return line({ kind: 'head', chain: chainId, seq, head: head.toString('hex'), checkpoint: checkpointSeq })
}

/** Where the database says that a chain stands. */
export function chainLine({ chainId, seq, head }: { chainId: string; seq: number; head: Buffer }): string {
  return line({ kind: 'chain', chain: chainId, seq, head: head.toString('hex') })
}

export function eventLine({ chainId, seq, record, hash }: EventRow): string {
  return line({ kind: 'event', chain: chainId, seq, hash: hash.toString('hex'), record })
}

export function line(value: Record<string, unknown>): string {
  return `${JSON.stringify(value)}\n`
}
