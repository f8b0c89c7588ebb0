import { z } from 'zod'

// How long each class of data is kept, on what ground, since when, and who answers for it (docs/retention.md). Every part
// may be changed with LIMITS_FILE under `retention.classes`; the three older keys beside it still work.

interface Default {
  days: number
  /** Least and most that the code holds to. */
  range: [min: number, max: number]
  ground: string
}

/** Since when the shipped values hold. */
const SINCE = '2026-11-21'
const OWNER = 'Data protection owner of the operator'

const DEFAULTS = {
  raw_replies: {
    days: 30,
    range: [1, 365],
    ground: 'Proof while a result can be disputed; DPDP Act s.8(7)',
  },
  facts: {
    days: 365,
    range: [1, 3650],
    ground: 'To answer for the check after the account ends; DPDP Rules r.8(3)',
  },
  silent_accounts: {
    days: 1095,
    range: [30, 3650],
    ground: 'An account that nobody uses has ended; DPDP Rules r.8, Third Schedule',
  },
  proofs: {
    days: 365,
    range: [1, 3650],
    ground:
      'Result, consent receipt and audit as proof; DPDP Act s.6(10). Five years for a PMLA reporting entity',
  },
  unfinished: {
    days: 7,
    range: [1, 90],
    ground: 'Not needed once an attempt has ended without a result; DPDP Act s.8(7)',
  },
  minors: {
    days: 0,
    range: [0, 0],
    ground: 'Outcome and date alone, the rest at once; DPDP Act s.9',
  },
  webhook_deliveries: {
    days: 35,
    range: [35, 400],
    ground: 'So that a repeated delivery has no second effect',
  },
  logs: {
    days: 365,
    range: [180, 3650],
    ground: 'DPDP Rules r.6 and r.8(3); CERT-In: at least 180 days inside India',
  },
} as const satisfies Record<string, Default>

export type RetentionClass = keyof typeof DEFAULTS
export const RETENTION_CLASSES = Object.keys(DEFAULTS) as RetentionClass[]

const toClass = ({ days, range: [min, max], ground }: Default) =>
  z
    .strictObject({
      days: z.int().min(min).max(max).default(days),
      ground: z.string().min(1).max(300).default(ground),
      since: z.iso.date().default(SINCE),
      owner: z.string().min(1).max(200).default(OWNER),
    })
    .prefault({})

const oldKey = (min: number, max: number) => z.int().min(min).max(max).optional()

/** `retention` of LIMITS_FILE. `documentDays`, `unfinishedDays` and `webhookDays` are other names of three classes. */
export const Retention = z
  .strictObject({
    classes: z
      .strictObject({
        raw_replies: toClass(DEFAULTS.raw_replies),
        facts: toClass(DEFAULTS.facts),
        silent_accounts: toClass(DEFAULTS.silent_accounts),
        proofs: toClass(DEFAULTS.proofs),
        unfinished: toClass(DEFAULTS.unfinished),
        minors: toClass(DEFAULTS.minors),
        webhook_deliveries: toClass(DEFAULTS.webhook_deliveries),
        logs: toClass(DEFAULTS.logs),
      })
      .prefault({}),
    documentDays: oldKey(1, 365),
    unfinishedDays: oldKey(1, 90),
    webhookDays: oldKey(35, 400),
  })
  .transform(({ classes, ...old }) => {
    const documentDays = old.documentDays ?? classes.raw_replies.days
    const unfinishedDays = old.unfinishedDays ?? classes.unfinished.days
    const webhookDays = old.webhookDays ?? classes.webhook_deliveries.days
    return {
      documentDays,
      unfinishedDays,
      webhookDays,
      classes: {
        ...classes,
        raw_replies: { ...classes.raw_replies, days: documentDays },
        unfinished: { ...classes.unfinished, days: unfinishedDays },
        webhook_deliveries: { ...classes.webhook_deliveries, days: webhookDays },
      },
    }
  })
