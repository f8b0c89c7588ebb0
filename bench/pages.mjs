/**
 * Pages of the queue as the desk asks for them, each beside SQL for the same page written by hand: values in place, no
 * builder, no subquery that need not be. `where` and `order` are that SQL; `work` says that it begins with open work.
 */
const OPEN = 'r.closed_at is null'
const AWAKE = '(r.snoozed_until is null or r.snoozed_until <= now())'
const HOUR_MS = 3_600_000

/** The views that come with the software. `me` has some cases assigned; the others are as invented. */
export function views(me, now) {
  const due = (name, chosen, where) => ({
    name,
    chosen: { statuses: ['awaiting_reviewer'], sort: 'due', ...chosen },
    where: `${OPEN} and ${where}`,
    work: true,
  })
  const status = (name, word, sort = 'newest') => ({
    name,
    chosen: { statuses: [word], sort },
    where: `v.status = '${word}'`,
  })
  return [
    due('to_review', { snoozed: false }, AWAKE),
    due('mine', { assigneeId: me }, `r.assignee_id = '${me}'`),
    due('overdue', { dueBefore: now }, `r.due_at < '${now.toISOString()}'`),
    due('escalated', { escalated: true }, 'r.escalated_at is not null'),
    due('snoozed', { snoozed: true }, 'r.snoozed_until > now()'),
    status('with_vendor', 'awaiting_provider', 'oldest'),
    status('rejected', 'rejected'),
    status('approved', 'approved'),
    { name: 'all', chosen: {}, where: 'true' },
  ]
}

/** Combinations of filters, common and rare, some that find nothing. */
export function filters(now) {
  const since = new Date(now.getTime() - 30 * 24 * HOUR_MS)
  const before = new Date(now.getTime() - 200 * 24 * HOUR_MS)
  return [
    {
      name: 'rejected under_age',
      chosen: { statuses: ['rejected'], reason: 'under_age' },
      where: `v.status = 'rejected' and v.reasons @> '{under_age}'`,
    },
    {
      name: 'reason duplicate_person',
      chosen: { reason: 'duplicate_person' },
      where: `v.reasons @> '{duplicate_person}'`,
    },
    {
      name: 'a reason that nobody has',
      chosen: { reason: 'state_blocked' },
      where: `v.reasons @> '{state_blocked}'`,
    },
    {
      name: 'PAN missing',
      chosen: { documentStates: ['pan:missing'] },
      where: `v.document_states @> '{pan:missing}'`,
    },
    {
      name: 'PAN missing, licence arrived, oldest',
      chosen: { documentStates: ['pan:missing', 'driving_licence:arrived'], sort: 'oldest' },
      where: `v.document_states @> '{pan:missing,driving_licence:arrived}'`,
    },
    {
      name: 'approved by deepvue this month',
      chosen: { statuses: ['approved'], connectionId: 'deepvue', createdAfter: since },
      where: `v.status = 'approved' and v.connection_id = 'deepvue' and v.created_at >= '${since.toISOString()}'`,
    },
    {
      name: 'failed at kwikid long ago',
      chosen: { statuses: ['failed'], connectionId: 'kwikid', createdBefore: before },
      where: `v.status = 'failed' and v.connection_id = 'kwikid' and v.created_at < '${before.toISOString()}'`,
    },
    {
      name: 'ended in three ways, oldest',
      chosen: { statuses: ['expired', 'cancelled', 'failed'], sort: 'oldest' },
      where: `v.status in ('expired', 'cancelled', 'failed')`,
    },
    {
      name: 'approved at once this month, as analytics counts it',
      chosen: { counted: 'first_pass', createdAfter: since },
      where: `v.attempt = 1 and v.created_at >= '${since.toISOString()}' and (
        select d.outcome from decisions d
        where d.player_id = v.player_id and d.verification_id = v.id and d.made_by = 'rule'
        order by d.decided_at limit 1) = 'approved'`,
    },
    {
      name: 'ever reviewed this month, by any policy',
      chosen: { counted: 'reviewed', createdAfter: since },
      where: `v.created_at >= '${since.toISOString()}' and r.closed_at is not null`,
    },
    {
      name: 'never checked by a policy',
      chosen: { policyVersion: 'none', statuses: ['failed'] },
      where: `v.status = 'failed' and v.policy_version is null`,
    },
    {
      name: 'to review, name_unclear, by due',
      chosen: { statuses: ['awaiting_reviewer'], reason: 'name_unclear', sort: 'due' },
      where: `${OPEN} and v.reasons @> '{name_unclear}'`,
      work: true,
    },
    {
      name: 'to review, tag vip, not escalated',
      chosen: { statuses: ['awaiting_reviewer'], tag: 'vip', escalated: false, sort: 'due' },
      where: `${OPEN} and r.tags @> '{vip}' and r.escalated_at is null`,
      work: true,
    },
    {
      name: 'not from the sandbox',
      chosen: { sandbox: false, statuses: ['approved'] },
      where: `not v.sandbox and v.status = 'approved'`,
    },
  ]
}

const COLUMNS = `v.player_id, v.id, v.case_id, v.reference, v.status, v.reasons, v.document_states, v.documents, v.connection_id,
  v.sandbox, v.attempt, v.created_at, r.version as review_version, r.due_at, r.assignee_id, r.claimed_by,
  r.snoozed_until, r.escalated_at, r.priority, r.tags`

/** The statement by hand, behind `cursor` when one is given. */
export function byHand({ where, work, chosen }, cursor, rows) {
  const isNewest = (chosen.sort ?? 'newest') === 'newest'
  const [time, id] =
    work && chosen.sort === 'due' ? ['r.due_at', 'r.verification_id'] : ['v.created_at', 'v.id']
  const direction = isNewest ? 'desc' : 'asc'
  const from = work
    ? 'reviews r join verifications v on v.player_id = r.player_id and v.id = r.verification_id'
    : 'verifications v left join reviews r on r.player_id = v.player_id and r.verification_id = v.id'
  const behind =
    cursor === null ? '' : ` and (${time}, ${id}) ${isNewest ? '<' : '>'} ('${cursor.at}', '${cursor.id}')`
  return `select ${COLUMNS}, ${time}::text as cursor_at from ${from}
    where ${where}${behind} order by ${time} ${direction}, ${id} ${direction} limit ${rows}`
}
