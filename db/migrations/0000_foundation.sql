CREATE TABLE "audit_chains" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"head" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"chain_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"record" text NOT NULL,
	"hash" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audit_events_chain_id_seq_pk" PRIMARY KEY("chain_id","seq")
);
--> statement-breakpoint
CREATE TABLE "cases" (
	"player_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "cases_player_id_id_pk" PRIMARY KEY("player_id","id")
);
--> statement-breakpoint
CREATE TABLE "consents" (
	"player_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"notice_sha256" text NOT NULL,
	"notice_version" integer NOT NULL,
	"locale" text NOT NULL,
	"items" text[] NOT NULL,
	"recipients" text[] NOT NULL,
	"browser_hash" "bytea" NOT NULL,
	"receipt" text NOT NULL,
	"given_at" timestamp with time zone NOT NULL,
	"withdrawn_at" timestamp with time zone,
	"superseded_at" timestamp with time zone,
	CONSTRAINT "consents_player_id_id_pk" PRIMARY KEY("player_id","id")
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"sha256" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"locale" text NOT NULL,
	"content" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "data_keys" (
	"player_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"wrapped" "bytea" NOT NULL,
	"check_value" "bytea" NOT NULL,
	"wrapping_key_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "data_keys_player_id_version_pk" PRIMARY KEY("player_id","version")
);
--> statement-breakpoint
CREATE TABLE "checks" (
	"player_id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"question" text NOT NULL,
	"outcome" text NOT NULL,
	"reason" text,
	CONSTRAINT "checks_player_id_verification_id_ordinal_pk" PRIMARY KEY("player_id","verification_id","ordinal")
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"player_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"outcome" text NOT NULL,
	"reasons" text[] NOT NULL,
	"made_by" text NOT NULL,
	"policy_version" text NOT NULL,
	"input_hash" "bytea" NOT NULL,
	"decided_at" timestamp with time zone NOT NULL,
	CONSTRAINT "decisions_player_id_id_pk" PRIMARY KEY("player_id","id")
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"player_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"type" text NOT NULL,
	"state" text NOT NULL,
	"missing_reason" text,
	"evidence" text,
	"remarks" text[] NOT NULL,
	"number_index" text,
	"media_type" text,
	"raw_sha256" "bytea",
	"raw_sealed" "bytea",
	"keep_until" timestamp with time zone,
	"fetched_at" timestamp with time zone NOT NULL,
	CONSTRAINT "documents_player_id_id_pk" PRIMARY KEY("player_id","id")
);
--> statement-breakpoint
CREATE TABLE "facts" (
	"player_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"name" text NOT NULL,
	"value_sealed" "bytea" NOT NULL,
	"evidence" text NOT NULL,
	CONSTRAINT "facts_player_id_id_pk" PRIMARY KEY("player_id","id")
);
--> statement-breakpoint
CREATE TABLE "players" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email_sealed" "bytea" NOT NULL,
	"email_index" text NOT NULL,
	"locale" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "players_email_index_unique" UNIQUE("email_index")
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"key" text PRIMARY KEY NOT NULL,
	"points" integer NOT NULL,
	"expire" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"player_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_codes" (
	"browser_hash" "bytea" PRIMARY KEY NOT NULL,
	"email_index" text NOT NULL,
	"email_sealed" "bytea" NOT NULL,
	"code_hash" "bytea" NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "provider_sessions" (
	"player_id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"connection_id" text NOT NULL,
	"handle_hash" "bytea" NOT NULL,
	"browser_key_hash" "bytea" NOT NULL,
	"state_hash" "bytea" NOT NULL,
	"session_sealed" "bytea",
	"code_sealed" "bytea",
	"access_sealed" "bytea",
	"subject_index" text,
	"link_expires_at" timestamp with time zone,
	"access_expires_at" timestamp with time zone,
	"exchange_begun_at" timestamp with time zone,
	"exchanged_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "provider_sessions_player_id_verification_id_pk" PRIMARY KEY("player_id","verification_id")
);
--> statement-breakpoint
CREATE TABLE "return_codes" (
	"fingerprint" text PRIMARY KEY NOT NULL,
	"player_id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "status_moves" (
	"from" text NOT NULL,
	"to" text NOT NULL,
	CONSTRAINT "status_moves_from_to_pk" PRIMARY KEY("from","to")
);
--> statement-breakpoint
CREATE TABLE "verifications" (
	"player_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"consent_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"reference" text NOT NULL,
	"status" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"documents" text[] NOT NULL,
	"connection_id" text,
	"sandbox" boolean DEFAULT false NOT NULL,
	"reasons" text[] DEFAULT '{}' NOT NULL,
	"policy_version" text,
	"input_hash" "bytea",
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"returned_at" timestamp with time zone,
	"decided_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deadline_at" timestamp with time zone,
	CONSTRAINT "verifications_player_id_id_pk" PRIMARY KEY("player_id","id"),
	CONSTRAINT "verifications_status" CHECK ("verifications"."status" in ('awaiting_consent', 'awaiting_player', 'awaiting_confirmation', 'awaiting_provider', 'awaiting_reviewer', 'approved', 'rejected', 'resubmission_requested', 'cancelled', 'expired', 'failed', 'revoked'))
);
--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_player_id_players_id_fk" FOREIGN KEY ("player_id") REFERENCES "public"."players"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_player_id_players_id_fk" FOREIGN KEY ("player_id") REFERENCES "public"."players"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_notice_sha256_notices_sha256_fk" FOREIGN KEY ("notice_sha256") REFERENCES "public"."notices"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "data_keys" ADD CONSTRAINT "data_keys_player_id_players_id_fk" FOREIGN KEY ("player_id") REFERENCES "public"."players"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "checks" ADD CONSTRAINT "checks_player_id_verification_id_verifications_player_id_id_fk" FOREIGN KEY ("player_id","verification_id") REFERENCES "public"."verifications"("player_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_player_id_verification_id_verifications_player_id_id_fk" FOREIGN KEY ("player_id","verification_id") REFERENCES "public"."verifications"("player_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_player_id_verification_id_verifications_player_id_id_fk" FOREIGN KEY ("player_id","verification_id") REFERENCES "public"."verifications"("player_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "facts" ADD CONSTRAINT "facts_player_id_document_id_documents_player_id_id_fk" FOREIGN KEY ("player_id","document_id") REFERENCES "public"."documents"("player_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_player_id_players_id_fk" FOREIGN KEY ("player_id") REFERENCES "public"."players"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_sessions" ADD CONSTRAINT "provider_sessions_player_id_verification_id_verifications_player_id_id_fk" FOREIGN KEY ("player_id","verification_id") REFERENCES "public"."verifications"("player_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verifications" ADD CONSTRAINT "verifications_player_id_case_id_cases_player_id_id_fk" FOREIGN KEY ("player_id","case_id") REFERENCES "public"."cases"("player_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verifications" ADD CONSTRAINT "verifications_player_id_consent_id_consents_player_id_id_fk" FOREIGN KEY ("player_id","consent_id") REFERENCES "public"."consents"("player_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_events_time" ON "audit_events" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "decisions_verification" ON "decisions" USING btree ("player_id","verification_id");--> statement-breakpoint
CREATE INDEX "documents_verification" ON "documents" USING btree ("player_id","verification_id");--> statement-breakpoint
CREATE INDEX "documents_number" ON "documents" USING btree ("number_index");--> statement-breakpoint
CREATE INDEX "documents_keep_until" ON "documents" USING btree ("keep_until");--> statement-breakpoint
CREATE INDEX "facts_document" ON "facts" USING btree ("player_id","document_id");--> statement-breakpoint
CREATE INDEX "sessions_player" ON "sessions" USING btree ("player_id");--> statement-breakpoint
CREATE INDEX "sign_in_codes_expiry" ON "sign_in_codes" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "provider_sessions_handle" ON "provider_sessions" USING btree ("player_id","handle_hash");--> statement-breakpoint
CREATE INDEX "provider_sessions_subject" ON "provider_sessions" USING btree ("subject_index");--> statement-breakpoint
CREATE UNIQUE INDEX "verifications_one_with_player" ON "verifications" USING btree ("player_id","case_id") WHERE "verifications"."status" in ('awaiting_consent', 'awaiting_player', 'awaiting_confirmation');--> statement-breakpoint
CREATE INDEX "verifications_deadline" ON "verifications" USING btree ("deadline_at") WHERE "verifications"."deadline_at" is not null;--> statement-breakpoint
CREATE INDEX "verifications_reference" ON "verifications" USING btree ("reference");