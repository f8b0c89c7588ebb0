import type { z } from 'zod'
import { DEEPVUE_MODES } from './deepvue/modes'
import { DIDIT_MODES } from './didit/modes'
import { DIGILOCKER_MODES } from './digilocker/modes'
import { HYPERVERGE_MODES } from './hyperverge/modes'
import { IDTO_MODES } from './idto/modes'
import { KWIKID_MODES } from './kwikid/modes'

/** Schema and defaults of every vendor's modes. A vendor is a line here and one in `vendors.ts`. */
export const MODES = {
  idto: IDTO_MODES,
  deepvue: DEEPVUE_MODES,
  kwikid: KWIKID_MODES,
  hyperverge: HYPERVERGE_MODES,
  didit: DIDIT_MODES,
  digilocker: DIGILOCKER_MODES,
}

export type Vendor = keyof typeof MODES

/** Ids in the order of the home page, for schemas. */
export const VENDOR_IDS = Object.keys(MODES) as [Vendor, ...Vendor[]]

export type Modes = { [Id in Vendor]: z.output<(typeof MODES)[Id]['schema']> }

/** Fresh defaults: the newest documented behaviour of each vendor. */
export function defaultModes(): Modes {
  return perVendor((vendor) => structuredClone(MODES[vendor].defaults)) as Modes
}

/** One value for every vendor. */
export function perVendor<Value>(make: (vendor: Vendor) => Value): Record<Vendor, Value> {
  return Object.fromEntries(VENDOR_IDS.map((vendor) => [vendor, make(vendor)])) as Record<Vendor, Value>
}
