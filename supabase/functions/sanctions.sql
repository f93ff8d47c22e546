-- Sanctions: who is blocked now, and the staff's functions that decide it.

-- The heaviest sanction that ends access, of one person, now. An erased account is banned: its last
-- token may still be valid.
create or replace function private.block_of(p_user_id uuid)
returns public.user_sanctions
language sql
stable
security definer
set search_path = ''
as $$
  select s.* from public.user_sanctions as s
  where s.user_id = p_user_id and s.kind in ('suspend', 'ban') and s.lifted_at is null
    and (s.until is null or s.until > now())
  order by s.kind desc, s.until desc nulls first
  limit 1;
$$;
comment on function private.block_of(uuid) is
'The suspension or ban that a person is under now; the ban before the suspension, the longest first.';
revoke all on function private.block_of(uuid) from public;

create or replace function private.is_erased(p_user_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1 from public.account_deletions as d
    where d.user_id = p_user_id and d.erased_at is not null
  );
$$;
comment on function private.is_erased(uuid) is 'Was this account erased? Its last token may still be valid.';
revoke all on function private.is_erased(uuid) from public;

-- For policies, `(select private.my_block()) is null`: of this form pgrls can prove that such a policy
-- still scopes by person, of `not (select private.is_blocked())` it cannot.
create or replace function private.my_block()
returns public.sanction_kind
language sql
stable
security definer
set search_path = ''
as $$
  select case when private.is_erased(auth.uid()) then 'ban' else (
    select max(s.kind) from public.user_sanctions as s
    where s.user_id = auth.uid() and s.kind in ('suspend', 'ban') and s.lifted_at is null
      and (s.until is null or s.until > now())
  ) end;
$$;
comment on function private.my_block() is
'suspend or ban while the caller is under one (an erased account: ban), else null. Every policy for a client''s write asks.';
revoke all on function private.my_block() from public;
grant execute on function private.my_block() to authenticated;

create or replace function private.is_blocked()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select private.my_block() is not null;
$$;
comment on function private.is_blocked() is
'Is the caller suspended, banned or erased now? The same as private.my_block, for functions.';
revoke all on function private.is_blocked() from public;
grant execute on function private.is_blocked() to authenticated;

create or replace function private.is_sanctioned(p_kind text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1 from public.user_sanctions as s
    where s.user_id = auth.uid() and s.kind >= p_kind::public.sanction_kind
      and s.lifted_at is null and (s.until is null or s.until > now())
  );
$$;
comment on function private.is_sanctioned(text) is
'Is the caller under this sanction (warn, mute, suspend, ban) or a heavier one now?';
revoke all on function private.is_sanctioned(text) from public;
grant execute on function private.is_sanctioned(text) to authenticated;

