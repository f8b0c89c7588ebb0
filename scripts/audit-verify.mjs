/**
 * Verifies Ante's audit log. This file stands alone: it needs Node 20.9 or newer and an export, nothing else of Ante, so
 * that an auditor can read all of it. What it checks is described in docs/audit.md. Exit: 0 good, 1 a bad record,
 * 2 it cannot run.
 */
import crypto from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const HELP = `
npm run audit:verify [-- options]
node audit-verify.mjs --from FILE [options]

Checks the audit log: the hash chain of every case, the chain of signed checkpoints, and that each checkpoint's Merkle root
fits the heads it anchors. Names the first bad record after an edit, a deletion, a reorder, a cut tail or a rewrite.

--from FILE         an export (npm run audit:export -- FILE), or - for standard input; without it the database of the
                    settings is read
--keys FILE         the public keys to trust, as published at /.well-known/ante-keys.json and kept by you. Without it the keys
                    that come with the data are used; whoever can rewrite the data can put keys of his own there.
--checkpoints DIR   copied checkpoints (CHECKPOINT_DIR) to compare with: only these find a log that was rewritten or cut by
                    somebody who has the signing key, or who removed checkpoints so that the running worker signed anew.
                    Without --from the folder of the settings, when there is one
--json              one JSON object on standard output instead of text
--help              this text

Exit: 0 everything fits, 1 a bad record, 2 it cannot run.
`

const FORMAT = 'ante-audit/1'
const CHECKPOINT_SCHEMA = 'ante-checkpoint/1'
const NO_PREVIOUS = '0'.repeat(64)
const CHAIN_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const HASH = /^[0-9a-f]{64}$/
const COPY_FILE = /^checkpoints-\d{12}-\d{12}\.jsonl$/
const MOST_PROBLEMS = 20
const MOST_COPIED_HEADS = 100_000
const LONGEST_LINE = 16 * 1024 * 1024
const STALE_MS = 2 * 3_600_000

/** What stops this program, as opposed to what is wrong with the log. */
class CannotVerify extends Error {}

// ---- hashes -------------------------------------------------------------------------------------------------------

/** One call instead of an object for each hash, where Node has it (20.12). */
const sha256 =
  typeof crypto.hash === 'function'
    ? (bytes) => crypto.hash('sha256', bytes, 'buffer')
    : (bytes) => crypto.createHash('sha256').update(bytes).digest()

/** A chain begins with the hash of its id (16 bytes). */
const firstHash = (chain) => sha256(Buffer.from(chain.replaceAll('-', ''), 'hex'))

let scratch = Buffer.allocUnsafe(1 << 16)

/** SHA-256 of the hash before (32 bytes), the sequence number (8 bytes, big-endian) and the record's text (UTF-8). */
function nextHash(previous, seq, record) {
  const most = 40 + record.length * 3
  if (scratch.length < most) scratch = Buffer.allocUnsafe(most)
  previous.copy(scratch, 0)
  scratch.writeUInt32BE(Math.floor(seq / 2 ** 32), 32)
  scratch.writeUInt32BE(seq % 2 ** 32, 36)
  return sha256(scratch.subarray(0, 40 + scratch.write(record, 40, 'utf8')))
}

/** The tree of RFC 9162 2.1 over heads, grown leaf by leaf: one hash for each level is kept. */
class HeadTree {
  size = 0
  #subtrees = []

  append(chain, seq, head) {
    const leaf = Buffer.alloc(57)
    leaf.write(chain.replaceAll('-', ''), 1, 'hex')
    leaf.writeUInt32BE(Math.floor(seq / 2 ** 32), 17)
    leaf.writeUInt32BE(seq % 2 ** 32, 21)
    leaf.write(head, 25, 'hex')
    this.#subtrees.push(sha256(leaf))
    this.size += 1
    for (let rest = this.size; rest % 2 === 0; rest /= 2) this.#join()
  }

