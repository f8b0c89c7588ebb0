import postgres from 'postgres'
import { afterAll, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'

const database = await openFreshDatabase()
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(() => owner.end())

const { INDEXED_COLUMNS, PASSING_INDEXES, SEALED_COLUMNS, SEALED_WITH_TOKENS } = await import(
  './sealed-columns'
)

const nameOf = (at: { table: string; column: string }) => `${at.table}.${at.column}`

async function columnsLike(pattern: string): Promise<string[]> {
  const rows = await owner<{ name: string }[]>`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and column_name ~ ${pattern} order by 1`
  return rows.map(({ name }) => name)
}

test('every sealed column of the database is rotated, or is sealed with a key of its own', async () => {
  const found = await columnsLike('_sealed$')
  expect(found.length).toBeGreaterThan(10)
  expect(found).toEqual([...SEALED_COLUMNS.map(nameOf), ...SEALED_WITH_TOKENS].sort())
})

test('every column of blind indexes is made anew, or holds what is soon over', async () => {
  const found = await columnsLike('_index(es)?$')
  expect(found).toEqual([...INDEXED_COLUMNS.map(nameOf), ...PASSING_INDEXES].sort())
})

test('every column that an index is made of is itself in the list, bound to the same row', () => {
  for (const { table, sealed, owner: ownedBy, row } of INDEXED_COLUMNS)
    expect(SEALED_COLUMNS).toContainEqual({ table, column: sealed, owner: ownedBy, row })
})
