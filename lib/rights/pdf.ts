import 'server-only'
import path from 'node:path'
import { Readable } from 'node:stream'
import { setImmediate as othersTurn } from 'node:timers/promises'
import PDFDocument from 'pdfkit'
import { fill, formatDate, formatMoment } from '@/lib/i18n/format'
import { type Messages, messagesFor } from '@/lib/i18n/messages'
import { PLAYER_WORD, type Status } from '@/lib/verification/types'
import type { PlayerExport } from './export'

// The export to be read: the same facts as the JSON, without machine parts. Both scripts are embedded, since a player's
// documents may carry either.

const FONTS = { latin: 'noto-sans-latin.woff', devanagari: 'noto-sans-devanagari.woff' } as const
type Script = keyof typeof FONTS
const fontFile = (name: string) => path.resolve(/*turbopackIgnore: true*/ 'app/fonts', name)
const INK = '#1b2440'
const QUIET = '#4a5468'
const RULE = '#c9544a'
const LABEL_WIDTH = 150
/** Longer words than any are cut: to shape one for a line takes time that grows with the square of its length. */
const OVERLONG = /[\u0900-\u097f]{40}(?=[\u0900-\u097f])/g
const ROWS_IN_ONE_GO = 20

type Doc = InstanceType<typeof PDFDocument>

/** The export as a PDF, drawn a little at a time, so that a long one holds up nobody else. */
export function toPdfStream(whole: PlayerExport): ReadableStream<Uint8Array> {
  const words = messagesFor(whole.language)
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: 56, bottom: 56, left: 56, right: 56 },
    bufferPages: true,
    lang: whole.language,
    displayTitle: true,
    info: { Title: words.export.title, Author: whole.controller.name, CreationDate: new Date(whole.madeAt) },
  })
  for (const [name, file] of Object.entries(FONTS)) doc.registerFont(name, fontFile(file))
  const stream = doc as unknown as Readable
  draw(doc, whole, words).catch((error: unknown) => stream.destroy(error as Error))
  return Readable.toWeb(stream) as ReadableStream<Uint8Array>
}

async function draw(doc: Doc, whole: PlayerExport, words: Messages): Promise<void> {
  drawHead(doc, whole, words)
  drawAccount(doc, whole, words)
  await drawAttempts(doc, whole, words)
  await drawReceipts(doc, whole, words)
  await drawRequests(doc, whole, words)
  await drawHistory(doc, whole, words)
  drawRetention(doc, whole, words)
  note(doc, words.export.signature)
  await numberPages(doc, words)
  doc.end()
}

function drawHead(
  doc: Doc,
  { controller, account, madeAt }: PlayerExport,
  { export: words, common }: Messages,
): void {
  write(doc, words.title, { size: 20, color: INK })
  const date = formatMoment(madeAt, common.months)
  note(doc, fill(words.made, { date, email: account.email ?? '–' }))
  note(doc, fill(words.by, controller))
}

function drawAccount(doc: Doc, { account, recipients }: PlayerExport, words: Messages): void {
  const { common, export: own, me } = words
  heading(doc, own.account)
  row(doc, me.email, account.email ?? '–')
  row(doc, own.since, formatDate(account.createdAt, common.months))
  row(doc, own.ends, formatDate(account.endsAt, common.months))
  if (account.stated !== null)
    row(doc, own.stated, `${account.stated.name}, ${formatDate(account.stated.birthDate, common.months)}`)
  row(doc, me.seenBy, recipients.join(', ') || me.seenByNone)
}

