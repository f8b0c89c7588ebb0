import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import { isoCBOR } from '@simplewebauthn/server/helpers'
import { sha256 } from '@/lib/crypto/tokens'

// An authenticator with its browser in a few lines: one ES256 passkey, attestation "none" (WebAuthn level 3, 6.1 and 6.5).

const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const KEY_ATTACHED = 0x40
const ORIGIN = 'http://localhost:3000'
const RP_ID = 'localhost'

export interface Pose {
  origin?: string
  counter?: number
  isVerified?: boolean
}

/** Makes and shows one passkey; `pose` lets it lie. */
export function newAuthenticator() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  const whole = { id: id.toString('base64url'), rawId: id.toString('base64url') }

  function make({ challenge }: PublicKeyCredentialCreationOptionsJSON, pose: Pose = {}) {
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    const key = new Map<number, number | Uint8Array>([
      [1, 2], // EC2
      [3, -7], // ES256
      [-1, 1], // P-256
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ])
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const attached = Buffer.concat([Buffer.alloc(16), length, id, isoCBOR.encode(key)])
    const authData = new Uint8Array(Buffer.concat([authenticatorData(pose, KEY_ATTACHED), attached]))
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ])
    const attestationObject = Buffer.from(isoCBOR.encode(attestation as never)).toString('base64url')
    const response = { clientDataJSON: clientData('webauthn.create', challenge, pose), attestationObject }
    return { ...whole, response, clientExtensionResults: {}, type: 'public-key' as const }
  }

  function show({ challenge }: PublicKeyCredentialRequestOptionsJSON, pose: Pose = {}) {
    const clientDataJSON = clientData('webauthn.get', challenge, pose)
    const data = authenticatorData(pose, 0)
    const signed = Buffer.concat([data, sha256(Buffer.from(clientDataJSON, 'base64url'))])
    const response = {
      clientDataJSON,
      authenticatorData: data.toString('base64url'),
      signature: sign('sha256', signed, privateKey).toString('base64url'),
    }
    return { ...whole, response, clientExtensionResults: {}, type: 'public-key' as const }
  }

  return { id: whole.id, make, show }
}

function authenticatorData({ counter = 0, isVerified = true }: Pose, extra: number): Buffer {
  const count = Buffer.alloc(4)
  count.writeUInt32BE(counter)
  const flags = USER_PRESENT | (isVerified ? USER_VERIFIED : 0) | extra
  return Buffer.concat([sha256(RP_ID), Buffer.from([flags]), count])
}

function clientData(type: string, challenge: string, { origin = ORIGIN }: Pose): string {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url')
}
