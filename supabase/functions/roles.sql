-- Platform roles: granted and revoked by administrators, the first by an operator. One administrator
-- without an end always remains.

create or replace function private.standing_admins()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select r.user_id from public.user_roles as r
  where r.role = 'admin' and r.expires_at is null
    and (private.block_of(r.user_id)).id is null;
$$;
comment on function private.standing_admins() is
'Administrators without an end, and not blocked: those who are still there tomorrow.';
revoke all on function private.standing_admins() from public;

-- Volatile on purpose: after the lock it must see what the others have committed.
create or replace function private.check_admin_remains()
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('agora.admins', 0));
  if not exists (select 1 from private.standing_admins()) then
    perform private.fail(
      409, 'last_admin', 'One administrator without an end has to remain.',
      'Make another one first: rpc/grant_role without until.'
    );
  end if;
end;
$$;
comment on function private.check_admin_remains() is
'Refuses the change just made if it leaves no standing administrator; one such change at a time.';
revoke all on function private.check_admin_remains() from public;

-- Definer: whoever deletes an account or a role may not see the others.
create or replace function private.tg_user_roles__last_admin()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if old.role = 'admin' and old.expires_at is null then
    perform private.check_admin_remains();
  end if;
  return null;
end;
$$;
comment on function private.tg_user_roles__last_admin() is
'The last administrator stays: whoever ends the role, by whatever way, expiry and deletion included.';
revoke all on function private.tg_user_roles__last_admin() from public;

create or replace trigger tg_user_roles__last_admin
after update or delete on public.user_roles
for each row execute function private.tg_user_roles__last_admin();

create or replace function private.tg_user_sanctions__last_admin()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.kind in ('suspend', 'ban') and exists (
    select 1 from public.user_roles as r where r.user_id = new.user_id and r.role = 'admin'
  ) then
    perform private.check_admin_remains();
  end if;
  return null;
end;
$$;
comment on function private.tg_user_sanctions__last_admin() is
'The last administrator can be neither suspended nor banned.';
revoke all on function private.tg_user_sanctions__last_admin() from public;

create or replace trigger tg_user_sanctions__last_admin
after insert on public.user_sanctions
for each row execute function private.tg_user_sanctions__last_admin();

create or replace function private.require_admin()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
begin
  if not private.has_role('admin') then
    perform private.fail(403, 'admin_only', 'This is for administrators.');
  end if;
  return v_user;
end;
$$;
comment on function private.require_admin() is 'The caller, an administrator, or 403 admin_only.';
revoke all on function private.require_admin() from public;

