import 'server-only'
import { hash, parseOptions, verify } from '@node-rs/argon2'
import { COMMON_PASSWORDS } from './common-passwords'

// ID-02: argon2id, 64 MiB, three passes; salt of 16 and tag of 32 bytes. The algorithm is the package's default.

const COST = { memoryCost: 65_536, timeCost: 3, parallelism: 1, outputLen: 32 }
const MAX_AT_ONCE = 4
const MIN_CHARACTERS = 15
const MAX_CHARACTERS = 128
/** Of a random password that nobody knows: costs the same as a real one. */
const NOBODYS =
  '$argon2id$v=19$m=65536,t=3,p=1$kRpfGckGfQ+7D04Ig/Piyg$IMQ9A2w7yekNhVKDQqZviqO9CoesHMuASS7pwrcFeX0'
const PRODUCT_WORDS = ['ante', 'kyc', 'onboarding', 'verification', 'digilocker', 'aadhaar', 'password']
const KEYBOARD = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '01234567890', 'abcdefghijklmnopqrstuvwxyz']

let running = 0
const waiting: (() => void)[] = []

/** The string to store for a new password. */
export async function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, COST))
}

/** Whether `password` is the stored one. Without a stored one it takes as long and is false (ID-03). */
export async function isPassword(stored: string | null, password: string): Promise<boolean> {
  const fits = await inTurn(() => verify(stored ?? NOBODYS, password))
  return stored !== null && fits
}

/** True when the string was made with other costs than today's. */
export function isOldHash(stored: string): boolean {
  const { memoryCost, timeCost, parallelism, outputLen } = parseOptions(stored)
  return (
    memoryCost !== COST.memoryCost ||
    timeCost !== COST.timeCost ||
    parallelism !== COST.parallelism ||
    outputLen !== COST.outputLen
  )
}

/**
 * True when a password may be chosen: 15 to 128 characters as typed, no rule about kinds of characters; not a common one,
 * not made of one short piece repeated, of the keyboard's rows, or of words of this product and person alone.
 */
export function isAcceptable(password: string, words: readonly string[]): boolean {
  const length = [...password].length
  if (length < MIN_CHARACTERS || length > MAX_CHARACTERS) return false
  const plain = password.toLowerCase()
  if (COMMON_PASSWORDS.has(plain) || /^(.{1,5})\1+.{0,4}$/su.test(plain)) return false
  return !isMadeOf(plain, [...PRODUCT_WORDS, ...words, ...KEYBOARD])
}

/** True when fewer than six characters remain without these words, runs of the keyboard, digits at the end and spaces. */
function isMadeOf(plain: string, words: readonly string[]): boolean {
  const pieces = words
    .map((word) => word.toLowerCase())
    .filter((word) => word.length >= 3)
    .sort((a, b) => b.length - a.length)
  const rest = pieces.reduce((left, word) => left.replaceAll(word, ''), plain)
  return [...rest.replaceAll(/[\d\s_.!@#-]/g, '')].length < 6 && rest.length < plain.length
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MAX_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next() // takes over this place
  }
}

/** How many hashes are being computed now; never above four. */
export const hashesRunning = () => running
