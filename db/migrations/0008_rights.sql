CREATE TABLE "revocations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"access_sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "players" ADD COLUMN "last_seen_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "players" ADD COLUMN "warned_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "players_last_seen" ON "players" USING btree ("last_seen_at") WHERE "players"."erased_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "player_requests_one_open" ON "player_requests" USING btree ("player_id","verification_id","kind") WHERE "player_requests"."state" = 'open' and "player_requests"."kind" in ('appeal', 'both_are_me');--> statement-breakpoint
ALTER TABLE "players" ADD CONSTRAINT "players_erased_is_empty" CHECK ("players"."erased_at" is null or ("players"."email_sealed" is null and "players"."email_index" is null and "players"."stated_sealed" is null));--> statement-breakpoint
ALTER TABLE "player_requests" ADD CONSTRAINT "player_requests_refusal_has_ground" CHECK ("player_requests"."state" <> 'refused' or "player_requests"."legal_ground" is not null);
--> statement-breakpoint

-- Nothing begins anew for somebody who was erased, whoever was in the middle of it. The lock waits for an erasure that is
-- under way, and looks again after it.
create function refuse_erased() returns trigger
language plpgsql as $$
begin
  perform 1 from players p where p.id = new.player_id and p.erased_at is null for key share;
  if not found then
    raise exception 'nothing is written for an erased player' using errcode = '23514';
  end if;
  return new;
end
$$;
--> statement-breakpoint
create trigger consents_not_erased before insert on consents for each row execute function refuse_erased();
--> statement-breakpoint
create trigger sessions_not_erased before insert on sessions for each row execute function refuse_erased();
--> statement-breakpoint
create trigger data_keys_not_erased before insert on data_keys for each row execute function refuse_erased();
--> statement-breakpoint
create trigger player_requests_not_erased before insert on player_requests for each row execute function refuse_erased();
