-- A decision names the version of the work that was on the screen. What is found, or said by the player, while an attempt is with
-- a reviewer raises the version of the attempt; with this it raises that of the work too.
create function raise_review() returns trigger
language plpgsql as $$
begin
  update reviews set version = version + 1
  where player_id = new.player_id and verification_id = new.id and closed_at is null;
  return null;
end
$$;
--> statement-breakpoint
create trigger verifications_raise_review after update of version on verifications
for each row when (old.version <> new.version and old.status = 'awaiting_reviewer' and new.status = 'awaiting_reviewer')
execute function raise_review();