  root() {
    while (this.#subtrees.length > 1) this.#join()
    return (this.#subtrees[0] ?? sha256(Buffer.alloc(0))).toString('hex')
  }

  #join() {
    const right = this.#subtrees.pop()
    const left = this.#subtrees.pop()
    this.#subtrees.push(sha256(Buffer.concat([Buffer.of(1), left, right])))
  }
}

// ---- reading ------------------------------------------------------------------------------------------------------

/** Yields arrays of lines, as many as came at once: one step for each line would take longer than its hash. */
export async function* readLines(input) {
  let rest = []
  let held = 0
  for await (const chunk of input) {
    const cut = chunk.lastIndexOf(10)
    if (cut < 0) {
      rest.push(chunk)
      held += chunk.length
      if (held > LONGEST_LINE) throw new CannotVerify('A line is longer than 16 MB: this is not an export.')
      continue
    }
    const whole =
      rest.length === 0 ? chunk.subarray(0, cut) : Buffer.concat([...rest, chunk.subarray(0, cut)])
    yield whole.toString('utf8').split('\n')
    rest = [chunk.subarray(cut + 1)]
    held = rest[0].length
  }
  const last = Buffer.concat(rest)
  if (last.length > 0) yield last.toString('utf8').split('\n')
}

/** One line as an object of a known shape, or null. */
function parseLine(text) {
  let value
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  return value !== null && SHAPES[value.kind]?.(value) === true ? value : null
}

const isSeq = (value) => Number.isSafeInteger(value) && value > 0
const isChain = (value) => typeof value === 'string' && CHAIN_ID.test(value)
const isHash = (value) => typeof value === 'string' && HASH.test(value)

const SHAPES = {
  export: (one) => typeof one.format === 'string' && typeof one.at === 'string',
  keys: (one) => Array.isArray(one.keys),
  checkpoint: (one) =>
    isSeq(one.seq) &&
    isHash(one.hash) &&
    typeof one.record === 'string' &&
    typeof one.key === 'string' &&
    typeof one.signature === 'string',
  chain: (one) => isChain(one.chain) && Number.isSafeInteger(one.seq) && isHash(one.head),
  head: (one) => isChain(one.chain) && isSeq(one.seq) && isHash(one.head) && isSeq(one.checkpoint),
  // Of an event only what the check itself does not show: there are many of them.
  event: (one) =>
    typeof one.chain === 'string' &&
    isSeq(one.seq) &&
    typeof one.hash === 'string' &&
    typeof one.record === 'string',
  end: (one) => ['checkpoints', 'heads', 'chains', 'events'].every((name) => Number.isSafeInteger(one[name])),
}

/** Public keys by id. The id is recomputed: first 16 hex digits of SHA-256 over the key (SPKI, DER). */
function toKeys(set) {
  const keys = new Map()
  for (const jwk of set?.keys ?? []) {
    const key = crypto.createPublicKey({ key: jwk, format: 'jwk' })
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('not Ed25519')
    const der = key.export({ type: 'spki', format: 'der' })
    keys.set(sha256(der).toString('hex').slice(0, 16), key)
  }
  if (keys.size === 0) throw new Error('no keys')
  return keys
}

// ---- verifying ----------------------------------------------------------------------------------------------------

/**
 * Verifies the lines of an export in one pass. `keys` (id → public key) are trusted instead of those in the export; `copies`
 * is what `readCopies` gave; `keysAreOurs` says that the keys among the lines come from this server's own settings. Returns `{ ok, first, problems, notes, counts }`; `first` is the first bad record.
 */
export async function verifyLines(
  lines,
  { keys = null, copies = null, keysAreOurs = false, onProgress = () => {} } = {},
) {
  const log = new Verification(keys, copies, keysAreOurs)
  for await (const batch of lines) {
    for (const text of batch) log.take(text)
    onProgress(log.counts)
  }
  return log.finish()
}

class Verification {
  counts = { checkpoints: 0, heads: 0, chains: 0, events: 0, unanchored: 0 }
  #problems = []
  #firstRecord = null
  #problemCount = 0
  #notes = []
  #lineNumber = 0
  #keys
  #trusted
  #copies
  #keysAreOurs
  #copiedHeads = new Map()
  #exportedAt = null
  #checkpoints = new Map()
  #lastCheckpoint = 0
  #lastHash = NO_PREVIOUS
  #comparedWithCopies = false
  #chain = null
  #end = null

