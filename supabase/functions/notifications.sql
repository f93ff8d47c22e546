-- Notifications: what a person is told in the application.

create or replace function private.notify(
    p_user_id uuid, p_kind text, p_data jsonb default '{}', p_object text default null
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  if private.is_erased(p_user_id) then
    return null;
  end if;
  insert into public.notifications as n (user_id, kind, dedup_key, data)
  values (p_user_id, p_kind, left(coalesce(p_object, md5(p_data::text)), 100), p_data)
  on conflict (user_id, kind, dedup_key) where read_at is null do update
  set data = excluded.data, occurrences = n.occurrences + 1
  returning n.id into v_id;
  perform private.emit(
    'private-user-' || p_user_id, 'notification', jsonb_build_object('notification_id', v_id)
  );
  return v_id;
end;
$$;
comment on function private.notify(uuid, text, jsonb, text) is
'Tell a person something. p_object: what it is about (default: the data); while one about the same is unread, it counts up instead. Returns its id, null for an erased account.';
revoke all on function private.notify(uuid, text, jsonb, text) from public;

create or replace function private.mark_notifications_read(p_ids uuid[])
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
  v_count integer;
begin
  update public.notifications as n set read_at = now()
  where n.user_id = v_user and n.read_at is null and (p_ids is null or n.id = any (p_ids));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.mark_notifications_read(uuid[]) is 'See public.mark_notifications_read.';
revoke all on function private.mark_notifications_read(uuid[]) from public;
grant execute on function private.mark_notifications_read(uuid[]) to authenticated;

create or replace function public.mark_notifications_read(ids uuid[] default null)
returns integer
language sql
set search_path = ''
as $$
  select private.mark_notifications_read(ids);
$$;
comment on function public.mark_notifications_read(uuid[]) is
'Mark these notifications of mine as read, or all; returns how many were unread.';
revoke all on function public.mark_notifications_read(uuid[]) from public, anon, service_role;
grant execute on function public.mark_notifications_read(uuid[]) to authenticated;

create or replace function private.purge_notifications()
returns void
language sql
security definer
set search_path = ''
as $$
  delete from public.notifications as n
  where n.created_at < now() - interval '1 year' or n.read_at < now() - interval '90 days';
$$;
comment on function private.purge_notifications() is
'Periodic: notifications go 90 days after they were read, or after a year.';
revoke all on function private.purge_notifications() from public;
