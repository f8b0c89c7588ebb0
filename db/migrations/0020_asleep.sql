-- Closing has ended a snooze since 0010; said as a constraint, the view of what sleeps need not say that it is open.
UPDATE reviews SET snoozed_until = null WHERE closed_at IS NOT NULL AND snoozed_until IS NOT NULL;--> statement-breakpoint
DROP INDEX "reviews_snoozed";--> statement-breakpoint
CREATE INDEX "reviews_snoozed" ON "reviews" USING btree ("due_at","verification_id") WHERE "reviews"."snoozed_until" is not null;--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_closed_is_awake" CHECK ("reviews"."closed_at" is null or "reviews"."snoozed_until" is null);