  constructor(keys, copies, keysAreOurs) {
    this.#keys = keys
    this.#trusted = keys !== null
    this.#copies = copies
    this.#keysAreOurs = keysAreOurs
  }

  take(text) {
    this.#lineNumber += 1
    if (text === '') return
    const one = parseLine(text)
    if (this.#lineNumber === 1 && (one?.kind !== 'export' || one.format !== FORMAT))
      throw new CannotVerify(`This is not an export of the format ${FORMAT}.`)
    if (one === null) return this.#bad({ line: this.#lineNumber }, 'is not a line of an export')
    if (this.#end !== null) return this.#bad({ line: this.#lineNumber }, 'stands behind the end')
    if (one.kind === 'event') this.#takeEvent(one)
    else if (one.kind === 'head') this.#takeHead(one)
    else if (one.kind === 'chain') this.#takeChain(one)
    else if (one.kind === 'checkpoint') this.#takeCheckpoint(one)
    else if (one.kind === 'keys') this.#takeKeys(one)
    else if (one.kind === 'end') this.#takeEnd(one)
    else this.#exportedAt = one.at
  }

  #takeKeys(one) {
    if (this.#trusted) return
    try {
      this.#keys = toKeys(one)
    } catch {
      this.#bad({ line: this.#lineNumber }, 'holds no usable public keys')
    }
  }

  #takeCheckpoint(one) {
    const at = { checkpoint: one.seq }
    if (this.#chain !== null || this.#comparedWithCopies) return this.#bad(at, 'stands behind the chains')
    this.counts.checkpoints += 1
    const expected = this.#lastCheckpoint + 1
    if (one.seq > expected) this.#bad({ checkpoint: expected }, 'it is missing')
    else if (one.seq < expected) return this.#bad(at, 'its number was there before')
    const record = parseRecord(one.record)
    const problem = this.#checkpointProblem(one, record, one.seq === expected)
    if (problem !== null) this.#bad(at, problem)
    const state = { seq: one.seq, record, hash: one.hash, tree: new HeadTree(), newChains: 0, newEvents: 0 }
    this.#checkpoints.set(one.seq, state)
    this.#lastCheckpoint = one.seq
    this.#lastHash = one.hash
  }

  #checkpointProblem(one, record, follows) {
    if (sha256(Buffer.from(one.record, 'utf8')).toString('hex') !== one.hash)
      return 'its record was changed: the hash does not fit'
    if (record === null) return 'its record is not one of a checkpoint'
    if (record.seq !== one.seq) return `it is the record of checkpoint ${record.seq}`
    if (follows && record.previous !== this.#lastHash) return 'it does not follow the checkpoint before it'
    return signatureProblem(one, this.#keys)
  }

  /** The copies are compared once, when all checkpoints are known. */
  #beginChains() {
    if (this.#comparedWithCopies) return
    this.#comparedWithCopies = true
    if (this.#copies === null) return
    const different = [...this.#copies.hashes].filter(
      ([seq, hash]) => this.#checkpoints.get(seq)?.hash !== hash,
    )
    for (const [seq] of different.slice(0, MOST_PROBLEMS)) {
      const isThere = this.#checkpoints.has(seq)
      this.#bad({ checkpoint: seq }, isThere ? 'it differs from its copy' : 'it is missing, but was copied')
    }
    if (different[0] !== undefined) this.#copiedHeads = this.#copies.headsFrom(different[0][0])
  }

  #takeChain(one) {
    const chain = this.#enter(one.chain)
    if (chain.stated !== null) this.#bad({ chain: one.chain }, 'its head is there twice')
    chain.stated = one
    this.counts.chains += 1
  }

  #takeHead(one) {
    const chain = this.#enter(one.chain)
    const at = { chain: one.chain, seq: one.seq, checkpoint: one.checkpoint }
    this.counts.heads += 1
    const last = chain.heads.at(-1)
    if (chain.seq > 0) this.#bad(at, 'its anchored head stands behind the events')
    if (last !== undefined && (one.seq <= last.seq || one.checkpoint <= last.checkpoint))
      this.#bad(at, 'its anchored heads are not in order')
    const checkpoint = this.#checkpoints.get(one.checkpoint)
    if (checkpoint === undefined)
      this.#bad({ checkpoint: one.checkpoint }, `it is missing, but it anchored chain ${one.chain}`)
    else {
      checkpoint.tree.append(one.chain, one.seq, one.head)
      checkpoint.newChains += last === undefined ? 1 : 0
      checkpoint.newEvents += one.seq - (last?.seq ?? 0)
    }
    chain.heads.push(one)
  }

  #takeEvent(one) {
    const chain = this.#chain !== null && this.#chain.id === one.chain ? this.#chain : this.#enter(one.chain)
    this.counts.events += 1
    const hash = nextHash(chain.hash, one.seq, one.record)
    const isGood = hash.toString('hex') === one.hash
    if (one.seq !== chain.seq + 1) this.#bad(...outOfOrder(one, chain.seq))
    else if (!isGood)
      this.#bad(one, 'it was changed, or does not follow the record before it: the hash does not fit')
    chain.seq = Math.max(chain.seq, one.seq)
    chain.hash = isGood ? hash : Buffer.from(one.hash, 'hex') // so that one bad record is not told for each one after it
    this.#compareAnchors(chain, one)
  }

  #compareAnchors(chain, { seq, hash }) {
    for (; chain.heads[chain.anchored]?.seq <= seq; chain.anchored += 1) {
      const anchor = chain.heads[chain.anchored]
      if (anchor.seq === seq && anchor.head !== hash) this.#bad({ chain: chain.id, seq }, rewritten(anchor))
    }
    for (const anchor of chain.copied) {
      if (anchor.seq === seq && anchor.head !== hash)
        this.#bad({ chain: chain.id, seq }, `${rewritten(anchor)}, as its copy says`)
    }
  }

