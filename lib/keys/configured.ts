import 'server-only'
import type { Db } from '@/db/client'
import { listKeyIdsInUse } from '@/db/queries/keys'
import { env } from '@/lib/env'

/** A key that stored values need and no setting names. */
export interface MissingKey {
  setting: 'DATA_KEYS' | 'INDEX_KEY'
  id: string
}

/** Keys that stored values need and the settings lack; empty when all is well. A few index look-ups. */
export async function listMissingKeys(db: Db): Promise<MissingKey[]> {
  const { dataKeys, indexKeys } = env()
  const wrapping = await listKeyIdsInUse(db, 'wrapping')
  const index = await listKeyIdsInUse(db, 'index')
  return [
    ...wrapping.filter((id) => !dataKeys.keys.has(id)).map((id) => ({ setting: 'DATA_KEYS', id }) as const),
    ...index.filter((id) => !indexKeys.keys.has(id)).map((id) => ({ setting: 'INDEX_KEY', id }) as const),
  ]
}

/** One line for whoever starts the app: what is missing and what to do. Ids are no secrets. */
export function toSentence({ setting, id }: MissingKey): string {
  return `${setting}: found no key with the id "${id}", expected it: values in the database need it. See docs/keys.md`
}
