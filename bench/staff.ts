import 'server-only'
import { randomUUID } from 'node:crypto'
import { db } from '@/db/client'
import { putPassword } from '@/db/queries/staff'
import { staffTries } from '@/db/schema/staff'
import { hashPassword } from '@/lib/staff/passwords'
import { sealTotp } from '@/lib/staff/seals'
import { signInByPassword } from '@/lib/staff/sign-in'
import { makeStaff } from '@/lib/staff/testing'
import { offeredSecret } from '@/lib/staff/totp'

const PLACE = { address: '127.0.0.1', browser: 'bench' }

/** A refused sign-in by a wrong password, to an account that is there and to one that is not; each tells its milliseconds. */
export async function refusedSignIns() {
  const staff = await makeStaff(['reviewer'])
  const totpSealed = sealTotp(staff.id, offeredSecret(staff.id))
  await putPassword(db(), {
    staffId: staff.id,
    hash: await hashPassword(randomUUID()),
    totpSealed,
    totpLastStep: 0,
  })
  const refused = async (email: string) => {
    await db().delete(staffTries)
    const started = performance.now()
    const { kind } = await signInByPassword({ email, password: randomUUID(), code: '000000' }, PLACE)
    const ms = performance.now() - started
    if (kind !== 'not_accepted') throw new Error(`a wrong password was answered with ${kind}`)
    return ms
  }
  return {
    known: () => refused(staff.email),
    unknown: () => refused(`${randomUUID()}@staff.invalid`),
  }
}
