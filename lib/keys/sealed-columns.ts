import 'server-only'
import type { IndexedColumn, SealedColumn } from '@/db/queries/keys'

// Where sealed values and blind indexes are. A test compares both lists with the database: a new column is added here, or
// its values are lost with the key version they were sealed with.

/** Every column that is sealed with a player's data key, with the row id that is part of its associated data. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'players', column: 'email_sealed', owner: 'id', row: 'id' },
  { table: 'players', column: 'stated_sealed', owner: 'id', row: 'id' },
  { table: 'documents', column: 'raw_sealed', owner: 'player_id', row: 'id' },
  { table: 'documents', column: 'number_sealed', owner: 'player_id', row: 'id' },
  { table: 'facts', column: 'value_sealed', owner: 'player_id', row: 'id' },
  { table: 'decisions', column: 'input_sealed', owner: 'player_id', row: 'id' },
  { table: 'player_requests', column: 'text_sealed', owner: 'player_id', row: 'id' },
  { table: 'reveals', column: 'text_sealed', owner: 'player_id', row: 'id' },
  { table: 'review_notes', column: 'text_sealed', owner: 'player_id', row: 'id' },
  { table: 'provider_sessions', column: 'session_sealed', owner: 'player_id', row: 'verification_id' },
  { table: 'provider_sessions', column: 'code_sealed', owner: 'player_id', row: 'verification_id' },
  { table: 'provider_sessions', column: 'access_sealed', owner: 'player_id', row: 'verification_id' },
  { table: 'provider_sessions', column: 'subject_sealed', owner: 'player_id', row: 'verification_id' },
]

/** Sealed with keys of their own, made from somebody's token; those of players are gone within a day. */
export const SEALED_WITH_TOKENS: readonly string[] = [
  'sign_in_codes.email_sealed',
  'unclaimed_returns.query_sealed',
  'revocations.access_sealed', // outlives the player's key, by design
  // Of staff: under AUTH_SECRET and the row's id, for as long as the row stands.
  'staff.profile_sealed',
  'staff_invites.email_sealed',
  'staff_passwords.totp_sealed',
  'staff_sessions.place_sealed',
]

/**
 * Blind indexes of values that are kept sealed, and so can be made anew under another index key. Names are indexed too,
 * several keys each (`name_keys.key`): rotate-indexes.ts makes those from the sealed names.
 */
export const INDEXED_COLUMNS: readonly IndexedColumn[] = [
  { table: 'players', column: 'email_index', sealed: 'email_sealed', owner: 'id', row: 'id', extra: null },
  {
    table: 'documents',
    column: 'number_index',
    sealed: 'number_sealed',
    owner: 'player_id',
    row: 'id',
    extra: 'type',
  },
  {
    table: 'provider_sessions',
    column: 'subject_index',
    sealed: 'subject_sealed',
    owner: 'player_id',
    row: 'verification_id',
    extra: null,
  },
  {
    table: 'provider_sessions',
    column: 'reference_index',
    sealed: 'session_sealed',
    owner: 'player_id',
    row: 'verification_id',
    extra: 'connection_id',
  },
]

/** Columns of blind indexes that nobody makes anew: what they hold is over by itself, soon. */
export const PASSING_INDEXES: readonly string[] = [
  'sign_in_codes.email_index',
  'webhook_inbox.reference_indexes',
]