async function drawAttempts(doc: Doc, { attempts }: PlayerExport, words: Messages): Promise<void> {
  const { common, export: own, me, status, journey } = words
  heading(doc, own.attempts)
  if (attempts.length === 0) note(doc, own.nothing)
  for (const attempt of attempts) {
    await othersTurn()
    subheading(doc, fill(me.attempt, { reference: attempt.reference }))
    row(doc, own.status, status.words[PLAYER_WORD[attempt.status as Status]])
    if (attempt.connectionName !== null) row(doc, own.carried, attempt.connectionName)
    for (const { text } of attempt.reasons) row(doc, own.reasons, text)
    for (const decision of attempt.decisions) {
      const by = fill(own.decidedBy[decision.madeBy], { policy: decision.policyVersion })
      row(doc, own.decided, `${formatMoment(decision.at, common.months)} IST, ${by}`)
    }
    for (const one of attempt.documents) {
      const name = journey.documents[one.type as keyof typeof journey.documents]
      const date = formatDate(one.readAt, common.months)
      const title =
        one.state === 'arrived'
          ? me.documentRead
          : one.state === 'missing'
            ? me.documentMissing
            : me.documentRefused
      subheading(doc, fill(title, { document: name, date }))
      if (one.hidden) row(doc, me.factsHidden, me.factsHiddenText)
      for (const fact of one.facts)
        row(
          doc,
          me.facts[fact.name as keyof typeof me.facts] ?? fact.name,
          formatDate(fact.value, common.months),
        )
    }
  }
}

async function drawReceipts(
  doc: Doc,
  { receipts }: PlayerExport,
  { export: words, common }: Messages,
): Promise<void> {
  heading(doc, words.receipts)
  if (receipts.length === 0) note(doc, words.nothing)
  for (const { receipt, events = [] } of receipts) {
    await othersTurn()
    const date = formatMoment(receipt.givenAt.utc, common.months)
    subheading(doc, fill(words.receiptLine, { version: receipt.notice.version, date }))
    const granted = receipt.purposes.flatMap(({ items }) => items.filter((item) => item.granted))
    row(doc, words.agreedTo, granted.map(({ title }) => title).join(', '))
    for (const { event } of events)
      note(doc, fill(words.later[event.status], { date: formatMoment(event.at, common.months) }))
  }
}

async function drawRequests(
  doc: Doc,
  { requests }: PlayerExport,
  { export: words, me, common }: Messages,
): Promise<void> {
  heading(doc, words.requests)
  if (requests.length === 0) note(doc, words.nothing)
  for (const one of requests) {
    await othersTurn()
    subheading(doc, `${me.requestKinds[one.kind]}: ${me.requestStates[one.state]}`)
    const [date, due] = [one.createdAt, one.dueAt].map((at) => formatDate(at, common.months))
    note(doc, fill(me.requestDue, { date: date ?? '', due: due ?? '' }))
    if (one.text !== null) write(doc, one.text, { size: 10, color: INK })
  }
}

async function drawHistory(
  doc: Doc,
  { history }: PlayerExport,
  { export: words, me, common, journey }: Messages,
): Promise<void> {
  heading(doc, words.history)
  if (history.length === 0) note(doc, words.nothing)
  for (const [place, { at, who, word, vendor, document }] of history.entries()) {
    if (place % ROWS_IN_ONE_GO === 0) await othersTurn()
    const name = journey.documents[document as keyof typeof journey.documents] ?? ''
    const what = fill(me.history[word], { vendor: vendor ?? me.historyVendor, document: name })
    row(doc, formatMoment(at, common.months), `${me.who[who]} ${what}`)
  }
}

function drawRetention(doc: Doc, { retention }: PlayerExport, { export: words, common }: Messages): void {
  heading(doc, words.retention)
  for (const { data, days, ground, since, owner } of retention) {
    const line = { days, ground, since: formatDate(since, common.months), owner }
    row(doc, words.classes[data as keyof typeof words.classes], fill(words.retentionLine, line))
  }
}

/** On every page: which one of how many. */
async function numberPages(doc: Doc, { export: words }: Messages): Promise<void> {
  const { start, count } = doc.bufferedPageRange()
  for (let index = start; index < start + count; index += 1) {
    if (index % ROWS_IN_ONE_GO === 0) await othersTurn()
    doc.switchToPage(index)
    doc.page.margins.bottom = 0 // else the line would open a page of its own
    doc.x = doc.page.margins.left
    doc.y = doc.page.height - 40
    write(doc, fill(words.page, { page: index + 1, total: count }), { size: 8, color: QUIET })
  }
}

