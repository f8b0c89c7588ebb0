import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, expect, test } from 'vitest'
import type { Db } from '@/db/client'
import { openFreshDatabase } from '@/db/testing/database'
import type { ConsentItemId } from '@/lib/consent/types'
import type { Vendor } from '@/lib/vendor-settings'
import type { PersonaId } from '@/sandbox/personas'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker, walkHome } from '@/sandbox/test-client'
import type { NoteCode, ReasonCode, Status } from './types'

// What each persona of the sandbox leads to, over real HTTP and a real database; the same for every vendor.

interface Expectation {
  persona: PersonaId
  status: Status
  reasons: ReasonCode[]
  notes?: NoteCode[]
}

const EXPECTED: Expectation[] = [
  { persona: 'adult', status: 'approved', reasons: ['all_checks_passed'] },
  { persona: 'licence_expired', status: 'approved', reasons: ['all_checks_passed'] },
  {
    persona: 'name_differs',
    status: 'approved',
    reasons: ['all_checks_passed'],
    notes: ['name_initial_on_pan'],
  },
  { persona: 'duplicate_person', status: 'approved', reasons: ['all_checks_passed'] },
  { persona: 'other_person', status: 'awaiting_reviewer', reasons: ['birth_date_differs', 'name_differs'] },
  { persona: 'one_letter', status: 'awaiting_reviewer', reasons: ['name_unclear'] },
  { persona: 'year_only', status: 'awaiting_reviewer', reasons: ['age_not_proven'] },
  { persona: 'minor', status: 'rejected', reasons: ['under_age'] },
  { persona: 'turns_18_tomorrow', status: 'rejected', reasons: ['under_age'] },
  { persona: 'pan_missing', status: 'resubmission_requested', reasons: ['pan_missing'] },
  { persona: 'empty_share', status: 'resubmission_requested', reasons: ['nothing_shared'] },
  { persona: 'tampered', status: 'awaiting_reviewer', reasons: ['signature_invalid'] },
  { persona: 'unsigned', status: 'awaiting_reviewer', reasons: ['signature_missing'] },
  { persona: 'fails_on_exchange', status: 'failed', reasons: ['exchange_interrupted'] },
  { persona: 'refuses', status: 'cancelled', reasons: ['refused_at_digilocker'] },
  { persona: 'error_markup', status: 'cancelled', reasons: ['refused_at_digilocker'] },
]

/** What differs for one vendor. */
export interface VendorDifferences {
  name: string
  /** By persona; null leaves it out because it means nothing there. */
  instead?: Partial<Record<PersonaId, { status: Status; reasons: readonly ReasonCode[] } | null>>
  items?: ConsentItemId[]
  /** The vendor hands over through the browser, so the player names themself first. */
  namesPerson?: boolean
}

const PERSON = { name: 'Parikshan Kumar Namoona', birth_date: '1990-08-15' }
const OWN_DATE: readonly PersonaId[] = ['minor', 'turns_18_tomorrow']

/** Runs every persona with `vendor` first in the order of use. */
export async function testPersonas(
  vendor: Vendor,
  { name, instead = {}, items, namesPerson = false }: VendorDifferences,
): Promise<void> {
  const sandbox = await startSandbox({ port: 0, seed: 7 })
  await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port), KYC_CONNECTIONS: vendor })
  afterAll(() => sandbox.close())
  const { makePlayer, agreeTo, bring } = await import('./testing')
  const { start } = await import('./start')
  const { collect } = await import('./collect')
  const { findJourney } = await import('./find')
  const { stateDetails } = await import('./stated')
  const { db } = await import('@/db/client')
  const { findVerification } = await import('@/db/queries/verifications')

  const rows = EXPECTED.flatMap((row) => {
    const other = instead[row.persona]
    return other === null ? [] : [{ ...row, ...other }]
  })
  test.each(rows)('$persona leads to $status', async ({ persona, status, reasons, notes = [] }) => {
    const player = await makePlayer()
    await agreeTo(player, items ?? ['aadhaar', 'pan', 'driving_licence'])
    if (namesPerson) await stateDetails(player, { name: PERSON.name, birthDate: PERSON.birth_date })
    const started = await start(player)
    const own = OWN_DATE.includes(persona) ? { name: PERSON.name } : PERSON
    const back = await answerAtDigiLocker(started.authorizationUrl, persona, 'allow', namesPerson ? own : {})
    expect((await bring(player, started, await walkHome(sandbox.url, back))).kind).toBe('taken')
    await expect
      .poll(
        async () => {
          await collect({ playerId: player.id, verificationId: started.verificationId })
          return (await findJourney(player, started.verificationId))?.status
        },
        { timeout: 20_000, interval: 500 },
      )
      .not.toBe('awaiting_provider')
    const journey = await findJourney(player, started.verificationId)
    expect(journey).toMatchObject({ status, notes, connectionName: name })
    // As staff see them: of documents in doubt the player is told less.
    const stored = await findVerification(db(), player.id, started.verificationId)
    expect(stored?.reasons).toEqual(reasons)
    for (const row of await readDocuments(db(), started.verificationId))
      expect(row).toEqual(expectedStanding(persona, row))
    expect(await findJourney({ id: randomUUID() }, started.verificationId)).toBeNull()
  })
}

interface Row {
  media: string
  evidence: string
  signature: string | null
  anchored: boolean
  facts: string[]
}

/** What an attempt's documents and their facts were stored as. */
async function readDocuments(database: Db, verificationId: string): Promise<Row[]> {
  const rows = await database.execute(sql`
    select d.media_type as media, d.evidence, d.signature, d.anchor_sha256 is not null as anchored,
           array_agg(distinct f.evidence) as facts
    from documents d join facts f on f.player_id = d.player_id and f.document_id = d.id
    where d.verification_id = ${verificationId}::uuid group by d.player_id, d.id`)
  return rows as unknown as Row[]
}

/** XML of a persona whose signatures hold is its issuer's; everything else is the vendor's word. */
function expectedStanding(persona: PersonaId, { media }: Row): Row {
  if (media !== 'application/xml')
    return {
      media,
      evidence: 'provider_asserted',
      signature: null,
      anchored: false,
      facts: ['provider_asserted'],
    }
  const problem =
    persona === 'tampered' ? 'digest_mismatch' : persona === 'unsigned' ? 'signature_missing' : null
  const evidence = problem === null ? 'issuer_signed' : 'provider_asserted'
  return { media, evidence, signature: problem ?? 'valid', anchored: problem === null, facts: [evidence] }
}