  #enter(id) {
    if (this.#chain?.id === id) return this.#chain
    this.#beginChains()
    const before = this.#chain
    this.#leave()
    if (before !== null && id <= before.id)
      this.#bad({ chain: id }, 'it is not in its place: chains are sorted by id')
    const copied = this.#copiedHeads.get(id) ?? []
    this.#copiedHeads.delete(id)
    this.#chain = { id, seq: 0, hash: firstHash(id), stated: null, heads: [], anchored: 0, copied }
    return this.#chain
  }

  #leave() {
    const chain = this.#chain
    if (chain === null) return
    const { id, seq, stated } = chain
    const copied = chain.copied.at(-1)
    const cut = chain.heads[chain.anchored] ?? (copied !== undefined && copied.seq > seq ? copied : undefined)
    if (cut !== undefined) this.#bad({ chain: id, seq: seq + 1 }, missingTail(seq, cut))
    else if (stated === null) this.#bad({ chain: id }, 'the database does not say where it stands')
    else if (stated.seq > seq) this.#bad({ chain: id, seq: seq + 1 }, missingTail(seq, null, stated.seq))
    else if (stated.seq < seq || stated.head !== chain.hash.toString('hex'))
      this.#bad({ chain: id, seq }, 'the database says that the chain stands elsewhere')
    this.counts.unanchored += seq - Math.min(seq, chain.heads.at(-1)?.seq ?? 0)
    this.#chain = null
  }

