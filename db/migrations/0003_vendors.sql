CREATE TABLE "alerts" (
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"count" integer DEFAULT 1 NOT NULL,
	"first_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_at" timestamp with time zone DEFAULT now() NOT NULL,
	"told_at" timestamp with time zone,
	CONSTRAINT "alerts_kind_subject_pk" PRIMARY KEY("kind","subject")
);
--> statement-breakpoint
CREATE TABLE "connection_days" (
	"connection_id" text NOT NULL,
	"day" date NOT NULL,
	"starts" integer DEFAULT 0 NOT NULL,
	"warned" boolean DEFAULT false NOT NULL,
	CONSTRAINT "connection_days_connection_id_day_pk" PRIMARY KEY("connection_id","day")
);
--> statement-breakpoint
CREATE TABLE "connection_health" (
	"id" text PRIMARY KEY NOT NULL,
	"state" text DEFAULT 'closed' NOT NULL,
	"cause" text,
	"faults" integer DEFAULT 0 NOT NULL,
	"opened_at" timestamp with time zone,
	"open_until" timestamp with time zone,
	"trial_until" timestamp with time zone,
	"last_fault_at" timestamp with time zone,
	"last_fault" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "unclaimed_returns" (
	"handle_hash" "bytea" PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"query_sealed" "bytea" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_inbox" (
	"connection_id" text NOT NULL,
	"delivery_id" text NOT NULL,
	"reference_indexes" text[] NOT NULL,
	"event" text,
	"state" text NOT NULL,
	"outcome" text,
	"player_id" uuid,
	"verification_id" uuid,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"processed_at" timestamp with time zone,
	CONSTRAINT "webhook_inbox_connection_id_delivery_id_pk" PRIMARY KEY("connection_id","delivery_id")
);
--> statement-breakpoint
ALTER TABLE "players" ADD COLUMN "stated_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "provider_sessions" ADD COLUMN "reference_index" text;--> statement-breakpoint
ALTER TABLE "provider_sessions" ADD COLUMN "bound" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "provider_sessions" ADD COLUMN "polls" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "provider_sessions" ADD COLUMN "poll_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "unclaimed_returns_expiry" ON "unclaimed_returns" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "webhook_inbox_received" ON "webhook_inbox" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "provider_sessions_state" ON "provider_sessions" USING btree ("player_id","state_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "provider_sessions_reference" ON "provider_sessions" USING btree ("connection_id","reference_index");--> statement-breakpoint
CREATE INDEX "provider_sessions_poll" ON "provider_sessions" USING btree ("poll_at") WHERE "provider_sessions"."poll_at" is not null;