create or replace function private.grant_role(
    p_user_id uuid, p_role public.app_role, p_reason text, p_until timestamptz
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_admin uuid := private.require_admin();
  v_row public.user_roles;
begin
  if char_length(trim(coalesce(p_reason, ''))) not between 3 and 500 then
    perform private.fail(422, 'reason_required', 'Say why, in 3 to 500 characters.');
  end if;
  if p_until <= now() + interval '1 minute' or p_until > now() + interval '10 years' then
    perform private.fail(
      422, 'invalid_until', 'The end is a time within ten years from now.',
      'Leave it out for one that lasts until it is lifted.'
    );
  end if;
  if p_role is null or private.is_erased(p_user_id) or not exists (
    select 1 from public.profiles as p where p.id = p_user_id
  ) then
    perform private.fail(404, 'user_not_found', 'No such person, or no such role.');
  end if;
  insert into public.user_roles as r (user_id, role, granted_by, reason, expires_at)
  values (p_user_id, p_role, v_admin, trim(p_reason), p_until)
  on conflict (user_id, role) do update
  set granted_by = excluded.granted_by, reason = excluded.reason, expires_at = excluded.expires_at
  returning * into v_row;
  perform private.notify(p_user_id, 'account.role_granted', jsonb_build_object('role', p_role));
  return to_jsonb(v_row);
end;
$$;
comment on function private.grant_role(uuid, public.app_role, text, timestamptz) is
'See public.grant_role.';
revoke all on function private.grant_role(uuid, public.app_role, text, timestamptz) from public;
grant execute on function private.grant_role(uuid, public.app_role, text, timestamptz)
to authenticated;

create or replace function public.grant_role(
    user_id uuid, role public.app_role, reason text, until timestamptz default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.grant_role(user_id, role, reason, until);
$$;
comment on function public.grant_role(uuid, public.app_role, text, timestamptz) is
'Administrators: give somebody a role, or change its end; counts from the next request on. Errors: admin_only, reason_required, invalid_until, user_not_found, last_admin.';
revoke all on function public.grant_role(uuid, public.app_role, text, timestamptz)
from public, anon, service_role;
grant execute on function public.grant_role(uuid, public.app_role, text, timestamptz)
to authenticated;

create or replace function private.revoke_role(
    p_user_id uuid, p_role public.app_role, p_reason text
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_admin uuid := private.require_admin();
begin
  if char_length(trim(coalesce(p_reason, ''))) not between 3 and 500 then
    perform private.fail(422, 'reason_required', 'Say why, in 3 to 500 characters.');
  end if;
  delete from public.user_roles as r where r.user_id = p_user_id and r.role = p_role;
  if not found then
    perform private.fail(404, 'role_not_held', 'This person has no such role.');
  end if;
  perform private.audit(
    'revoke', 'user_roles', p_user_id::text,
    jsonb_build_object('role', p_role, 'reason', trim(p_reason), 'by', v_admin)
  );
  perform private.notify(p_user_id, 'account.role_revoked', jsonb_build_object('role', p_role));
end;
$$;
comment on function private.revoke_role(uuid, public.app_role, text) is 'See public.revoke_role.';
revoke all on function private.revoke_role(uuid, public.app_role, text) from public;
grant execute on function private.revoke_role(uuid, public.app_role, text) to authenticated;

create or replace function public.revoke_role(user_id uuid, role public.app_role, reason text)
returns void
language sql
set search_path = ''
as $$
  select private.revoke_role(user_id, role, reason);
$$;
comment on function public.revoke_role(uuid, public.app_role, text) is
'Administrators: take a role away; the next request is refused, whatever the token says. Errors: admin_only, reason_required, role_not_held, last_admin.';
revoke all on function public.revoke_role(uuid, public.app_role, text)
from public, anon, service_role;
grant execute on function public.revoke_role(uuid, public.app_role, text) to authenticated;

-- The operator makes only the first: a stolen login of the command is not a way in.
create or replace function private.grant_first_admin(p_email text, p_reason text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid;
begin
  if char_length(trim(coalesce(p_reason, ''))) not between 3 and 500 then
    perform private.fail(422, 'reason_required', 'Say why, in 3 to 500 characters.');
  end if;
  select u.id into v_user from auth.users as u where u.email = lower(trim(p_email));
  if v_user is null then
    perform private.fail(
      404, 'account_not_found', 'No such account.', 'Sign it up first.'
    );
  end if;
  perform pg_advisory_xact_lock(hashtextextended('agora.admins', 0));
  if exists (select 1 from private.standing_admins()) then
    perform private.fail(
      409, 'admin_exists', 'There is an administrator already.', 'They grant roles: rpc/grant_role.'
    );
  end if;
  insert into public.user_roles as r (user_id, role, reason)
  values (v_user, 'admin', trim(p_reason))
  on conflict (user_id, role) do update set reason = excluded.reason, expires_at = null;
  return v_user;
end;
$$;
comment on function private.grant_first_admin(text, text) is
'agora admin grant: the first administrator, by address. Errors: account_not_found, admin_exists, reason_required.';
revoke all on function private.grant_first_admin(text, text) from public;
grant execute on function private.grant_first_admin(text, text) to agora_operator;

-- https://supabase.com/docs/guides/auth/auth-hooks/custom-access-token-hook. For a user interface
-- that shows or hides things: what somebody may do is read from the table, at each request.
create or replace function private.custom_access_token_hook(event jsonb)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_set(
    event, '{claims,user_role}',
    coalesce(
      (
        select to_jsonb(min(r.role)) from public.user_roles as r
        where r.user_id = (event ->> 'user_id')::uuid
          and (r.expires_at is null or r.expires_at > now())
      ),
      'null'
    )
  );
$$;
comment on function private.custom_access_token_hook(jsonb) is
'Auth hook of hosted Supabase: adds the claim user_role (admin before moderator before support, or null), for user interfaces only.';
revoke all on function private.custom_access_token_hook(jsonb) from public;
grant execute on function private.custom_access_token_hook(jsonb) to supabase_auth_admin;
grant usage on schema private to supabase_auth_admin;
