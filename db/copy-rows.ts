import 'server-only'
import { getTableColumns, getTableName } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'

// Rows in the binary form of PostgreSQL's COPY: no quoting, no text of times and bytes, one buffer for thousands of rows.

const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const FIRST_BYTES = 1 << 18
const NULL_LENGTH = -1
/** PostgreSQL counts from 2000-01-01. */
const EPOCH_MS = Date.UTC(2000, 0, 1)
const TEXT_OID = 25
const UUID_OID = 2950

/** What one table takes: the statement is `copy <table> (<columns>) from stdin with (format binary)`. */
export interface CopyPart {
  table: string
  columns: string[]
  rows: number
  bytes: Uint8Array
}

/** Collects whole rows of one table; columns of `left` are left to their defaults. */
export class CopyRows<T extends PgTable, Left extends keyof T['$inferSelect'] = never> {
  private readonly out = new Output()
  private readonly fields: { key: string; write: (out: Output, value: never) => void }[]
  private readonly table: string
  private readonly columns: string[]
  private rows = 0

  constructor(table: T, left: readonly Left[] = []) {
    const columns = Object.entries(getTableColumns(table)).filter(([key]) => !left.includes(key as Left))
    this.table = getTableName(table)
    this.columns = columns.map(([, column]) => column.name)
    this.fields = columns.map(([key, column]) => ({ key, write: writerOf(column.getSQLType()) }))
    this.out.raw(HEADER)
  }

  add(row: Omit<T['$inferSelect'], Left>): void {
    this.out.int16(this.fields.length)
    for (const { key, write } of this.fields) {
      const value = (row as Record<string, unknown>)[key]
      if (value === null) this.out.int32(NULL_LENGTH)
      else write(this.out, value as never)
    }
    this.rows += 1
  }

  /** Everything added, closed; add nothing after it. */
  finish(): CopyPart {
    this.out.int16(-1)
    return { table: this.table, columns: this.columns, rows: this.rows, bytes: this.out.taken() }
  }
}

/** A buffer that grows. */
class Output {
  private bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  private at = 0

  private room(wanted: number): void {
    if (this.at + wanted <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.at + wanted))
    this.bytes.copy(larger, 0, 0, this.at)
    this.bytes = larger
  }

  taken(): Uint8Array {
    return this.bytes.subarray(0, this.at)
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  int16(value: number): void {
    this.room(2)
    this.at = this.bytes.writeInt16BE(value, this.at)
  }

  int32(value: number): void {
    this.room(4)
    this.at = this.bytes.writeInt32BE(value, this.at)
  }

  int64(value: bigint): void {
    this.room(8)
    this.at = this.bytes.writeBigInt64BE(value, this.at)
  }

  sized(bytes: Uint8Array): void {
    this.int32(bytes.length)
    this.raw(bytes)
  }

  text(value: string): void {
    this.room(4 + value.length * 3)
    const length = this.bytes.write(value, this.at + 4, 'utf8')
    this.bytes.writeInt32BE(length, this.at)
    this.at += 4 + length
  }

  uuid(value: string): void {
    this.int32(16)
    this.room(16)
    this.bytes.write(value.replaceAll('-', ''), this.at, 'hex')
    this.at += 16
  }

  list<V>(values: readonly V[], oid: number, write: (value: V) => void): void {
    const start = this.at
    this.int32(0)
    this.int32(values.length === 0 ? 0 : 1) // dimensions
    this.int32(0) // no nulls inside
    this.int32(oid)
    if (values.length > 0) {
      this.int32(values.length)
      this.int32(1) // counted from one
      for (const value of values) write(value)
    }
    this.bytes.writeInt32BE(this.at - start - 4, start)
  }
}

const WRITERS: Record<string, (out: Output, value: never) => void> = {
  text: (out, value: string) => out.text(value),
  uuid: (out, value: string) => out.uuid(value),
  bytea: (out, value: Buffer) => out.sized(value),
  boolean: (out, value: boolean) => {
    out.int32(1)
    out.raw(Uint8Array.of(value ? 1 : 0))
  },
  smallint: (out, value: number) => {
    out.int32(2)
    out.int16(value)
  },
  integer: (out, value: number) => {
    out.int32(4)
    out.int32(value)
  },
  bigint: (out, value: number) => {
    out.int32(8)
    out.int64(BigInt(value))
  },
  'timestamp with time zone': (out, value: Date) => {
    out.int32(8)
    out.int64(BigInt(value.getTime() - EPOCH_MS) * 1000n)
  },
  jsonb: (out, value: unknown) =>
    out.sized(Buffer.concat([Uint8Array.of(1), Buffer.from(JSON.stringify(value), 'utf8')])),
  'text[]': (out, values: string[]) => out.list(values, TEXT_OID, (value) => out.text(value)),
  'uuid[]': (out, values: string[]) => out.list(values, UUID_OID, (value) => out.uuid(value)),
}

function writerOf(type: string): (out: Output, value: never) => void {
  const write = WRITERS[type]
  if (write === undefined) throw new Error(`no binary form of ${type}`)
  return write
}
