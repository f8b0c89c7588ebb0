DROP INDEX "audit_events_time";--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "xact" bigint DEFAULT pg_current_xact_id()::text::bigint NOT NULL;--> statement-breakpoint
ALTER TABLE "checkpoints" ADD COLUMN "cutoff" bigint NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_events_xact" ON "audit_events" USING btree ("xact");--> statement-breakpoint
ALTER TABLE "checkpoints" DROP COLUMN "cutoff_at";--> statement-breakpoint

-- Checkpoints and the erasure ledger only grow too, for the owner as well.
create or replace function refuse_audit_change() returns trigger
language plpgsql as $$
begin
  raise exception '% only grows: its rows are never changed or deleted', tg_table_name using errcode = '42501';
end
$$;
--> statement-breakpoint

create trigger checkpoints_insert_only before update or delete or truncate on checkpoints
for each statement execute function refuse_audit_change();
--> statement-breakpoint

create trigger checkpoint_heads_insert_only before update or delete or truncate on checkpoint_heads
for each statement execute function refuse_audit_change();
--> statement-breakpoint

create trigger erasures_insert_only before update or delete or truncate on erasures
for each statement execute function refuse_audit_change();
