import { sql } from 'drizzle-orm'
import { boolean, check, date, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { at } from './columns'

/**
 * One row is how one host of one connection fares, seen by all processes together: the circuit breaker. `open` until
 * `open_until`; then one caller at a time may try (`trial_until` is its lease). `cause` tells refused credentials, which a
 * person must mend, from faults, which pass. No row means closed.
 */
export const connectionHealth = pgTable('connection_health', {
  id: text('id').primaryKey(),
  state: text('state', { enum: ['closed', 'open'] })
    .notNull()
    .default('closed'),
  cause: text('cause', { enum: ['faults', 'unauthorized'] }),
  /** Faults in a row. */
  faults: integer('faults').notNull().default(0),
  /** When it opened last; null while closed. */
  openedAt: at('opened_at'),
  openUntil: at('open_until'),
  trialUntil: at('trial_until'),
  lastFaultAt: at('last_fault_at'),
  /** Our own code and reason, `provider_unavailable server_error`. */
  lastFault: text('last_fault'),
  updatedAt: at('updated_at').notNull().defaultNow(),
})

/** One row is one day (in India) of one connection: journeys started, against the daily cap, and whether 80 % was told. */
export const connectionDays = pgTable(
  'connection_days',
  {
    connectionId: text('connection_id').notNull(),
    day: date('day').notNull(),
    starts: integer('starts').notNull().default(0),
    warned: boolean('warned').notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.day] })],
)

/** One row is one thing that staff should know, however often it happened; told again at most once an hour. */
export const alerts = pgTable(
  'alerts',
  {
    kind: text('kind').notNull(),
    /** What it is about: a connection's id. */
    subject: text('subject').notNull(),
    count: integer('count').notNull().default(1),
    firstAt: at('first_at').notNull().defaultNow(),
    lastAt: at('last_at').notNull().defaultNow(),
    toldAt: at('told_at'),
  },
  (table) => [primaryKey({ columns: [table.kind, table.subject] })],
)

/**
 * The one row, `current`, is how staff want new starts to go: connections by id in order, and those that take no new player.
 * Ids that the settings no longer name are ignored; new ones come last. No row: the order of the settings, all of them on.
 */
export const connectionRouting = pgTable(
  'connection_routing',
  {
    id: text('id').primaryKey().default('current'),
    /** Rises with every change; a change names the one it was made from. */
    version: integer('version').notNull().default(1),
    connectionOrder: text('connection_order').array().notNull(),
    switchedOff: text('switched_off').array().notNull().default([]),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (table) => [check('connection_routing_one', sql`${table.id} = 'current'`)],
)

/**
 * One row is one minute of calls to one connection, all processes together: how many, how many were not answered as they
 * should, and how long they took, as counts per step of lib/connections/call-times.ts. Kept for eight days.
 */
export const connectionMinutes = pgTable(
  'connection_minutes',
  {
    connectionId: text('connection_id').notNull(),
    minute: at('minute').notNull(),
    calls: integer('calls').notNull(),
    failures: integer('failures').notNull(),
    times: integer('times').array().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.minute] }),
    index('connection_minutes_minute').on(table.minute),
  ],
)

/**
 * One row is the newest examination of one connection by the doctor, asked for by staff or due by the clock. `report` is
 * redacted before it comes here: it holds names of settings and no value of a secret one.
 */
export const connectionExaminations = pgTable('connection_examinations', {
  connectionId: text('connection_id').primaryKey(),
  /** When it was begun, by whom: the id of a member of staff, or `worker`. */
  begunAt: at('begun_at').notNull().defaultNow(),
  begunBy: text('begun_by').notNull(),
  examinedAt: at('examined_at'),
  healthy: boolean('healthy'),
  report: jsonb('report'),
})
