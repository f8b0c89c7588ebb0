import 'server-only'
import { createHash } from 'node:crypto'

/**
 * The Merkle tree of RFC 9162 section 2.1 (leaves behind a 0 byte, nodes behind a 1 byte) over SHA-256, grown leaf by
 * leaf: it keeps one hash per level, however many leaves there are.
 */
export class MerkleTree {
  private readonly subtrees: Buffer[] = []
  private leaves = 0

  get size(): number {
    return this.leaves
  }

  append(leaf: Buffer): void {
    this.subtrees.push(sha256(LEAF, leaf))
    this.leaves += 1
    for (let rest = this.leaves; rest % 2 === 0; rest /= 2) this.join()
  }

  /** The root over all leaves so far; SHA-256 of nothing when there are none. Ends the tree. */
  root(): Buffer {
    while (this.subtrees.length > 1) this.join()
    return this.subtrees[0] ?? sha256()
  }

  private join(): void {
    const right = this.subtrees.pop() as Buffer
    const left = this.subtrees.pop() as Buffer
    this.subtrees.push(sha256(NODE, left, right))
  }
}

const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

/** What a checkpoint anchors of one chain: its id (16 bytes), sequence number (8 bytes) and head (32 bytes). */
export function headLeaf(chainId: string, seq: number, head: Buffer): Buffer {
  const leaf = Buffer.alloc(56)
  leaf.write(chainId.replaceAll('-', ''), 'hex')
  leaf.writeBigUInt64BE(BigInt(seq), 16)
  head.copy(leaf, 24)
  return leaf
}

function sha256(...parts: Buffer[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
