-- Notifications: who they are for. Read by RPC mark_notifications_read, written by private.notify.
alter table public.notifications enable row level security;
revoke all on public.notifications from public, anon, authenticated, service_role;
grant select on public.notifications to service_role;
grant select on public.notifications to authenticated;

drop policy if exists select_own on public.notifications;
create policy select_own on public.notifications
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.notifications is
'Each person reads their own.';
