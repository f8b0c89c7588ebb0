/** A callback with nothing around it: the statements of `acceptReturn`, written by hand for postgres.js. */
import { createHash } from 'node:crypto'

const sha256 = (text) => createHash('sha256').update(text).digest()

/** A pool as the app has one. */
export function bareOptions() {
  return { max: 20, onnotice: () => {}, connection: { application_name: 'ante-bench-bare' } }
}

/**
 * Session, context, begin, claim with its audit record, job, commit; then the two wake-up calls, not waited for. Checks
 * what must be checked to find the row, seals nothing. Throws when the return did not count.
 */
export async function bareCallback(sql, { token, handle, browserKey, code }) {
  const [session] = await sql`
    with live as (
      select token_hash, player_id, expires_at, last_seen_at from sessions
      where token_hash = ${sha256(token)} and expires_at > now()
        and last_seen_at > now() - make_interval(secs => 3600)
    ), touched as (
      update sessions set last_seen_at = now()
      where token_hash in (select token_hash from live where last_seen_at < now() - interval '1 minute')
    )
    select player_id, expires_at from live`
  const [context] = await sql`
    select v.id, v.case_id, v.status, v.version, v.deadline_at, v.documents, s.connection_id, s.browser_key_hash,
      s.state_hash, s.session_sealed, c.withdrawn_at, c.superseded_at, k.version as key_version, k.wrapped,
      k.check_value
    from provider_sessions s
    join verifications v on v.player_id = s.player_id and v.id = s.verification_id
    join consents c on c.player_id = v.player_id and c.id = v.consent_id
    join data_keys k on k.player_id = s.player_id
    where s.player_id = ${session.player_id} and s.handle_hash = ${sha256(handle)}`
  if (!context?.browser_key_hash.equals(sha256(browserKey))) throw new Error('no such journey')
  const { player_id: playerId } = session
  const { id, version } = context
  const record = JSON.stringify({
    action: 'verification.returned',
    actor: { id: playerId, kind: 'player' },
    after: 'awaiting_provider',
    at: new Date().toISOString(),
    before: 'awaiting_player',
    connection: context.connection_id,
    object: { id, type: 'verification' },
  })
  await sql.begin(async (tx) => {
    const claimed = await tx`
      with claimed as (
        update verifications v
        set status = 'awaiting_provider', version = v.version + 1, returned_at = now(), updated_at = now(),
            deadline_at = now() + interval '1 hour'
        where v.player_id = ${playerId} and v.id = ${id} and v.status = 'awaiting_player'
          and v.version = ${version} and v.deadline_at > now()
          and exists (select 1 from consents c where c.player_id = v.player_id and c.id = v.consent_id
                      and c.withdrawn_at is null and c.superseded_at is null)
        returning v.player_id, v.id, v.case_id
      ), fingerprint as (
        insert into return_codes (fingerprint, player_id, verification_id)
        select ${sha256(code).toString('hex')}, player_id, id from claimed
      ), kept as (
        update provider_sessions s set code_sealed = ${Buffer.from(code)}
        from claimed where s.player_id = claimed.player_id and s.verification_id = claimed.id
      )
      select id, append_audit_event(case_id, ${record}) from claimed`
    if (claimed.length !== 1) throw new Error('the claim was not won')
    await tx`insert into pgboss.job (name, data) values ('collect', ${tx.json({ playerId, verificationId: id })})`
  })
  for (const [channel, payload] of [
    ['jobs_waiting', ''],
    ['verification_changed', id],
  ])
    sql.notify(channel, payload).catch(() => {})
  return { playerId, id }
}
