import { z } from 'zod'
import { Retention } from './retention-classes'

// Numbers that an operator may change with LIMITS_FILE; every key is optional there and falls back to these defaults.
// Sources: journey life FL-14, rates RT-01; docs/operations.md says what each does.

const count = (fallback: number, min = 1, max = 1_000_000) => z.int().min(min).max(max).default(fallback)

export const Limits = z.strictObject({
  journey: z
    .strictObject({
      consentDays: count(7, 1, 90),
      playerMinutes: count(30, 10, 60),
      confirmationHours: count(24, 1, 72),
      providerMinutes: count(60, 5, 240),
      resubmissionDays: count(7, 1, 90),
      reviewBusinessHours: count(24, 1, 240),
    })
    .prefault({}),
  rates: z
    .strictObject({
      startsPerPlayerHour: count(5),
      startsPerPlayerDay: count(10),
      startsPerAddressHour: count(30),
      signInsPerAddressHour: count(20),
      codesPerEmailHour: count(5),
      codeTriesPerAddressHour: count(100),
      strayReturnsPerAddressHour: count(60),
      strayReturnsPerPlayerHour: count(30),
      actionsPerPlayerMinute: count(20),
      exportsPerPlayerHour: count(10),
      statusPerTwoSeconds: count(1),
      webhooksPerConnectionMinute: count(600),
      refusedWebhooksPerAddressMinute: count(60),
      revealsPerStaffHour: count(30),
      caseExportsPerStaffHour: count(10),
      staffActionsPerMinute: count(120),
      examinationsPerStaffHour: count(60),
      staffPasskeyTriesPerAddressHour: count(600),
    })
    .prefault({}),
  retention: Retention.prefault({}),
  /** Work of reviewers: days off beside the national holidays of India (`2026-11-09`), and when an idle claim is released. */
  review: z
    .strictObject({
      holidays: z.array(z.iso.date()).max(1000).default([]),
      idleMinutes: count(15, 1, 240),
      /** An export of more persons needs a second person of staff (PM-03). */
      exportAlonePersons: count(100, 1, 100),
      /** How long a decision of staff may be undone before it takes effect. */
      undoSeconds: count(10, 1, 60),
      /** Of a hundred decisions of staff, how many somebody else looks at blind. */
      secondLookPercent: z.number().min(0).max(100).default(2),
      /** False lets one person do what needs two (PM-03); each time is recorded. */
      twoPeople: z.boolean().default(true),
    })
    .prefault({}),
  /** Requests of players: an answer within 30 days, never more than 90 (DPDP r.14). */
  rights: z.strictObject({ answerDays: count(30, 1, 90), openRequests: count(10, 1, 100) }).prefault({}),
  /** By connection id: what its plan allows, and how many journeys a day may cost money. */
  connections: z
    .record(
      z.string(),
      z.strictObject({
        callsPerSecond: z.int().min(1).max(1000).optional(),
        callsPerMinute: z.int().min(1).max(60_000).optional(),
        callsPerDay: z.int().min(1).max(10_000_000).optional(),
        startsPerDay: z.int().min(1).max(1_000_000).optional(),
      }),
    )
    .default({}),
  /** For connections without a number of their own. */
  startsPerDay: count(5_000),
  /** How often a worker has the doctor look at each connection, in minutes; 0 for never. */
  examineMinutes: count(15, 0, 1440),
})
export type Limits = z.output<typeof Limits>

export const LIMITS_DEFAULTS: Limits = Limits.parse({})
