CREATE TABLE "export_requests" (
	"id" uuid PRIMARY KEY NOT NULL,
	"requested_by" uuid NOT NULL,
	"filter" text NOT NULL,
	"persons" integer NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"approved_by" uuid,
	"approved_at" timestamp with time zone,
	"used_at" timestamp with time zone,
	CONSTRAINT "export_requests_two_people" CHECK ("export_requests"."approved_by" is null or "export_requests"."approved_by" <> "export_requests"."requested_by"),
	CONSTRAINT "export_requests_approved_whole" CHECK (("export_requests"."approved_by" is null) = ("export_requests"."approved_at" is null))
);
--> statement-breakpoint
CREATE TABLE "name_keys" (
	"player_id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"key" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "name_keys_player_id_verification_id_key_pk" PRIMARY KEY("player_id","verification_id","key")
);
--> statement-breakpoint
CREATE TABLE "reveals" (
	"player_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"staff_id" uuid NOT NULL,
	"field" text NOT NULL,
	"reason" text NOT NULL,
	"text_sealed" "bytea",
	"revealed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "reveals_player_id_id_pk" PRIMARY KEY("player_id","id")
);
--> statement-breakpoint
CREATE TABLE "saved_views" (
	"staff_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"filter" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "saved_views_staff_id_id_pk" PRIMARY KEY("staff_id","id")
);
--> statement-breakpoint
ALTER TABLE "name_keys" ADD CONSTRAINT "name_keys_player_id_document_id_documents_player_id_id_fk" FOREIGN KEY ("player_id","document_id") REFERENCES "public"."documents"("player_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reveals" ADD CONSTRAINT "reveals_player_id_verification_id_verifications_player_id_id_fk" FOREIGN KEY ("player_id","verification_id") REFERENCES "public"."verifications"("player_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_views" ADD CONSTRAINT "saved_views_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "export_requests_expiry" ON "export_requests" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "name_keys_key" ON "name_keys" USING btree ("key","created_at","verification_id");--> statement-breakpoint
CREATE UNIQUE INDEX "saved_views_name" ON "saved_views" USING btree ("staff_id","name");--> statement-breakpoint
CREATE INDEX "reviews_escalated" ON "reviews" USING btree ("due_at","verification_id") WHERE "reviews"."closed_at" is null and "reviews"."escalated_at" is not null;--> statement-breakpoint
CREATE INDEX "reviews_snoozed" ON "reviews" USING btree ("due_at","verification_id") WHERE "reviews"."closed_at" is null and "reviews"."snoozed_until" is not null;--> statement-breakpoint
CREATE INDEX "reviews_opened" ON "reviews" USING btree ("opened_at") WHERE "reviews"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "webhook_inbox_verification" ON "webhook_inbox" USING btree ("verification_id","received_at") WHERE "webhook_inbox"."verification_id" is not null;--> statement-breakpoint

-- Which index keys names were indexed with, for the check at the start: a handful of values, so a small index.
create index name_keys_key_id on name_keys (split_part(key, '.', 1));