create or replace function private.is_banned(p_user_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce((private.block_of(p_user_id)).kind = 'ban', false)
    or private.is_erased(p_user_id);
$$;
comment on function private.is_banned(uuid) is 'Is this person banned or erased now?';
revoke all on function private.is_banned(uuid) from public;

create or replace function private.refuse_blocked(p_user_id uuid, p_from public.sanction_kind)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_block public.user_sanctions := private.block_of(p_user_id);
begin
  if v_block.kind >= p_from then
    perform private.fail(
      403, 'account_suspended',
      case
        when v_block.kind = 'ban' then 'This account is banned'
        else 'This account is suspended'
      end
      || coalesce(' until ' || to_char(v_block.until at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), '')
      || ': ' || v_block.reason,
      'What was paid for, your data and the end of the account stay yours: see docs/client.md.',
      jsonb_build_object('kind', v_block.kind, 'until', v_block.until)::text
    );
  end if;
  if private.is_erased(p_user_id) then
    perform private.fail(403, 'account_suspended', 'This account was deleted.');
  end if;
end;
$$;
comment on function private.refuse_blocked(uuid, public.sanction_kind) is
'403 account_suspended if the person is under this sanction or a heavier one; details: {kind, until}.';
revoke all on function private.refuse_blocked(uuid, public.sanction_kind) from public;

create or replace function private.require_moderator()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
begin
  if not (private.has_role('moderator') or private.has_role('admin')) then
    perform private.fail(403, 'moderator_only', 'This is for moderators.');
  end if;
  return v_user;
end;
$$;
comment on function private.require_moderator() is 'The caller, a moderator or administrator, or 403 moderator_only.';
revoke all on function private.require_moderator() from public;

-- Staff is judged by administrators only, whoever judges not oneself.
create or replace function private.check_may_sanction(p_actor uuid, p_user_id uuid, p_reason text)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if char_length(trim(coalesce(p_reason, ''))) not between 3 and 500 then
    perform private.fail(422, 'reason_required', 'Say why, in 3 to 500 characters.');
  end if;
  if p_user_id = p_actor then
    perform private.fail(409, 'own_account', 'Nobody judges themselves.', 'Ask a colleague.');
  end if;
  if not exists (select 1 from public.profiles as p where p.id = p_user_id) then
    perform private.fail(404, 'user_not_found', 'No such person.');
  end if;
  if not private.has_role('admin') and exists (
    select 1 from public.user_roles as r
    where r.user_id = p_user_id and (r.expires_at is null or r.expires_at > now())
  ) then
    perform private.fail(403, 'staff_protected', 'Only an administrator sanctions staff.');
  end if;
end;
$$;
comment on function private.check_may_sanction(uuid, uuid, text) is
'Refuses what a moderator may not do to this person, or does without a reason.';
revoke all on function private.check_may_sanction(uuid, uuid, text) from public;

create or replace function private.sanction_user(
    p_user_id uuid, p_kind public.sanction_kind, p_reason text, p_until timestamptz
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_actor uuid := private.require_moderator();
  v_sanction public.user_sanctions;
begin
  perform private.check_may_sanction(v_actor, p_user_id, p_reason);
  if p_kind is null then
    perform private.fail(422, 'invalid_kind', 'kind is warn, mute, suspend or ban.');
  end if;
  if p_until <= now() + interval '1 minute' or p_until > now() + interval '10 years' then
    perform private.fail(
      422, 'invalid_until', 'The end is a time within ten years from now.',
      'Leave it out for one that lasts until it is lifted.'
    );
  end if;
  insert into public.user_sanctions (user_id, kind, reason, until)
  values (p_user_id, p_kind, trim(p_reason), p_until)
  returning * into v_sanction;
  perform private.notify(
    p_user_id, 'account.sanctioned',
    jsonb_build_object('sanction_id', v_sanction.id, 'kind', p_kind)
  );
  return to_jsonb(v_sanction);
end;
$$;
comment on function private.sanction_user(uuid, public.sanction_kind, text, timestamptz) is
'See public.sanction_user.';
revoke all on function private.sanction_user(uuid, public.sanction_kind, text, timestamptz)
from public;
grant execute on function private.sanction_user(uuid, public.sanction_kind, text, timestamptz)
to authenticated;

create or replace function public.sanction_user(
    user_id uuid, kind public.sanction_kind, reason text, until timestamptz default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.sanction_user(user_id, kind, reason, until);
$$;
comment on function public.sanction_user(uuid, public.sanction_kind, text, timestamptz) is
'Moderators: warn, mute, suspend or ban somebody, until a time or until it is lifted. The person reads the reason. Errors: moderator_only, reason_required, own_account, user_not_found, staff_protected, invalid_kind, invalid_until, last_admin.';
revoke all on function public.sanction_user(uuid, public.sanction_kind, text, timestamptz)
from public, anon, service_role;
grant execute on function public.sanction_user(uuid, public.sanction_kind, text, timestamptz)
to authenticated;

create or replace function private.lift_sanction(p_sanction_id uuid, p_reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_actor uuid := private.require_moderator();
  v_sanction public.user_sanctions;
begin
  select s.* into v_sanction from public.user_sanctions as s where s.id = p_sanction_id for update;
  if v_sanction.id is null then
    perform private.fail(404, 'sanction_not_found', 'No such sanction.');
  end if;
  perform private.check_may_sanction(v_actor, v_sanction.user_id, p_reason);
  if v_sanction.lifted_at is null then
    update public.user_sanctions as s set lifted_at = now(), lift_reason = trim(p_reason)
    where s.id = p_sanction_id
    returning * into v_sanction;
    perform private.notify(
      v_sanction.user_id, 'account.sanction_lifted',
      jsonb_build_object('sanction_id', v_sanction.id, 'kind', v_sanction.kind)
    );
  end if;
  return to_jsonb(v_sanction);
end;
$$;
comment on function private.lift_sanction(uuid, text) is 'See public.lift_sanction.';
revoke all on function private.lift_sanction(uuid, text) from public;
grant execute on function private.lift_sanction(uuid, text) to authenticated;

create or replace function public.lift_sanction(sanction_id uuid, reason text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.lift_sanction(sanction_id, reason);
$$;
comment on function public.lift_sanction(uuid, text) is
'Moderators: end a sanction before its time; again is fine. Errors: moderator_only, sanction_not_found, reason_required, own_account, staff_protected.';
revoke all on function public.lift_sanction(uuid, text) from public, anon, service_role;
grant execute on function public.lift_sanction(uuid, text) to authenticated;
