import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, transact } from '@/db/client'
import { lockPlayer } from '@/db/queries/consents'
import { findNote, findOwner, insertNote } from '@/db/queries/reviews'
import type { StaffActor } from '@/lib/actor'
import { maskFullAadhaar } from '@/lib/documents/mask'
import { AppError } from '@/lib/errors'
import { requirePermission } from '@/lib/staff/permissions'
import { openVault } from '@/lib/vault'
import { conflict } from './conflict'
import { requireUnlinked } from './independence'
import { record } from './open-case'
import { NOTE_LIMIT } from './types'

// What staff write down about an attempt: sealed with the player's key, every version kept.

type Owner = NonNullable<Awaited<ReturnType<typeof findOwner>>>

/** A version of a note. */
export interface Written {
  noteId: string
  version: number
}

/** Writes a note (1 to 4,000 characters; full Aadhaar numbers are masked). Throws `bad_request`, `not_found`, `forbidden`. */
export async function addNote(
  staff: StaffActor,
  { id, text }: { id: string; text: string },
): Promise<Written> {
  requirePermission(staff, 'case.note')
  const tidy = tidyNote(text)
  return transact(async (tx) => {
    const one = await openFor(tx, staff, id)
    return write(tx, staff, one, { noteId: randomUUID(), version: 1 }, tidy)
  })
}

/**
 * Writes the next version of one's own note; earlier ones stay. Throws `state_conflict` when `version` is not the newest,
 * `forbidden` for somebody else's note.
 */
export async function editNote(
  staff: StaffActor,
  { id, noteId, version, text }: Written & { id: string; text: string },
): Promise<Written> {
  requirePermission(staff, 'case.note')
  const tidy = tidyNote(text)
  return transact(async (tx) => {
    const one = await openFor(tx, staff, id)
    const newest = await findNote(tx, one.playerId, id, noteId)
    if (newest === null) throw new AppError('not_found')
    if (newest.authorId !== staff.id) throw new AppError('forbidden', 'note of somebody else')
    if (newest.version !== version) throw conflict({ why: 'changed', version: newest.version })
    return write(tx, staff, one, { noteId, version: version + 1 }, tidy)
  })
}

async function openFor(tx: Db, staff: StaffActor, id: string): Promise<Owner> {
  const found = await findOwner(tx, id)
  if (found === null) throw new AppError('not_found')
  await lockPlayer(tx, found.playerId) // so that an erasure is over, or waits
  await requireUnlinked(tx, staff, found.playerId)
  return found
}

async function write(
  tx: Db,
  staff: StaffActor,
  one: Owner,
  { noteId, version }: Written,
  text: string,
): Promise<Written> {
  const vault = await openVault(tx, one.playerId)
  const id = randomUUID()
  const textSealed = vault.seal('review_notes', 'text_sealed', id, text)
  const row = { playerId: one.playerId, id, verificationId: one.id, noteId, version, authorId: staff.id }
  if (!(await insertNote(tx, { ...row, textSealed }))) throw conflict({ why: 'changed', version })
  await record(tx, staff, one, {
    action: 'review.note_written',
    object: { type: 'note', id: noteId },
    after: String(version),
  })
  return { noteId, version }
}

/** Line breaks stay, other control characters and the marks that turn text around go. */
function tidyNote(given: string): string {
  const text = maskFullAadhaar(
    given
      .normalize('NFC')
      .replace(/\r\n?/g, '\n')
      .replace(/[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/gu, '')
      .trim(),
  )
  if (text === '' || text.length > NOTE_LIMIT) throw new AppError('bad_request', 'note missing or too long')
  return text
}
