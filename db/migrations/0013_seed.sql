CREATE TABLE "seeds" (
	"first" integer PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"seed" integer NOT NULL,
	"until_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone DEFAULT now() NOT NULL
);
