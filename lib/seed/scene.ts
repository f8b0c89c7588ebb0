import 'server-only'
import type { DocumentType } from '@/lib/documents/types'
import type { Connection } from '@/lib/providers/types'
import type { Vault } from '@/lib/vault'
import type { SeedChain } from './chain'
import type { Person } from './people'
import type { CaseRandom } from './random'
import type { SeedSetting } from './setting'
import type { Story } from './story'
import type { SeedTables } from './tables'

/** One case while its rows are made. */
export interface Scene {
  tables: SeedTables
  setting: SeedSetting
  index: number
  random: CaseRandom
  story: Story
  person: Person
  playerId: string
  caseId: string
  consentId: string
  vault: Vault
  chain: SeedChain
  way: SeedSetting['ways'][number]
  connection: Connection
  agreed: DocumentType[]
  /** Written so far. */
  nameKeys: Set<string>
}
