import 'server-only'
import { type CopyPart, CopyRows } from '@/db/copy-rows'
import { auditChains, auditEvents } from '@/db/schema/audit'
import { cases, consents } from '@/db/schema/consents'
import { dataKeys } from '@/db/schema/data-keys'
import { nameKeys } from '@/db/schema/desk'
import { checks, decisions, documents, facts } from '@/db/schema/documents'
import { players } from '@/db/schema/players'
import { reviews } from '@/db/schema/reviews'
import { providerSessions, verifications } from '@/db/schema/verifications'

/** Rows of a number of invented cases, by table. A new column of one of these stops the compiler until it is written here. */
export function newTables() {
  return {
    players: new CopyRows(players),
    dataKeys: new CopyRows(dataKeys),
    cases: new CopyRows(cases),
    consents: new CopyRows(consents),
    verifications: new CopyRows(verifications),
    providerSessions: new CopyRows(providerSessions),
    documents: new CopyRows(documents),
    facts: new CopyRows(facts),
    nameKeys: new CopyRows(nameKeys),
    checks: new CopyRows(checks),
    decisions: new CopyRows(decisions),
    reviews: new CopyRows(reviews),
    auditChains: new CopyRows(auditChains),
    auditEvents: new CopyRows(auditEvents, ['xact']),
  }
}
export type SeedTables = ReturnType<typeof newTables>

/** The tables of `newTables`, as the database names them. */
export const SEEDED_TABLES: readonly string[] = Object.values(newTables()).map((rows) => rows.finish().table)

/** All of them closed; add nothing after it. */
export function finishTables(tables: SeedTables): CopyPart[] {
  return Object.values(tables)
    .map((rows) => rows.finish())
    .filter(({ rows }) => rows > 0)
}
