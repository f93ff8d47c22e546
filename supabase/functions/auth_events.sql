-- Auth's events in the audit trail: sign-up, sign-in, sign-out, changed credentials. Ids only; the
-- address behind a request is in Auth's own log.

-- Definer: Auth writes as its own role.
create or replace function private.tg_users__audit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_action text;
begin
  if tg_op <> 'UPDATE' then
    perform private.audit(
      case tg_op when 'INSERT' then 'sign_up' else 'account_removed' end, 'auth.users',
      coalesce(new.id, old.id)::text, null, coalesce(new.id, old.id)
    );
    return null;
  end if;
  foreach v_action in array array_remove(array[
    case when new.email is distinct from old.email then 'email_changed' end,
    case when new.phone is distinct from old.phone then 'phone_changed' end,
    case when new.encrypted_password is distinct from old.encrypted_password then 'password_changed' end,
    case when new.banned_until is distinct from old.banned_until then 'auth_ban_changed' end,
    case when new.deleted_at is distinct from old.deleted_at then 'account_removed' end
  ], null) loop
    perform private.audit(v_action, 'auth.users', new.id::text, null, coalesce(auth.uid(), new.id));
  end loop;
  return null;
end;
$$;
comment on function private.tg_users__audit() is
'Writes private.audit_log when an account is made, removed, or its credentials change.';
revoke all on function private.tg_users__audit() from public;

create or replace trigger tg_users__audit
after insert or delete or update of email, phone, encrypted_password, banned_until, deleted_at
on auth.users
for each row execute function private.tg_users__audit();

create or replace function private.tg_sessions__audit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.audit(
    case tg_op when 'INSERT' then 'sign_in' else 'sign_out' end, 'auth.sessions',
    coalesce(new.id, old.id)::text, null, coalesce(new.user_id, old.user_id)
  );
  return null;
end;
$$;
comment on function private.tg_sessions__audit() is
'Writes private.audit_log when a session begins and ends.';
revoke all on function private.tg_sessions__audit() from public;

-- A project that does not let postgres hang a trigger here is told so, and goes on without: Auth's
-- own auth.audit_log_entries has these events too (docs/deploy.md).
do $$
begin
  if has_table_privilege('auth.sessions', 'TRIGGER') then
    create or replace trigger tg_sessions__audit
    after insert or delete on auth.sessions
    for each row execute function private.tg_sessions__audit();
  else
    raise warning 'no trigger on auth.sessions: sign-ins are not in private.audit_log';
  end if;
end;
$$;
