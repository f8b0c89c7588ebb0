import 'server-only'
import type postgres from 'postgres'

// Indexes, constraints and triggers of some tables, taken down for a bulk load and put up again from the catalog's own
// words. All of it inside one transaction: whoever is killed in the middle leaves everything as it was.

interface Part {
  table: string
  name: string
  definition: string
}

/** What hangs on some tables; `foreign` also counts references from and to other tables. */
export interface Structure {
  keys: Part[]
  indexes: Part[]
  foreign: Part[]
  /** Enabled ones alone; `definition` is empty. */
  triggers: Part[]
}

/** Reads what hangs on `tables` of the schema `public`. */
export async function readStructure(
  tx: postgres.TransactionSql,
  tables: readonly string[],
): Promise<Structure> {
  const constraints = (which: postgres.PendingQuery<postgres.Row[]>) => tx<Part[]>`
    select c.conrelid::regclass::text as table, quote_ident(c.conname) as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c where ${which} order by 1, 2`
  const named = tx`select format('public.%I', name)::regclass::oid from unnest(${tables as string[]}::text[]) name`
  return {
    keys: [...(await constraints(tx`c.contype in ('p', 'u', 'x') and c.conrelid in (${named})`))],
    foreign: [
      ...(await constraints(tx`c.contype = 'f' and (c.conrelid in (${named}) or c.confrelid in (${named}))`)),
    ],
    indexes: [
      ...(await tx<Part[]>`
        select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as name,
          pg_get_indexdef(i.indexrelid) as definition
        from pg_index i
        where i.indrelid in (${named}) and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)
        order by 1, 2`),
    ],
    triggers: [
      ...(await tx<Part[]>`
        select t.tgrelid::regclass::text as table, quote_ident(t.tgname) as name, '' as definition
        from pg_trigger t where t.tgrelid in (${named}) and not t.tgisinternal and t.tgenabled = 'O' order by 1, 2`),
    ],
  }
}

/** Takes everything of `structure` down: a load then writes rows and nothing else. */
export async function takeDown(tx: postgres.TransactionSql, structure: Structure): Promise<void> {
  for (const { table, name } of structure.triggers)
    await tx.unsafe(`alter table ${table} disable trigger ${name}`)
  for (const { table, name } of [...structure.foreign, ...structure.keys])
    await tx.unsafe(`alter table ${table} drop constraint ${name}`)
  for (const { name } of structure.indexes) await tx.unsafe(`drop index ${name}`)
}

/** Puts everything up again, which also checks every loaded row; `onPart` hears what comes next. */
export async function putUp(
  tx: postgres.TransactionSql,
  structure: Structure,
  onPart: (name: string) => void,
): Promise<void> {
  const { keys, indexes, foreign, triggers } = structure
  for (const { table, name, definition } of keys) {
    onPart(name)
    await tx.unsafe(`alter table ${table} add constraint ${name} ${definition}`)
  }
  for (const { name, definition } of indexes) {
    onPart(name)
    await tx.unsafe(definition)
  }
  for (const { table, name, definition } of foreign) {
    onPart(name)
    await tx.unsafe(`alter table ${table} add constraint ${name} ${definition}`)
  }
  for (const { table, name } of triggers) await tx.unsafe(`alter table ${table} enable trigger ${name}`)
}

/** True when both say the same of the same tables. */
export function isSameStructure(a: Structure, b: Structure): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
