DROP INDEX "reviews_due";--> statement-breakpoint
CREATE INDEX "reviews_snoozed" ON "reviews" USING btree ("due_at","verification_id") WHERE "reviews"."closed_at" is null and "reviews"."snoozed_until" is not null;--> statement-breakpoint
CREATE INDEX "reviews_escalated" ON "reviews" USING btree ("due_at","verification_id") WHERE "reviews"."closed_at" is null and "reviews"."escalated_at" is not null;--> statement-breakpoint
CREATE INDEX "reviews_due" ON "reviews" USING btree ("due_at","verification_id","snoozed_until") WHERE "reviews"."closed_at" is null;