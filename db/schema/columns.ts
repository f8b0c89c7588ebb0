import { customType, timestamp } from 'drizzle-orm/pg-core'

/** Raw bytes. Columns named `…Sealed` hold ciphertext of lib/crypto/seal.ts, `…Hash` hold SHA-256. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })

/** A point in time, UTC. */
export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
