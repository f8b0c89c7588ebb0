#!/usr/bin/env node
/**
 * Checks what Ante signed: a consent receipt, an erasure certificate or an export. Needs Node 20 or newer, the file and the
 * published keys, nothing else: it can be copied away and run anywhere, without a network.
 */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'

const HELP = `
npm run receipt:verify -- <file.json> [--keys <ante-keys.json>]

Checks the signatures of a consent receipt, an erasure certificate or an export, as they were downloaded. The keys are what
/.well-known/ante-keys.json of the site showed; without --keys a file ante-keys.json beside the first one is used. Ends with 0
when every signature holds, 1 when one does not, 2 when it cannot be checked.
`

/** What is signed under which name, and how to call it. */
const KINDS = { receipt: 'Receipt', certificate: 'Certificate', export: 'Export', event: 'Later event' }
/** How the schema of each begins: one key signs them all, and one must not pass for another. */
const SCHEMAS = {
  receipt: 'ante-consent-receipt/',
  certificate: 'ante-erasure-certificate/',
  export: 'ante-export/',
}

class CannotCheck extends Error {}

function main() {
  const { values, positionals } = readArguments()
  if (values.help) return say(HELP.trim(), 0)
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new CannotCheck('Name one file; see --help.')
  const keys = readKeys(values.keys ?? path.join(path.dirname(file), 'ante-keys.json'))
  const lines = listSigned(readJson(file)).map((one) => check(one, keys))
  return say(lines.map(({ text }) => text).join('\n'), lines.every(({ holds }) => holds) ? 0 : 1)
}

function readArguments() {
  try {
    const options = { keys: { type: 'string' }, help: { type: 'boolean', short: 'h' } }
    return parseArgs({ options, allowPositionals: true })
  } catch {
    throw new CannotCheck('Only a file and --keys are understood; see --help.')
  }
}

function readJson(file) {
  if (!existsSync(file)) throw new CannotCheck(`${file} is not there.`)
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new CannotCheck(`${file} is not JSON.`)
  }
}

/** Public keys by id. The id is recomputed from the key: a file cannot pass one key off as another. */
function readKeys(file) {
  const { keys } = readJson(file)
  if (!Array.isArray(keys)) throw new CannotCheck(`${file} holds no keys.`)
  return new Map(
    keys.map((jwk) => {
      const key = createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: 'jwk' })
      if (key.asymmetricKeyType !== 'ed25519') throw new CannotCheck(`${file} holds a key of another kind.`)
      return [
        createHash('sha256')
          .update(key.export({ type: 'spki', format: 'der' }))
          .digest('hex')
          .slice(0, 16),
        key,
      ]
    }),
  )
}

/** Everything in the file that carries a signature of ours, the whole first. */
function listSigned(document) {
  const name = Object.keys(KINDS).find(
    (kind) => document?.[kind] !== undefined && document.signature !== undefined,
  )
  if (name === undefined)
    throw new CannotCheck('This is neither a receipt nor a certificate nor an export of Ante.')
  const events = (document.events ?? []).map(({ event, signature }) => ({
    name: 'event',
    value: event,
    signature,
  }))
  const strays = events.filter(({ value }) => value?.receiptId !== document.receipt?.receiptId)
  if (strays.length > 0) throw new CannotCheck('A later event belongs to another receipt.')
  return [{ name, value: document[name], signature: document.signature }, ...events]
}

function check({ name, value, signature }, keys) {
  const what = plain(
    `${KINDS[name]} ${value?.receiptId ?? value?.schema ?? ''}${value?.status ? ` ${value.status}` : ''}`.trim(),
  )
  if (!isOfKind(name, value)) return { holds: false, text: `NOT VALID  ${what}: something else of ours` }
  const key = signature?.algorithm === 'Ed25519' ? keys.get(signature.keyId) : undefined
  if (key === undefined)
    return { holds: false, text: `NOT VALID  ${what}: no such key (${plain(signature?.keyId)})` }
  const bytes = Buffer.from(canonical(value), 'utf8')
  const holds = verify(null, bytes, key, Buffer.from(String(signature.value), 'base64url'))
  return { holds, text: holds ? `valid      ${what}` : `NOT VALID  ${what}: changed after it was signed` }
}

function isOfKind(name, value) {
  const schema = value?.schema
  return name === 'event' ? schema === undefined : String(schema).startsWith(SCHEMAS[name])
}

/** Without signs that move the cursor of a terminal: a forged file must not write our answer. */
function plain(text) {
  return String(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
}

/** Canonical JSON (RFC 8785): members sorted by UTF-16 code units, no white space, numbers and strings as ECMAScript writes them. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.keys(value).sort()
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`
}

function say(text, code) {
  process.stdout.write(`${text}\n`)
  return code
}

try {
  process.exitCode = main()
} catch (error) {
  process.stderr.write(
    `${error instanceof CannotCheck ? error.message : 'The keys or signatures cannot be read.'}\n`,
  )
  process.exitCode = 2
}
