import 'server-only'
import { createHash } from 'node:crypto'

// Repeatable chance for invented cases. Keys and nonces never come from here: the seed of a demo is no secret.

const REFERENCE_LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The chance of one case: the same seed and number give the same draws, whichever cases were made before. */
export class CaseRandom {
  private a: number
  private b: number
  private c: number
  private d: number

  constructor(seed: number, index: number) {
    const start = createHash('sha256').update(`ante seed ${seed} ${index}`).digest()
    this.a = start.readInt32BE(0)
    this.b = start.readInt32BE(4)
    this.c = start.readInt32BE(8)
    this.d = start.readInt32BE(12)
  }

  /** 32 bits, by the generator sfc32. */
  private bits(): number {
    const sum = (this.a + this.b + this.d) | 0
    this.d = (this.d + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum
    this.c |= 0
    return sum >>> 0
  }

  /** From 0 to below 1. */
  share(): number {
    return this.bits() / 4_294_967_296
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.share() * end)
  }

  /** A whole number within both ends. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] as T
  }

  /** One of `parts` by its weight. */
  weighted<T>(parts: readonly (readonly [weight: number, value: T])[]): T {
    let left = this.share() * parts.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, value] of parts) {
      left -= weight
      if (left < 0) return value
    }
    return (parts.at(-1) as readonly [number, T])[1]
  }

  bytes(count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count)
    for (let at = 0; at < count; at += 4) bytes.writeUInt32BE(this.bits(), at)
    return bytes
  }

  /** A UUID, version 4. */
  uuid(): string {
    const bytes = this.bytes(16)
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    const hex = bytes.toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }

  /** Eight letters for people, as `newReference` gives them. */
  reference(): string {
    let text = ''
    for (let at = 0; at < 8; at += 1) text += REFERENCE_LETTERS[this.below(REFERENCE_LETTERS.length)]
    return text
  }
}
