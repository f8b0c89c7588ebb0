'use server'

import { z } from 'zod'
import { staffCall } from '@/lib/auth/staff-guards'
import { claimNext } from '@/lib/review/claims'

/** Takes the next case that this person may decide; null when there is none. */
export const claimNextCase = staffCall('case.claim', z.strictObject({}), (staff) => claimNext(staff))