  #takeEnd(one) {
    this.#beginChains()
    this.#leave()
    this.#end = one
    for (const name of ['checkpoints', 'heads', 'chains', 'events'])
      if (one[name] !== this.counts[name])
        this.#bad(
          { line: this.#lineNumber },
          `it counts ${one[name]} ${name}, but there are ${this.counts[name]}`,
        )
  }

  finish() {
    if (this.#lineNumber === 0) throw new CannotVerify('There is nothing to verify.')
    this.#beginChains()
    this.#leave()
    if (this.#end === null)
      this.#bad({ line: this.#lineNumber }, 'the export is cut: its last line is missing')
    for (const [id, [head]] of this.#copiedHeads) this.#bad({ chain: id, seq: 1 }, missingTail(0, head))
    this.#checkHeads()
    if (this.counts.events > 0 && this.counts.checkpoints === 0)
      this.#bad({ checkpoint: 1 }, 'there is no checkpoint at all: nothing is signed')
    this.#addNotes()
    const problems = this.#problems
    const first = this.#firstRecord ?? problems[0] ?? null
    return {
      ok: problems.length === 0,
      first,
      problems,
      problemCount: this.#problemCount,
      notes: this.#notes,
      counts: this.counts,
    }
  }

  /** Each checkpoint's root, and its sums over all chains and events so far. */
  #checkHeads() {
    let chains = 0
    let events = 0
    for (const one of this.#checkpoints.values()) {
      if (one.record === null) continue
      const at = { checkpoint: one.seq }
      chains += one.newChains
      events += one.newEvents
      const { heads, root } = one.record
      if (heads !== one.tree.size) this.#bad(at, `it signs ${heads} heads, but ${one.tree.size} are there`)
      else if (root !== one.tree.root())
        this.#bad(at, 'its heads are not those that it signs: the Merkle root differs')
      else if (one.record.chains !== chains || one.record.events !== events)
        this.#bad(
          at,
          `it counts ${one.record.chains} chains and ${one.record.events} events so far, but there are ${chains} and ${events}`,
        )
      chains = one.record.chains
      events = one.record.events
    }
  }

  #addNotes() {
    const seen = [...this.#checkpoints.values()].filter(({ record }) => record !== null)
    const last = seen.at(-1)
    if (!this.#trusted && !this.#keysAreOurs)
      this.#notes.push(
        'The signatures were checked against keys that came with the data. Whoever can rewrite the data can put keys of his own there: give the published keys with --keys.',
      )
    if (this.counts.events === 0) this.#notes.push('The log is empty.')
    if (this.#copies === null)
      this.#notes.push(
        'No copied checkpoints were compared (--checkpoints): a log that was cut at its end, or rewritten by somebody who has the signing key or let the running worker sign anew, is not found without them.',
      )
    if (this.counts.unanchored > 0)
      this.#notes.push(
        `${this.counts.unanchored} events came after the last checkpoint and are not signed yet.`,
      )
    if (last !== undefined && Date.parse(this.#exportedAt) - Date.parse(last.record.at) > STALE_MS)
      this.#notes.push(
        `The last checkpoint is of ${last.record.at}, the data of ${this.#exportedAt}; one is due at least every hour while a worker runs.`,
      )
    const back = seen.find(
      (one, place) => place > 0 && Date.parse(one.record.at) < Date.parse(seen[place - 1].record.at),
    )
    if (back !== undefined)
      this.#notes.push(
        `Checkpoint ${back.seq} is dated before the one that it follows: the clock was set back. Order and completeness do not hang on the clock.`,
      )
  }

  #bad({ line, chain, seq, checkpoint }, problem) {
    this.#problemCount += 1
    const told = { line, chain, seq, checkpoint, problem }
    if (chain !== undefined && seq !== undefined) this.#firstRecord ??= told
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(told)
  }
}

function signatureProblem(one, keys) {
  const key = keys?.get(one.key)
  if (key === undefined)
    return `it is signed with the key ${one.key.slice(0, 32)}, which is not among the trusted ones`
  const isSigned = crypto.verify(
    null,
    Buffer.from(one.record, 'utf8'),
    key,
    Buffer.from(one.signature, 'base64url'),
  )
  return isSigned ? null : 'its signature does not fit'
}

function parseRecord(text) {
  try {
    const record = JSON.parse(text)
    const isWhole =
      record.schema === CHECKPOINT_SCHEMA &&
      isSeq(record.seq) &&
      isHash(record.previous) &&
      isHash(record.root) &&
      !Number.isNaN(Date.parse(record.at)) &&
      [record.heads, record.chains, record.events].every((count) => Number.isSafeInteger(count) && count >= 0)
    return isWhole ? record : null
  } catch {
    return null
  }
}

function outOfOrder({ chain, seq }, last) {
  if (seq <= last) return [{ chain, seq }, `it is not in its place: record ${last} came before it`]
  return [{ chain, seq: last + 1 }, `it is missing, or not in its place: record ${seq} came instead`]
}

const rewritten = ({ checkpoint }) =>
  `it is not the record that checkpoint ${checkpoint} anchored: this chain was rewritten at or before it`

