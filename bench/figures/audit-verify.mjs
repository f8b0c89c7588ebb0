/** How fast the verifier reads an export, against reading its lines and hashing each, which nobody can do without. */
import { createHash, generateKeyPairSync, hash, randomUUID, sign } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'
import { readLines, verifyLines } from '../../scripts/audit-verify.mjs'
import { compare } from '../measure.mjs'

const CHAINS = 20_000
const PER_CHAIN = 10
const ROUNDS = 5

export async function measureAuditVerify(world) {
  const file = path.join(world.folder(), 'audit.jsonl')
  await writeExport(file, (await world.domain()).auditRecord)
  const seen = await compare({
    rounds: ROUNDS,
    ours: () => perSecond(() => verify(file)),
    baseline: () => perSecond(() => hashLines(file)),
  })
  const figure = `records verified : lines read and hashed, ${CHAINS * PER_CHAIN} records`
  return [{ figure, ...seen, unit: '/s', goal: { oursAtLeast: 50_000 } }]
}

async function perSecond(work) {
  const started = performance.now()
  await work()
  return (CHAINS * PER_CHAIN) / ((performance.now() - started) / 1000)
}

async function verify(file) {
  const verdict = await verifyLines(readLines(createReadStream(file, { highWaterMark: 1 << 20 })))
  if (!verdict.ok || verdict.counts.events !== CHAINS * PER_CHAIN)
    throw new Error('the export does not verify')
}

async function hashLines(file) {
  const lines = createInterface({ input: createReadStream(file, { highWaterMark: 1 << 20 }) })
  for await (const line of lines) hash('sha256', line, 'buffer')
}

/** An export as the app writes it, every chain anchored by one checkpoint. */
async function writeExport(file, auditRecord) {
  const out = createWriteStream(file)
  const put = (value) => out.write(`${JSON.stringify(value)}\n`)
  const chains = Array.from({ length: CHAINS }, () => randomUUID()).sort()
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const written = chains.map((chain) => ({ chain, ...makeEvents(chain, auditRecord) }))
  const at = new Date().toISOString()
  put({ kind: 'export', format: 'ante-audit/1', at })
  put({ kind: 'keys', keys: [publicKey.export({ format: 'jwk' })] })
  put(makeCheckpoint(written, privateKey, publicKey, at))
  for (const { chain, head, events } of written) {
    put({ kind: 'chain', chain, seq: PER_CHAIN, head })
    put({ kind: 'head', chain, seq: PER_CHAIN, head, checkpoint: 1 })
    for (const event of events) put(event)
  }
  put({ kind: 'end', checkpoints: 1, heads: CHAINS, chains: CHAINS, events: CHAINS * PER_CHAIN })
  out.end()
  await finished(out)
}

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest()

function makeEvents(chain, auditRecord) {
  let head = sha256(Buffer.from(chain.replaceAll('-', ''), 'hex'))
  const events = Array.from({ length: PER_CHAIN }, (_, place) => {
    const record = auditRecord({
      actor: { kind: 'player', id: chain },
      action: 'verification.returned',
      object: { type: 'verification', id: chain },
      before: 'awaiting_player',
      after: 'awaiting_provider',
      connection: 'idto',
    })
    const seq = Buffer.alloc(8)
    seq.writeBigInt64BE(BigInt(place + 1))
    head = sha256(head, seq, Buffer.from(record))
    return { kind: 'event', chain, seq: place + 1, hash: head.toString('hex'), record }
  })
  return { events, head: head.toString('hex') }
}

function makeCheckpoint(written, privateKey, publicKey, at) {
  const level = written.map(({ chain, head }) => {
    const seq = Buffer.alloc(8)
    seq.writeBigInt64BE(BigInt(PER_CHAIN))
    return sha256(Buffer.of(0), Buffer.from(chain.replaceAll('-', ''), 'hex'), seq, Buffer.from(head, 'hex'))
  })
  const record = JSON.stringify({
    at,
    chains: CHAINS,
    cutoff: 1,
    events: CHAINS * PER_CHAIN,
    heads: CHAINS,
    previous: '0'.repeat(64),
    root: merkleRoot(level).toString('hex'),
    schema: 'ante-checkpoint/1',
    seq: 1,
  })
  const key = sha256(publicKey.export({ type: 'spki', format: 'der' }))
    .toString('hex')
    .slice(0, 16)
  const signature = sign(null, Buffer.from(record), privateKey).toString('base64url')
  return {
    kind: 'checkpoint',
    seq: 1,
    key,
    signature,
    hash: sha256(Buffer.from(record)).toString('hex'),
    record,
  }
}

/** As RFC 9162 writes it down: the left half is the largest power of two. */
function merkleRoot(leaves) {
  if (leaves.length === 1) return leaves[0]
  const half = 2 ** Math.floor(Math.log2(leaves.length - 1))
  return sha256(Buffer.of(1), merkleRoot(leaves.slice(0, half)), merkleRoot(leaves.slice(half)))
}
