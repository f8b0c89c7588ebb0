CREATE TABLE "bulk_acts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"made_by" uuid NOT NULL,
	"act" jsonb NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"effective_at" timestamp with time zone NOT NULL,
	CONSTRAINT "bulk_acts_state" CHECK ("bulk_acts"."state" in ('waiting', 'running', 'done', 'undone'))
);
--> statement-breakpoint
CREATE TABLE "bulk_items" (
	"bulk_id" uuid NOT NULL,
	"player_id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"result" text,
	CONSTRAINT "bulk_items_bulk_id_verification_id_pk" PRIMARY KEY("bulk_id","verification_id")
);
--> statement-breakpoint
CREATE TABLE "pending_decisions" (
	"player_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"act" text NOT NULL,
	"reasons" text[] NOT NULL,
	"document" text,
	"made_by" uuid NOT NULL,
	"confirmed_by" uuid,
	"attempt_version" integer NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"effective_at" timestamp with time zone,
	CONSTRAINT "pending_decisions_player_id_id_pk" PRIMARY KEY("player_id","id")
);
--> statement-breakpoint
CREATE TABLE "second_looks" (
	"player_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"first_by" uuid NOT NULL,
	"first_outcome" text NOT NULL,
	"first_reasons" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"taken_by" uuid,
	"taken_at" timestamp with time zone,
	"second_outcome" text,
	"second_reasons" text[],
	"agrees" boolean,
	"answered_at" timestamp with time zone,
	"settled_by" uuid,
	"settled_at" timestamp with time zone,
	CONSTRAINT "second_looks_player_id_id_pk" PRIMARY KEY("player_id","id"),
	CONSTRAINT "second_looks_answer_whole" CHECK (("second_looks"."answered_at" is null) = ("second_looks"."agrees" is null) and ("second_looks"."answered_at" is null) = ("second_looks"."second_outcome" is null))
);
--> statement-breakpoint
ALTER TABLE "bulk_items" ADD CONSTRAINT "bulk_items_bulk_id_bulk_acts_id_fk" FOREIGN KEY ("bulk_id") REFERENCES "public"."bulk_acts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_items" ADD CONSTRAINT "bulk_items_player_id_verification_id_verifications_player_id_id_fk" FOREIGN KEY ("player_id","verification_id") REFERENCES "public"."verifications"("player_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pending_decisions" ADD CONSTRAINT "pending_decisions_player_id_verification_id_verifications_player_id_id_fk" FOREIGN KEY ("player_id","verification_id") REFERENCES "public"."verifications"("player_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "second_looks" ADD CONSTRAINT "second_looks_player_id_verification_id_verifications_player_id_id_fk" FOREIGN KEY ("player_id","verification_id") REFERENCES "public"."verifications"("player_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_acts_effective" ON "bulk_acts" USING btree ("effective_at") WHERE "bulk_acts"."state" in ('waiting', 'running');--> statement-breakpoint
CREATE INDEX "bulk_items_verification" ON "bulk_items" USING btree ("player_id","verification_id");--> statement-breakpoint
CREATE UNIQUE INDEX "pending_decisions_verification" ON "pending_decisions" USING btree ("verification_id");--> statement-breakpoint
CREATE INDEX "pending_decisions_effective" ON "pending_decisions" USING btree ("effective_at") WHERE "pending_decisions"."effective_at" is not null;--> statement-breakpoint
CREATE INDEX "second_looks_verification" ON "second_looks" USING btree ("verification_id");--> statement-breakpoint
CREATE INDEX "second_looks_waiting" ON "second_looks" USING btree ("created_at") WHERE "second_looks"."answered_at" is null;--> statement-breakpoint
CREATE INDEX "second_looks_differing" ON "second_looks" USING btree ("answered_at") WHERE "second_looks"."agrees" = false and "second_looks"."settled_at" is null;