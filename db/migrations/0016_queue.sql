DROP INDEX "reviews_due";--> statement-breakpoint
CREATE INDEX "reviews_due" ON "reviews" USING btree ("due_at","verification_id","snoozed_until") WHERE "reviews"."closed_at" is null;