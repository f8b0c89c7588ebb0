ALTER TABLE "reviews" ADD COLUMN "active_ms" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint

-- Whoever writes attempts or reviews meanwhile waits: what is counted below is counted once.
lock table verifications, reviews in share row exclusive mode;
--> statement-breakpoint

-- How far an attempt got. The queue asks it too, so that a number of the funnel opens its cases.
create function attempt_step(v verifications) returns text
language sql immutable as $$
  select case
    when v.status in ('approved', 'revoked') then 'approved'
    when v.status in ('rejected', 'resubmission_requested') then 'decided'
    when v.policy_version is not null then 'checked'
    when v.returned_at is not null or v.status = 'awaiting_provider' then 'returned'
    when v.started_at is not null then 'left'
    else 'begun' end
$$;
--> statement-breakpoint

-- Times are counted by how long they were, so that a median can be read from the roll-up: 00 is up to five seconds, each
-- further one ends a fifth later (lib/analytics/numbers.ts).
create function time_bucket(ms bigint) returns text
language sql immutable as $$
  select lpad(least(60, greatest(0, ceil(ln(greatest(ms, 1) / 5000.0) / ln(1.2))))::int::text, 2, '0')
$$;
--> statement-breakpoint

create or replace function attempt_counts(v verifications)
returns table (measure text, key text, amount bigint)
language sql stable as $$
  select 'state', v.status, 1::bigint
  union all
  select 'step', attempt_step(v), 1
  union all
  select 'reason', reason, 1 from unnest(v.reasons) as reason
  union all
  select part.measure, part.key, part.amount
  from (
    select coalesce(sum(extract(epoch from gap) * 1000)::bigint, 0) as ms
    from (values (coalesce(v.started_at, v.returned_at) - v.created_at), (v.returned_at - v.started_at)) as gaps (gap)
    where gap between interval '0' and interval '10 minutes') as active
  cross join lateral (values
    ('player', 'attempts', 1::bigint),
    ('player', 'ms', active.ms),
    ('player_time', time_bucket(active.ms), 1::bigint)) as part (measure, key, amount)
  where v.returned_at is not null
$$;
--> statement-breakpoint
insert into analytics_days (day, measure, key, connection_id, policy_version, sandbox, amount)
select (v.created_at at time zone 'Asia/Kolkata')::date, counts.measure, counts.key, coalesce(v.connection_id, ''),
  coalesce(v.policy_version, ''), v.sandbox, sum(counts.amount)
from verifications v, attempt_counts(v) as counts
where counts.measure = 'player_time'
group by 1, 2, 3, 4, 5, 6;
--> statement-breakpoint

-- Adds up on the review itself for how long somebody was at it, by the rule of `count_review`; one that is opened again
-- begins anew.
create function time_review() returns trigger
language plpgsql as $$
declare
  v_gap interval := coalesce(new.claim_seen_at, now()) - old.claim_seen_at;
begin
  if old.closed_at is not null and new.closed_at is null then
    new.active_ms := 0;
  elsif (new.claimed_by is null or new.claimed_by = old.claimed_by)
    and v_gap > interval '0' and v_gap <= interval '2 minutes' then
    new.active_ms := old.active_ms + (extract(epoch from v_gap) * 1000)::bigint;
  end if;
  return new;
end
$$;
--> statement-breakpoint
create trigger reviews_time before update on reviews
for each row when (
  (old.claim_seen_at, old.closed_at) is distinct from (new.claim_seen_at, new.closed_at)
) execute function time_review();
--> statement-breakpoint

create or replace function count_review() returns trigger
language plpgsql as $$
begin
  insert into analytics_deltas (day, measure, key, connection_id, policy_version, sandbox, amount)
  select (v.created_at at time zone 'Asia/Kolkata')::date, change.measure, change.key, coalesce(v.connection_id, ''),
    coalesce(v.policy_version, ''), v.sandbox, change.amount
  from (
    values ('review', 'ms', greatest(new.active_ms - old.active_ms, 0))
    union all
    select * from (values ('review', 'closed', 1::bigint), ('review_time', time_bucket(new.active_ms), 1::bigint)) as ended
    where old.closed_at is null and new.closed_at is not null
  ) as change (measure, key, amount), verifications v
  where change.amount <> 0 and v.player_id = new.player_id and v.id = new.verification_id;
  return null;
end
$$;
--> statement-breakpoint

create or replace function recount_attempts() returns void
language sql as $$
  delete from analytics_deltas where measure in ('state', 'step', 'reason', 'player', 'player_time', 'first_pass');
  delete from analytics_days where measure in ('state', 'step', 'reason', 'player', 'player_time', 'first_pass');
  insert into analytics_days (day, measure, key, connection_id, policy_version, sandbox, amount)
  select (v.created_at at time zone 'Asia/Kolkata')::date, counts.measure, counts.key, coalesce(v.connection_id, ''),
    coalesce(v.policy_version, ''), v.sandbox, sum(counts.amount)
  from verifications v, attempt_counts(v) as counts
  group by 1, 2, 3, 4, 5, 6;
  insert into analytics_days (day, measure, key, connection_id, policy_version, sandbox, amount)
  select (v.created_at at time zone 'Asia/Kolkata')::date, 'first_pass',
    case first.outcome when 'approved' then 'approved' else 'other' end, coalesce(v.connection_id, ''),
    coalesce(v.policy_version, ''), v.sandbox, count(*)
  from verifications v
  join lateral (
    select d.outcome from decisions d
    where d.player_id = v.player_id and d.verification_id = v.id and d.made_by = 'rule'
    order by d.decided_at limit 1) as first on true
  where v.attempt = 1
  group by 1, 2, 3, 4, 5, 6;
$$;