const contentWidth = (doc: Doc) => doc.page.width - doc.page.margins.left - doc.page.margins.right

function roomFor(doc: Doc, height: number): void {
  if (doc.y + height > doc.page.height - doc.page.margins.bottom) doc.addPage()
}

function heading(doc: Doc, text: string): void {
  roomFor(doc, 70)
  doc.moveDown(1)
  write(doc, text, { size: 13, color: INK })
  const { left } = doc.page.margins
  doc
    .moveTo(left, doc.y + 2)
    .lineTo(left + contentWidth(doc), doc.y + 2)
    .lineWidth(0.8)
    .stroke(RULE)
  doc.y += 8
}

function subheading(doc: Doc, text: string): void {
  roomFor(doc, 40)
  doc.y += 4
  write(doc, text, { size: 10.5, color: INK })
  doc.y += 2
}

function note(doc: Doc, text: string): void {
  roomFor(doc, 20)
  write(doc, text, { size: 9.5, color: QUIET })
}

/** Label and fact side by side. */
function row(doc: Doc, label: string, fact: string): void {
  const { left } = doc.page.margins
  const factWidth = contentWidth(doc) - LABEL_WIDTH - 12
  const height = Math.max(heightOf(doc, label, 9.5, LABEL_WIDTH), heightOf(doc, fact, 10, factWidth))
  roomFor(doc, height + 4)
  const top = doc.y
  write(doc, label, { size: 9.5, color: QUIET, x: left, y: top, width: LABEL_WIDTH })
  write(doc, fact, { size: 10, color: INK, x: left + LABEL_WIDTH + 12, y: top, width: factWidth })
  doc.x = left
  doc.y = Math.max(doc.y, top + height) + 4
}

interface Look {
  size: number
  color: string
  x?: number
  y?: number
  width?: number
}

/** Writes text whose scripts may change within a line. */
function write(
  doc: Doc,
  text: string,
  { size, color, x = doc.page.margins.left, y = doc.y, width = contentWidth(doc) }: Look,
): void {
  const runs = toRuns(text)
  doc.fontSize(size).fillColor(color)
  runs.forEach(({ script, text: part }, place) => {
    const options = { width, continued: place < runs.length - 1, lineGap: 2 }
    doc.font(script)
    if (place === 0) doc.text(part, x, y, options)
    else doc.text(part, options)
  })
}

/** Room that a text may take: measured in the wider script, so rather too much. */
function heightOf(doc: Doc, text: string, size: number, width: number): number {
  const hasDevanagari = toRuns(text).some(({ script }) => script === 'devanagari')
  doc.font(hasDevanagari ? 'devanagari' : 'latin').fontSize(size)
  return doc.heightOfString(text, { width, lineGap: 2 })
}

/**
 * Pieces of one script each; spaces and signs stay with what stands before them. What neither font has becomes `?`, and a
 * word beyond any length is cut.
 */
export function toRuns(text: string): { script: Script; text: string }[] {
  const runs: { script: Script; text: string }[] = []
  for (const letter of text.replaceAll('\t', ' ').replace(OVERLONG, '$& ')) {
    const script = scriptOf(letter)
    const last = runs.at(-1)
    const shown = script === null ? '?' : letter
    if (last !== undefined && (script === null || script === 'both' || script === last.script))
      last.text += shown
    else runs.push({ script: script === 'devanagari' ? 'devanagari' : 'latin', text: shown })
  }
  return runs.length === 0 ? [{ script: 'latin', text: ' ' }] : runs
}

/** `both` may stand in either; null: neither font draws it. */
function scriptOf(letter: string): Script | 'both' | null {
  if (/[\s\u200c\u200d]/.test(letter)) return 'both'
  if (/[\u0900-\u097f]/.test(letter)) return 'devanagari'
  return /[\u0020-\u024f\u2010-\u2026\u20b9]/.test(letter) ? 'latin' : null
}
