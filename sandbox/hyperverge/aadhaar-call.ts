import { z } from 'zod'
import { AADHAAR_ADDRESS } from '../documents/layouts'
import { aadhaarBirthDate } from '../documents/locker'
import { SAMPLE_PHOTO } from '../documents/photo'
import type { Sandbox } from '../state'
import { vendorNow } from '../vendor'
import { failure, success, YesNo } from './answers'
import { linkTo } from './files'
import { ADDRESS, birthDateText, type Granted, has, isMinor, minorAccount, readCall } from './reading'

const AadhaarBody = z.strictObject({
  referenceId: z.string().min(1),
  aadhaarFile: YesNo,
  rawAddressFields: YesNo.optional(),
  blockMinors: YesNo.optional(),
  returnCreatedTimeStamp: YesNo.optional(),
})

/** `eAadhaarDetails`: JSON that the vendor made, without a signature; the signed XML only behind a link. */
export const eAadhaarDetails = readCall(AadhaarBody, (sandbox, journey, body) => {
  const { locker } = journey
  if (sandbox.modes.hyperverge.aadhaarRenewal) {
    const message = 'Aadhaar is not available. Ask the user to do the eKYC again.'
    return failure(sandbox, 504, { code: 'ER_AADHAAR_NOT_AVAILABLE', message })
  }
  if (!has(locker, 'ADHAR')) {
    const message = 'No Aadhaar is linked to this DigiLocker account'
    return failure(sandbox, 422, { code: 'ER_AADHAAR_NOT_LINKED', message })
  }
  if (body.blockMinors === 'yes' && isMinor(sandbox, locker)) return minorAccount(sandbox)
  const { person } = locker
  const created = String(vendorNow(sandbox, 'hyperverge').getTime())
  return success(sandbox, {
    name: person.name,
    dob: birthDateText(sandbox, aadhaarBirthDate(person)),
    gender: person.gender,
    address: ADDRESS,
    maskedAadhaarNumber: person.aadhaarNumber,
    photo: SAMPLE_PHOTO,
    addressFields: addressFields(person.careOf),
    ...(body.rawAddressFields === 'yes'
      ? { rawAddressFields: { co: person.careOf, ...AADHAAR_ADDRESS } }
      : {}),
    ...(body.aadhaarFile === 'yes' ? aadhaarLinks(sandbox, journey) : {}),
    ...(body.returnCreatedTimeStamp === 'yes' ? { createdTimeStamp: created } : {}),
    summary: { action: 'pass', details: [] },
  })
})

function aadhaarLinks(sandbox: Sandbox, journey: Granted): Record<string, string> {
  return {
    aadhaarFile: linkTo(sandbox, journey, 'ADHAR', 'pdf'),
    xmlAadhaarFile: linkTo(sandbox, journey, 'ADHAR', 'xml'),
  }
}

function addressFields(careOf: string): Record<string, string> {
  return {
    co: careOf,
    house: AADHAAR_ADDRESS.house,
    street: AADHAAR_ADDRESS.street,
    landmark: AADHAAR_ADDRESS.lm,
    locality: AADHAAR_ADDRESS.loc,
    vtc: AADHAAR_ADDRESS.vtc,
    postOffice: AADHAAR_ADDRESS.po,
    subDistrict: AADHAAR_ADDRESS.subdist,
    district: AADHAAR_ADDRESS.dist,
    state: AADHAAR_ADDRESS.state,
    country: AADHAAR_ADDRESS.country,
    pincode: AADHAAR_ADDRESS.pc,
  }
}
