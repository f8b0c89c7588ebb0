CREATE TABLE "review_notes" (
	"player_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"note_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"author_id" uuid NOT NULL,
	"text_sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "review_notes_player_id_id_pk" PRIMARY KEY("player_id","id")
);
--> statement-breakpoint
CREATE TABLE "reviews" (
	"player_id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"priority" smallint DEFAULT 0 NOT NULL,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"assignee_id" uuid,
	"claimed_by" uuid,
	"claimed_at" timestamp with time zone,
	"claim_seen_at" timestamp with time zone,
	"snoozed_until" timestamp with time zone,
	"escalated_at" timestamp with time zone,
	"barred" uuid[] DEFAULT '{}' NOT NULL,
	"proposed_by" uuid,
	"proposed_outcome" text,
	"proposed_reasons" text[],
	CONSTRAINT "reviews_player_id_verification_id_pk" PRIMARY KEY("player_id","verification_id"),
	CONSTRAINT "reviews_claim_whole" CHECK (("reviews"."claimed_by" is null) = ("reviews"."claimed_at" is null) and ("reviews"."claimed_by" is null) = ("reviews"."claim_seen_at" is null)),
	CONSTRAINT "reviews_closed_is_free" CHECK ("reviews"."closed_at" is null or "reviews"."claimed_by" is null)
);
--> statement-breakpoint
CREATE TABLE "staff_links" (
	"player_id" uuid NOT NULL,
	"staff_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "staff_links_player_id_staff_id_pk" PRIMARY KEY("player_id","staff_id")
);
--> statement-breakpoint
CREATE TABLE "staff" (
	"id" uuid PRIMARY KEY NOT NULL,
	"profile_sealed" "bytea" NOT NULL,
	"email_hash" "bytea" NOT NULL,
	"roles" text[] NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "staff_email_hash_unique" UNIQUE("email_hash"),
	CONSTRAINT "staff_state" CHECK ("staff"."state" in ('active', 'disabled')),
	CONSTRAINT "staff_roles" CHECK (cardinality("staff"."roles") > 0 and "staff"."roles" <@ array['viewer','reviewer','lead','auditor','operator'])
);
--> statement-breakpoint
CREATE TABLE "staff_challenges" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"challenge" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "staff_invites" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"staff_id" uuid NOT NULL,
	"email_hash" "bytea",
	"email_sealed" "bytea",
	"roles" text[] NOT NULL,
	"invited_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "staff_passkeys" (
	"id" text PRIMARY KEY NOT NULL,
	"staff_id" uuid NOT NULL,
	"public_key" "bytea" NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text[] NOT NULL,
	"label" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "staff_passwords" (
	"staff_id" uuid PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"totp_sealed" "bytea" NOT NULL,
	"totp_last_step" bigint NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "staff_recovery_codes" (
	"code_hash" "bytea" PRIMARY KEY NOT NULL,
	"staff_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "staff_sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"staff_id" uuid NOT NULL,
	"place_sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"factor_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "staff_sessions_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "staff_tries" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"next_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "verifications" ADD COLUMN "document_states" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "review_notes" ADD CONSTRAINT "review_notes_player_id_verification_id_verifications_player_id_id_fk" FOREIGN KEY ("player_id","verification_id") REFERENCES "public"."verifications"("player_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_player_id_verification_id_verifications_player_id_id_fk" FOREIGN KEY ("player_id","verification_id") REFERENCES "public"."verifications"("player_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_passkeys" ADD CONSTRAINT "staff_passkeys_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_passwords" ADD CONSTRAINT "staff_passwords_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_recovery_codes" ADD CONSTRAINT "staff_recovery_codes_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_sessions" ADD CONSTRAINT "staff_sessions_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "review_notes_version" ON "review_notes" USING btree ("player_id","note_id","version");--> statement-breakpoint
CREATE INDEX "review_notes_verification" ON "review_notes" USING btree ("player_id","verification_id");--> statement-breakpoint
CREATE UNIQUE INDEX "reviews_verification" ON "reviews" USING btree ("verification_id");--> statement-breakpoint
CREATE INDEX "reviews_due" ON "reviews" USING btree ("due_at","verification_id") WHERE "reviews"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "reviews_assignee" ON "reviews" USING btree ("assignee_id","due_at","verification_id") WHERE "reviews"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "reviews_next" ON "reviews" USING btree ("priority" DESC NULLS FIRST,"due_at","verification_id") WHERE "reviews"."closed_at" is null and "reviews"."claimed_by" is null;--> statement-breakpoint
CREATE INDEX "reviews_claimed" ON "reviews" USING btree ("claimed_by") WHERE "reviews"."claimed_by" is not null;--> statement-breakpoint
CREATE INDEX "reviews_tags" ON "reviews" USING gin ("tags") WHERE "reviews"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "staff_passkeys_staff" ON "staff_passkeys" USING btree ("staff_id");--> statement-breakpoint
CREATE INDEX "staff_recovery_codes_staff" ON "staff_recovery_codes" USING btree ("staff_id");--> statement-breakpoint
CREATE INDEX "staff_sessions_staff" ON "staff_sessions" USING btree ("staff_id");--> statement-breakpoint
CREATE INDEX "verifications_id" ON "verifications" USING btree ("id");--> statement-breakpoint
CREATE INDEX "verifications_created" ON "verifications" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "verifications_status_created" ON "verifications" USING btree ("status","created_at","id");--> statement-breakpoint
CREATE INDEX "verifications_connection_created" ON "verifications" USING btree ("connection_id","created_at","id");--> statement-breakpoint
CREATE INDEX "verifications_reasons" ON "verifications" USING gin ("reasons");--> statement-breakpoint
CREATE INDEX "verifications_document_states" ON "verifications" USING gin ("document_states");
--> statement-breakpoint

-- Work on an attempt begins and ends with its state, whatever code moved it. The app sets the exact due time by the calendar
-- of business hours in the same transaction; a plain day stands until then, so that nothing is without one.
create function keep_review() returns trigger
language plpgsql as $$
begin
  if new.status = 'awaiting_reviewer' then
    insert into reviews (player_id, verification_id, case_id, due_at)
    values (new.player_id, new.id, new.case_id, now() + interval '24 hours')
    on conflict (player_id, verification_id) do update
      set opened_at = now(), due_at = excluded.due_at, closed_at = null, snoozed_until = null, escalated_at = null,
          proposed_by = null, proposed_outcome = null, proposed_reasons = null, version = reviews.version + 1;
  elsif old.status = 'awaiting_reviewer' then
    update reviews
      set closed_at = now(), claimed_by = null, claimed_at = null, claim_seen_at = null, snoozed_until = null,
          version = version + 1
      where player_id = new.player_id and verification_id = new.id;
  end if;
  return null;
end
$$;
--> statement-breakpoint
create trigger verifications_review after update of status on verifications
for each row when (old.status is distinct from new.status
  and 'awaiting_reviewer' in (old.status, new.status)) execute function keep_review();
--> statement-breakpoint
insert into reviews (player_id, verification_id, case_id, opened_at, due_at)
select player_id, id, case_id, updated_at, updated_at + interval '24 hours'
from verifications where status = 'awaiting_reviewer';
--> statement-breakpoint

-- What is snoozed wakes when the player does something.
create function wake_reviews() returns trigger
language plpgsql as $$
begin
  update reviews set snoozed_until = null, version = version + 1
  where player_id = new.player_id and closed_at is null and snoozed_until is not null;
  return null;
end
$$;
--> statement-breakpoint
create trigger player_requests_wake_reviews after insert on player_requests
for each row execute function wake_reviews();
--> statement-breakpoint
create trigger verifications_wake_reviews after insert on verifications
for each row execute function wake_reviews();
--> statement-breakpoint
create trigger consents_wake_reviews after insert or update of withdrawn_at on consents
for each row execute function wake_reviews();
