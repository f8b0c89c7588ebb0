-- By these a process sees in a moment which index keys the stored values need, however many rows there are, and a rotation
-- finds the rows that are still under an old one. `listKeyIdsInUse` asks in the same words.

create index players_email_key on players (split_part(email_index, '.', 1)) where email_index is not null;
--> statement-breakpoint
create index documents_number_key on documents (split_part(number_index, '.', 1)) where number_index is not null;
--> statement-breakpoint
create index provider_sessions_subject_key on provider_sessions (split_part(subject_index, '.', 1))
  where subject_index is not null;
--> statement-breakpoint
create index provider_sessions_reference_key on provider_sessions (split_part(reference_index, '.', 1))
  where reference_index is not null and session_sealed is not null;