function missingTail(seq, anchor, stated) {
  const where = seq === 0 ? 'the chain is gone' : `the chain ends at ${seq}`
  const known = anchor ? `checkpoint ${anchor.checkpoint} anchored ${anchor.seq}` : `its head says ${stated}`
  return `it is missing: ${where}, but ${known}`
}

// ---- copies -------------------------------------------------------------------------------------------------------

/**
 * Reads the files of a checkpoint folder. Each copied checkpoint is verified by itself; the result is
 * `{ hashes: Map(seq → hash), headsFrom(seq): Map(chain → heads) }`. Throws CannotVerify when a copy is not sound: with bad
 * copies nothing can be compared.
 */
export async function readCopies(folder, keys) {
  if (!existsSync(folder)) throw new CannotVerify(`There is no folder ${folder}.`)
  const files = listCopies(folder)
  if (files.length === 0) throw new CannotVerify(`There are no copied checkpoints in ${folder}.`)
  const hashes = new Map()
  const heads = []
  for (const name of files) {
    const found = await readCopy(path.join(folder, name), name, keys)
    for (const [seq, hash] of found.hashes) {
      if (hashes.has(seq) && hashes.get(seq) !== hash)
        throw new CannotVerify(`${name} and an earlier file differ about checkpoint ${seq}.`)
      hashes.set(seq, hash)
    }
    heads.push({ last: Math.max(...found.hashes.keys()), file: path.join(folder, name) })
  }
  return {
    hashes,
    headsFrom: (seq) =>
      readCopiedHeads(
        heads.filter(({ last }) => last >= seq),
        seq,
      ),
  }
}

const listCopies = (folder) =>
  readdirSync(folder)
    .filter((name) => COPY_FILE.test(name))
    .sort()

async function readCopy(file, name, keys) {
  const states = new Map()
  const hashes = new Map()
  for await (const batch of readLines(createReadStream(file, { highWaterMark: 1 << 20 })))
    for (const text of batch) {
      const one = text === '' ? null : parseLine(text)
      if (one === null && text !== '')
        throw new CannotVerify(`${name} holds a line that is not one of a copy.`)
      if (one?.kind === 'checkpoint') {
        const record = parseRecord(one.record)
        const isSound =
          record?.seq === one.seq && sha256(Buffer.from(one.record, 'utf8')).toString('hex') === one.hash
        const problem = isSound ? keys && signatureProblem(one, keys) : 'its record was changed'
        if (problem) throw new CannotVerify(`${name}: checkpoint ${one.seq} is no sound copy, ${problem}.`)
        states.set(one.seq, { record, tree: new HeadTree() })
        hashes.set(one.seq, one.hash)
      } else if (one?.kind === 'head') states.get(one.checkpoint)?.tree.append(one.chain, one.seq, one.head)
    }
  for (const [seq, { record, tree }] of states)
    if (record.heads !== tree.size || record.root !== tree.root())
      throw new CannotVerify(
        `${name}: checkpoint ${seq} is no sound copy, its heads are not those that it signs.`,
      )
  return { hashes }
}

/** Heads that copies hold of checkpoint `seq` and later ones, by chain in order of their numbers; not more than fit in memory. */
function readCopiedHeads(files, seq) {
  const byChain = new Map()
  let count = 0
  for (const { file } of files)
    for (const text of readFileSync(file, 'utf8').split('\n')) {
      const one = text === '' ? null : parseLine(text)
      if (one?.kind !== 'head' || one.checkpoint < seq) continue
      count += 1
      if (count > MOST_COPIED_HEADS) return byChain
      byChain.set(one.chain, [...(byChain.get(one.chain) ?? []), one])
    }
  return byChain
}

// ---- the command --------------------------------------------------------------------------------------------------

function readArguments(args) {
  const given = { from: null, keys: null, checkpoints: null, json: false }
  const wanted = [...args]
  while (wanted.length > 0) {
    const [name, inline] = wanted.shift().split(/=(.*)/s)
    if (name === '--json') given.json = true
    else if (['--from', '--keys', '--checkpoints'].includes(name)) {
      const value = inline ?? wanted.shift()
      if (value === undefined || value === '') throw new CannotVerify(`${name} needs a path; see --help.`)
      given[name.slice(2)] = value
    } else throw new CannotVerify(`${name} is not understood; see --help.`)
  }
  return given
}

