import 'server-only'
import { DEEPVUE_DOCTOR } from '@/lib/providers/deepvue/doctor'
import { DIDIT_DOCTOR } from '@/lib/providers/didit/doctor'
import { DIGILOCKER_DOCTOR } from '@/lib/providers/digilocker/doctor'
import { HYPERVERGE_DOCTOR } from '@/lib/providers/hyperverge/doctor'
import { IDTO_DOCTOR } from '@/lib/providers/idto/doctor'
import { KWIKID_DOCTOR } from '@/lib/providers/kwikid/doctor'
import type { Vendor } from '@/lib/vendor-settings'
import type { VendorDoctor } from './types'

/** What each vendor's file knows. */
export const VENDOR_DOCTORS: Readonly<Record<Vendor, VendorDoctor>> = {
  idto: IDTO_DOCTOR,
  deepvue: DEEPVUE_DOCTOR,
  kwikid: KWIKID_DOCTOR,
  hyperverge: HYPERVERGE_DOCTOR,
  didit: DIDIT_DOCTOR,
  digilocker: DIGILOCKER_DOCTOR,
}
