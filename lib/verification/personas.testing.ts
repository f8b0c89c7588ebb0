import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import type { PersonaId } from '@/sandbox/personas'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker } from '@/sandbox/test-client'
import type { ReasonCode, Status } from './types'

// What each persona of the sandbox leads to, over real HTTP and a real database; the same for every vendor.

interface Expectation {
  persona: PersonaId
  status: Status
  reasons: ReasonCode[]
}

const EXPECTED: Expectation[] = [
  { persona: 'adult', status: 'approved', reasons: ['all_checks_passed'] },
  { persona: 'licence_expired', status: 'approved', reasons: ['all_checks_passed'] },
  { persona: 'name_differs', status: 'awaiting_reviewer', reasons: ['name_differs'] },
  { persona: 'other_person', status: 'awaiting_reviewer', reasons: ['birth_date_differs', 'name_differs'] },
  { persona: 'year_only', status: 'awaiting_reviewer', reasons: ['age_not_proven'] },
  { persona: 'minor', status: 'rejected', reasons: ['under_age'] },
  { persona: 'turns_18_tomorrow', status: 'rejected', reasons: ['under_age'] },
  { persona: 'pan_missing', status: 'resubmission_requested', reasons: ['pan_missing'] },
  { persona: 'empty_share', status: 'resubmission_requested', reasons: ['nothing_shared'] },
  { persona: 'fails_on_exchange', status: 'failed', reasons: ['exchange_interrupted'] },
  { persona: 'refuses', status: 'cancelled', reasons: ['refused_at_digilocker'] },
  { persona: 'error_markup', status: 'cancelled', reasons: ['refused_at_digilocker'] },
]

/** Runs every persona with `vendor` first in the order of use. */
export async function testPersonas(vendor: 'idto' | 'deepvue'): Promise<void> {
  const sandbox = await startSandbox({ port: 0, seed: 7 })
  await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port), KYC_CONNECTIONS: vendor })
  afterAll(() => sandbox.close())
  const { makePlayer, agreeTo, bring } = await import('./testing')
  const { start } = await import('./start')
  const { collect } = await import('./collect')
  const { findJourney } = await import('./find')

  test.each(EXPECTED)('$persona leads to $status', async ({ persona, status, reasons }) => {
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan', 'driving_licence'])
    const started = await start(player)
    const back = await answerAtDigiLocker(started.authorizationUrl, persona)
    expect((await bring(player, started, back)).kind).toBe('taken')
    await collect({ playerId: player.id, verificationId: started.verificationId })
    const journey = await findJourney(player, started.verificationId)
    expect(journey).toMatchObject({ status, reasons, connectionName: vendor === 'idto' ? 'IDTO' : 'Deepvue' })
    expect(await findJourney({ id: randomUUID() }, started.verificationId)).toBeNull()
  })
}