function readKeys(file) {
  try {
    return toKeys(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    throw new CannotVerify(`${file} holds no public Ed25519 keys in the form of /.well-known/ante-keys.json.`)
  }
}

/** The lines of a file, or of the database by way of the export command of this project. */
async function openInput(from) {
  if (from === '-') return { lines: readLines(process.stdin), close: async () => {} }
  if (from !== null) {
    if (!existsSync(from)) throw new CannotVerify(`There is no file ${from}.`)
    return { lines: readLines(createReadStream(from, { highWaterMark: 1 << 20 })), close: async () => {} }
  }
  const { openDatabaseExport } = await import('./lib/database-export.mjs').catch(() => {
    throw new CannotVerify('Without --from FILE this file has to lie in its project.')
  })
  const { output, close } = await openDatabaseExport(import.meta.url)
  return { lines: readLines(output), close }
}

function progressLine(isOn) {
  let shownAt = 0
  return (counts) => {
    if (!isOn || Date.now() - shownAt < 250) return
    shownAt = Date.now()
    process.stderr.write(`\r${counts.checkpoints} checkpoints, ${counts.events} events`)
  }
}

function toText({ ok, first, problems, problemCount, notes, counts }, seconds) {
  const lines = []
  if (ok) lines.push('Everything fits.')
  else lines.push(`BAD  ${nameOf(first)}: ${first.problem}`)
  const others = problems.filter((one) => one !== first)
  for (const one of others) lines.push(`also ${nameOf(one)}: ${one.problem}`)
  if (problemCount > problems.length) lines.push(`and ${problemCount - problems.length} more`)
  lines.push(
    `${counts.events} events in ${counts.chains} chains, ${counts.checkpoints} checkpoints with ${counts.heads} heads, ${seconds.toFixed(1)} s`,
  )
  return [...lines, ...notes.map((note) => `Note: ${note}`)].map(plain).join('\n')
}

/** Without signs that move the cursor of a terminal: a forged export must not write the verdict. */
const plain = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')

function nameOf({ line, chain, seq, checkpoint }) {
  if (chain !== undefined) return seq === undefined ? `chain ${chain}` : `chain ${chain}, record ${seq}`
  return checkpoint === undefined ? `line ${line}` : `checkpoint ${checkpoint}`
}

async function main(args) {
  if (args.some((arg) => arg === '--help' || arg === '-h')) {
    console.log(HELP.trim())
    return 0
  }
  const given = readArguments(args)
  const keys = given.keys === null ? null : readKeys(given.keys)
  const input = await openInput(given.from)
  try {
    const result = await verifyInput(input, given, keys)
    return result.ok ? 0 : 1
  } catch (error) {
    await input.close().catch(() => {}) // what went wrong first is what counts
    throw error
  }
}

async function verifyInput(input, given, keys) {
  const started = performance.now()
  const folder = given.checkpoints ?? (given.from === null ? settingsFolder() : null)
  const copies = folder === null ? null : await readCopies(folder, keys)
  const isShown = process.stderr.isTTY && !given.json
  const onProgress = progressLine(isShown)
  const keysAreOurs = given.from === null
  const result = await verifyLines(input.lines, { keys, copies, keysAreOurs, onProgress })
  if (isShown) process.stderr.write('\r\x1b[K')
  await input.close()
  console.log(given.json ? JSON.stringify(result) : toText(result, (performance.now() - started) / 1000))
  return result
}

/** Where this instance copies its checkpoints, when it has done so. */
function settingsFolder() {
  const folder = process.env.CHECKPOINT_DIR || (isDevelopment() ? '.data/checkpoints' : null)
  return folder !== null && existsSync(folder) && listCopies(folder).length > 0 ? folder : null
}

const isDevelopment = () => ['', 'development', undefined].includes(process.env.APP_ENV)

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main(process.argv.slice(2))
  } catch (error) {
    const isExpected = error instanceof CannotVerify || error.expected === true
    console.error(
      isExpected ? error.message : `The verifier failed: ${error.name} ${error.code ?? ''}`.trim(),
    )
    process.exitCode = 2
  }
}
