-- A person's own sessions. Deleting Auth's row ends one: its refresh tokens go with it (Auth's own
-- foreign key), and its access token is refused from the next request on (private.pre_request).

create or replace function private.session_id()
returns uuid
language sql
stable
set search_path = ''
as $$
  select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'session_id')::uuid;
$$;
comment on function private.session_id() is 'The session of the caller''s token, null if it names none.';
revoke all on function private.session_id() from public;

-- Not on a read replica: it may not have heard of a session that has just begun.
create or replace function private.session_has_ended()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select private.session_id() is not null and not pg_is_in_recovery()
    and not exists (select 1 from auth.sessions as s where s.id = private.session_id());
$$;
comment on function private.session_has_ended() is
'Does the caller''s token name a session that is no more?';
revoke all on function private.session_has_ended() from public;

create or replace function private.my_sessions()
returns table (
    id uuid, created_at timestamptz, last_used_at timestamptz, user_agent text, ip text,
    is_current boolean
)
language sql
stable
security definer
set search_path = ''
as $$
  select
    s.id, s.created_at, coalesce(s.refreshed_at at time zone 'UTC', s.updated_at, s.created_at),
    s.user_agent, host(s.ip), coalesce(s.id = private.session_id(), false)
  from auth.sessions as s
  where s.user_id = auth.uid() and (s.not_after is null or s.not_after > now())
  order by 3 desc
  limit 200;
$$;
comment on function private.my_sessions() is 'See public.my_sessions.';
revoke all on function private.my_sessions() from public;
grant execute on function private.my_sessions() to authenticated;

create or replace function public.my_sessions()
returns table (
    id uuid, created_at timestamptz, last_used_at timestamptz, user_agent text, ip text,
    is_current boolean
)
language sql
stable
set search_path = ''
as $$
  select * from private.my_sessions();
$$;
comment on function public.my_sessions() is 'Where I am signed in, the last used first.';
revoke all on function public.my_sessions() from public, anon, service_role;
grant execute on function public.my_sessions() to authenticated;

create or replace function private.end_session(p_session_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
begin
  delete from auth.sessions as s where s.id = p_session_id and s.user_id = v_user;
  if not found then
    perform private.fail(404, 'session_not_found', 'You have no such session.', 'See: rpc/my_sessions.');
  end if;
end;
$$;
comment on function private.end_session(uuid) is 'See public.end_session.';
revoke all on function private.end_session(uuid) from public;
grant execute on function private.end_session(uuid) to authenticated;

create or replace function public.end_session(session_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.end_session(session_id);
$$;
comment on function public.end_session(uuid) is
'Sign one of my sessions out, this one included: its refresh fails, and its access token is refused here from now on. Errors: session_not_found.';
revoke all on function public.end_session(uuid) from public, anon, service_role;
grant execute on function public.end_session(uuid) to authenticated;

create or replace function private.end_other_sessions()
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
  v_count integer;
begin
  delete from auth.sessions as s
  where s.user_id = v_user and s.id is distinct from private.session_id();
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.end_other_sessions() is 'See public.end_other_sessions.';
revoke all on function private.end_other_sessions() from public;
grant execute on function private.end_other_sessions() to authenticated;

create or replace function public.end_other_sessions()
returns integer
language sql
set search_path = ''
as $$
  select private.end_other_sessions();
$$;
comment on function public.end_other_sessions() is
'Sign all my sessions out but this one; returns how many.';
revoke all on function public.end_other_sessions() from public, anon, service_role;
grant execute on function public.end_other_sessions() to authenticated;
