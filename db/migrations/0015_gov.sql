CREATE TABLE "analytics_days" (
	"day" date NOT NULL,
	"measure" text NOT NULL,
	"key" text NOT NULL,
	"connection_id" text NOT NULL,
	"policy_version" text NOT NULL,
	"sandbox" boolean NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "analytics_days_cell" PRIMARY KEY("day","measure","key","connection_id","policy_version","sandbox")
);
--> statement-breakpoint
CREATE TABLE "analytics_deltas" (
	"day" date NOT NULL,
	"measure" text NOT NULL,
	"key" text NOT NULL,
	"connection_id" text NOT NULL,
	"policy_version" text NOT NULL,
	"sandbox" boolean NOT NULL,
	"amount" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "analytics_folds" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"folded_at" timestamp with time zone NOT NULL,
	CONSTRAINT "analytics_folds_one" CHECK ("analytics_folds"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "audit_checks" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"checkpoint_seq" bigint NOT NULL,
	"events" bigint NOT NULL,
	"broken" text,
	"checked_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "policy_drafts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"content" text NOT NULL,
	"editors" uuid[] NOT NULL,
	"dry_run" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "policy_publications" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "policy_publications_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"sha256" text NOT NULL,
	"draft_id" uuid NOT NULL,
	"drafted_by" uuid[] NOT NULL,
	"published_by" uuid NOT NULL,
	"alone" boolean NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "policy_publications" ADD CONSTRAINT "policy_publications_sha256_policies_sha256_fk" FOREIGN KEY ("sha256") REFERENCES "public"."policies"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "policy_publications" ADD CONSTRAINT "policy_publications_draft_id_policy_drafts_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."policy_drafts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "policy_drafts_changed" ON "policy_drafts" USING btree ("changed_at");--> statement-breakpoint
CREATE INDEX "audit_events_created" ON "audit_events" USING btree ("created_at","chain_id","seq");--> statement-breakpoint
CREATE INDEX "audit_events_staff" ON "audit_events" USING btree (((record::jsonb #>> '{actor,id}')),"created_at","chain_id","seq") WHERE (record::jsonb #>> '{actor,kind}') = 'staff';
--> statement-breakpoint

-- Publications only grow and policies never change, for the owner as well.
create trigger policy_publications_insert_only before update or delete or truncate on policy_publications
for each statement execute function refuse_audit_change();
--> statement-breakpoint
create trigger policies_insert_only before update or delete or truncate on policies
for each statement execute function refuse_audit_change();
--> statement-breakpoint

-- What one attempt adds to the numbers as it stands now. A change takes away what it was and adds what it is, so that the
-- numbers are those of the attempts themselves at any moment. A pause of more than ten minutes is no active time.
create function attempt_counts(v verifications)
returns table (measure text, key text, amount bigint)
language sql stable as $$
  select 'state', v.status, 1::bigint
  union all
  select 'step', case
    when v.status in ('approved', 'revoked') then 'approved'
    when v.status in ('rejected', 'resubmission_requested') then 'decided'
    when v.policy_version is not null then 'checked'
    when v.returned_at is not null or v.status = 'awaiting_provider' then 'returned'
    when v.started_at is not null then 'left'
    else 'begun' end, 1
  union all
  select 'reason', reason, 1 from unnest(v.reasons) as reason
  union all
  select 'player', part.key, part.amount
  from (values
    ('attempts', 1::bigint),
    ('ms', coalesce((
      select sum(extract(epoch from gap) * 1000)::bigint
      from (values (coalesce(v.started_at, v.returned_at) - v.created_at), (v.returned_at - v.started_at)) as gaps (gap)
      where gap between interval '0' and interval '10 minutes'), 0))) as part (key, amount)
  where v.returned_at is not null
$$;
--> statement-breakpoint

create function count_attempt() returns trigger
language plpgsql as $$
begin
  insert into analytics_deltas (day, measure, key, connection_id, policy_version, sandbox, amount)
  select (new.created_at at time zone 'Asia/Kolkata')::date, measure, key, connection_id, policy_version, sandbox,
    sum(amount)
  from (
    select measure, key, coalesce(new.connection_id, '') as connection_id,
      coalesce(new.policy_version, '') as policy_version, new.sandbox, amount
    from attempt_counts(new)
    union all
    select measure, key, coalesce(old.connection_id, ''), coalesce(old.policy_version, ''), old.sandbox, -amount
    from attempt_counts(old) where tg_op = 'UPDATE'
    union all
    -- Once in a life: whether the rule approved a first attempt at once.
    select 'first_pass', case new.status when 'approved' then 'approved' else 'other' end,
      coalesce(new.connection_id, ''), coalesce(new.policy_version, ''), new.sandbox, 1
    where tg_op = 'UPDATE' and new.attempt = 1 and old.status = 'awaiting_provider'
      and new.status in ('approved', 'rejected', 'resubmission_requested', 'awaiting_reviewer')
  ) as change
  group by measure, key, connection_id, policy_version, sandbox
  having sum(amount) <> 0;
  return null;
end
$$;
--> statement-breakpoint
create trigger verifications_count_new after insert on verifications
for each row execute function count_attempt();
--> statement-breakpoint
create trigger verifications_count after update on verifications
for each row when (
  (old.status, old.connection_id, old.policy_version, old.sandbox, old.reasons, old.started_at, old.returned_at)
  is distinct from
  (new.status, new.connection_id, new.policy_version, new.sandbox, new.reasons, new.started_at, new.returned_at)
) execute function count_attempt();
--> statement-breakpoint

-- Time that somebody had a case in hand: the gaps between heartbeats, and up to the decision; a gap of more than two minutes
-- is no active time. And how many reviews ended.
create function count_review() returns trigger
language plpgsql as $$
declare
  v_gap interval := coalesce(new.claim_seen_at, now()) - old.claim_seen_at;
  v_same boolean := new.claimed_by is null or new.claimed_by = old.claimed_by;
begin
  insert into analytics_deltas (day, measure, key, connection_id, policy_version, sandbox, amount)
  select (v.created_at at time zone 'Asia/Kolkata')::date, 'review', change.key, coalesce(v.connection_id, ''),
    coalesce(v.policy_version, ''), v.sandbox, change.amount
  from (values
    ('ms', case when v_same and v_gap > interval '0' and v_gap <= interval '2 minutes'
      then (extract(epoch from v_gap) * 1000)::bigint else 0 end),
    ('closed', case when old.closed_at is null and new.closed_at is not null then 1::bigint else 0 end)
  ) as change (key, amount), verifications v
  where change.amount <> 0 and v.player_id = new.player_id and v.id = new.verification_id;
  return null;
end
$$;
--> statement-breakpoint
create trigger reviews_count after update on reviews
for each row when (
  (old.claim_seen_at, old.closed_at) is distinct from (new.claim_seen_at, new.closed_at)
) execute function count_review();
--> statement-breakpoint

-- Counts the attempts that are there anew: once here, and after cases were loaded past the triggers. Whoever calls it keeps
-- writers away (the triggers above hold a lock against them until this transaction ends).
create function recount_attempts() returns void
language sql as $$
  delete from analytics_deltas where measure in ('state', 'step', 'reason', 'player', 'first_pass');
  delete from analytics_days where measure in ('state', 'step', 'reason', 'player', 'first_pass');
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
--> statement-breakpoint
select recount_attempts();
--> statement-breakpoint

-- Whether a second reader agreed, once both have spoken.
create function count_second_look() returns trigger
language plpgsql as $$
begin
  insert into analytics_deltas (day, measure, key, connection_id, policy_version, sandbox, amount)
  select (v.created_at at time zone 'Asia/Kolkata')::date, 'second_look',
    case when new.agrees then 'agreed' else 'differed' end, coalesce(v.connection_id, ''),
    coalesce(v.policy_version, ''), v.sandbox, 1
  from verifications v where v.player_id = new.player_id and v.id = new.verification_id;
  return null;
end
$$;
--> statement-breakpoint
create trigger second_looks_count after update on second_looks
for each row when (old.agrees is null and new.agrees is not null) execute function count_second_look();
--> statement-breakpoint
insert into analytics_days (day, measure, key, connection_id, policy_version, sandbox, amount)
select (v.created_at at time zone 'Asia/Kolkata')::date, 'second_look',
  case when l.agrees then 'agreed' else 'differed' end, coalesce(v.connection_id, ''),
  coalesce(v.policy_version, ''), v.sandbox, count(*)
from second_looks l
join verifications v on v.player_id = l.player_id and v.id = l.verification_id
where l.agrees is not null
group by 1, 2, 3, 4, 5, 6;
