import { DEEPVUE } from './deepvue/vendor'
import { DIDIT } from './didit/vendor'
import { DIGILOCKER } from './digilocker/vendor'
import { HYPERVERGE } from './hyperverge/vendor'
import { IDTO } from './idto/vendor'
import { KWIKID } from './kwikid/vendor'
import type { Vendor } from './modes'
import type { Simulator } from './vendor'

/** Every vendor that this process plays. Modules get them from `sandbox.vendors`, never from here. */
export const VENDORS: Record<Vendor, Simulator> = {
  idto: IDTO,
  deepvue: DEEPVUE,
  kwikid: KWIKID,
  hyperverge: HYPERVERGE,
  didit: DIDIT,
  digilocker: DIGILOCKER,
}
