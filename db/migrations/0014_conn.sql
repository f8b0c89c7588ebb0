CREATE TABLE "connection_examinations" (
	"connection_id" text PRIMARY KEY NOT NULL,
	"begun_at" timestamp with time zone DEFAULT now() NOT NULL,
	"begun_by" text NOT NULL,
	"examined_at" timestamp with time zone,
	"healthy" boolean,
	"report" jsonb
);
--> statement-breakpoint
CREATE TABLE "connection_minutes" (
	"connection_id" text NOT NULL,
	"minute" timestamp with time zone NOT NULL,
	"calls" integer NOT NULL,
	"failures" integer NOT NULL,
	"times" integer[] NOT NULL,
	CONSTRAINT "connection_minutes_connection_id_minute_pk" PRIMARY KEY("connection_id","minute")
);
--> statement-breakpoint
CREATE TABLE "connection_routing" (
	"id" text PRIMARY KEY DEFAULT 'current' NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"connection_order" text[] NOT NULL,
	"switched_off" text[] DEFAULT '{}' NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "connection_routing_one" CHECK ("connection_routing"."id" = 'current')
);
--> statement-breakpoint
CREATE INDEX "connection_minutes_minute" ON "connection_minutes" USING btree ("minute");
