CREATE TABLE "checkpoint_heads" (
	"checkpoint_seq" bigint NOT NULL,
	"chain_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"head" "bytea" NOT NULL,
	CONSTRAINT "checkpoint_heads_checkpoint_seq_chain_id_pk" PRIMARY KEY("checkpoint_seq","chain_id")
);
--> statement-breakpoint
CREATE TABLE "checkpoints" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"record" text NOT NULL,
	"hash" "bytea" NOT NULL,
	"signature" text NOT NULL,
	"key_id" text NOT NULL,
	"cutoff_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "key_rotations" (
	"kind" text NOT NULL,
	"target" text NOT NULL,
	"cursor" text,
	"done" bigint DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "key_rotations_kind_target_pk" PRIMARY KEY("kind","target")
);
--> statement-breakpoint
CREATE TABLE "policies" (
	"sha256" text PRIMARY KEY NOT NULL,
	"version" text NOT NULL,
	"content" text NOT NULL,
	"origin" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "erasures" (
	"player_id" uuid PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"certificate" text NOT NULL,
	"erased_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "player_requests" (
	"player_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"verification_id" uuid,
	"text_sealed" "bytea",
	"state" text DEFAULT 'open' NOT NULL,
	"legal_ground" text,
	"answered_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"answered_at" timestamp with time zone,
	CONSTRAINT "player_requests_player_id_id_pk" PRIMARY KEY("player_id","id")
);
--> statement-breakpoint
ALTER TABLE "players" ALTER COLUMN "email_sealed" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "players" ALTER COLUMN "email_index" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "checks" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "checks" ADD COLUMN "evidence" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "policy_sha256" text;--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "input_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "signature" text;--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "anchor_sha256" "bytea";--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "number_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "players" ADD COLUMN "erased_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "provider_sessions" ADD COLUMN "subject_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "checkpoint_heads" ADD CONSTRAINT "checkpoint_heads_checkpoint_seq_checkpoints_seq_fk" FOREIGN KEY ("checkpoint_seq") REFERENCES "public"."checkpoints"("seq") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "player_requests" ADD CONSTRAINT "player_requests_player_id_players_id_fk" FOREIGN KEY ("player_id") REFERENCES "public"."players"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "player_requests" ADD CONSTRAINT "player_requests_player_id_verification_id_verifications_player_id_id_fk" FOREIGN KEY ("player_id","verification_id") REFERENCES "public"."verifications"("player_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "checkpoint_heads_chain" ON "checkpoint_heads" USING btree ("chain_id","seq");--> statement-breakpoint
CREATE INDEX "player_requests_due" ON "player_requests" USING btree ("state","due_at");--> statement-breakpoint
CREATE INDEX "data_keys_wrapping" ON "data_keys" USING btree ("wrapping_key_id");