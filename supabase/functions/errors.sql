-- The one way in which the database refuses something that a client can act on.

-- PostgREST turns SQLSTATE 'PGRST' into the status, headers and body given here
-- (https://docs.postgrest.org/en/v12/references/errors.html#raise-errors-with-http-status-codes).
-- Everything is rolled back; a refusal that must leave a trace returns a value instead.
create or replace function private.fail(
    p_status integer,
    p_code text,
    p_message text,
    p_hint text default null,
    p_details text default null,
    p_retry_after integer default null
)
returns void
language plpgsql
set search_path = ''
as $$
begin
  raise sqlstate 'PGRST' using
    message = jsonb_build_object(
      'code', p_code, 'message', p_message, 'details', p_details, 'hint', p_hint
    )::text,
    detail = jsonb_build_object(
      'status', p_status,
      'headers', case
        when p_retry_after is null then '{}'::jsonb
        else jsonb_build_object('Retry-After', p_retry_after::text)
      end
    )::text;
end;
$$;
comment on function private.fail(integer, text, text, text, text, integer) is
'Refuse with an HTTP status and a stable code of docs/errors.md. p_retry_after in seconds.';
revoke all on function private.fail(integer, text, text, text, text, integer) from public;
grant execute on function private.fail(integer, text, text, text, text, integer)
to anon, authenticated, service_role;

-- The caller's id, or a clear refusal. Definer functions call this first.
create or replace function private.require_signed_in()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_user uuid := auth.uid();
begin
  if v_user is null then
    perform private.fail(401, 'sign_in_required', 'This needs a signed-in user.');
  end if;
  return v_user;
end;
$$;
comment on function private.require_signed_in() is
'auth.uid(), or 401 sign_in_required. For what a banned person may do too: their data, their sessions.';
revoke all on function private.require_signed_in() from public;

-- Definer: reads sanctions for whichever function calls it.
create or replace function private.require_user()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
begin
  perform private.refuse_blocked(v_user, 'suspend');
  return v_user;
end;
$$;
comment on function private.require_user() is
'auth.uid(), or 401 sign_in_required, or 403 account_suspended.';
revoke all on function private.require_user() from public;

create or replace function private.require_user_not_banned()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
begin
  perform private.refuse_blocked(v_user, 'ban');
  return v_user;
end;
$$;
comment on function private.require_user_not_banned() is
'The same for what a suspended person keeps: what they have paid for.';
revoke all on function private.require_user_not_banned() from public;
