-- Rules that must hold whatever code runs: allowed moves of a verification, and an audit log that only grows.

insert into status_moves ("from", "to") values
  ('awaiting_consent', 'awaiting_player'),
  ('awaiting_consent', 'cancelled'),
  ('awaiting_consent', 'expired'),
  ('awaiting_player', 'awaiting_provider'),
  ('awaiting_player', 'awaiting_confirmation'),
  ('awaiting_player', 'cancelled'),
  ('awaiting_player', 'expired'),
  ('awaiting_player', 'failed'),
  ('awaiting_confirmation', 'awaiting_provider'),
  ('awaiting_confirmation', 'cancelled'),
  ('awaiting_confirmation', 'expired'),
  ('awaiting_provider', 'approved'),
  ('awaiting_provider', 'rejected'),
  ('awaiting_provider', 'awaiting_reviewer'),
  ('awaiting_provider', 'resubmission_requested'),
  ('awaiting_provider', 'cancelled'),
  ('awaiting_provider', 'failed'),
  ('awaiting_provider', 'expired'),
  ('awaiting_reviewer', 'approved'),
  ('awaiting_reviewer', 'rejected'),
  ('awaiting_reviewer', 'resubmission_requested'),
  ('awaiting_reviewer', 'cancelled'),
  ('approved', 'revoked'),
  ('rejected', 'awaiting_reviewer');
--> statement-breakpoint

create function guard_verification_status() returns trigger
language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'awaiting_consent' then
      raise exception 'a verification begins as awaiting_consent, not %', new.status using errcode = '23514';
    end if;
    return new;
  end if;
  if new.status <> old.status
     and not exists (select 1 from status_moves m where m."from" = old.status and m."to" = new.status) then
    raise exception 'move % to % is not allowed', old.status, new.status using errcode = '23514';
  end if;
  if new.version <= old.version then
    raise exception 'version must rise' using errcode = '23514';
  end if;
  return new;
end
$$;
--> statement-breakpoint

create trigger verifications_status_move before insert or update on verifications
for each row execute function guard_verification_status();
--> statement-breakpoint

-- Appends one record to a chain and returns its sequence number. The head row is locked until the transaction ends, so
-- that a chain has no gaps and no forks. Runs with the owner's rights: the app itself cannot write these tables.
create function append_audit_event(p_chain uuid, p_record text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_seq bigint;
  v_head bytea;
begin
  insert into audit_chains (id, seq, head) values (p_chain, 0, sha256(uuid_send(p_chain)))
  on conflict (id) do nothing;
  select seq + 1, head into v_seq, v_head from audit_chains where id = p_chain for update;
  v_head := sha256(v_head || int8send(v_seq) || convert_to(p_record, 'UTF8'));
  insert into audit_events (chain_id, seq, record, hash) values (p_chain, v_seq, p_record, v_head);
  update audit_chains set seq = v_seq, head = v_head where id = p_chain;
  return v_seq;
end
$$;
--> statement-breakpoint

create function refuse_audit_change() returns trigger
language plpgsql as $$
begin
  raise exception 'audit events are never changed or deleted' using errcode = '42501';
end
$$;
--> statement-breakpoint

create trigger audit_events_insert_only before update or delete or truncate on audit_events
for each statement execute function refuse_audit_change();
