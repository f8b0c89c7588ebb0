import { boolean, date, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
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
