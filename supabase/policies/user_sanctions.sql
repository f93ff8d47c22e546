-- Sanctions: whom they are about, and moderators. Written by RPC only (sanction_user, lift_sanction).
alter table public.user_sanctions enable row level security;
revoke all on public.user_sanctions from public, anon, authenticated, service_role;
grant select on public.user_sanctions to service_role;
grant select on public.user_sanctions to authenticated;

drop policy if exists select_own_or_moderator on public.user_sanctions;
create policy select_own_or_moderator on public.user_sanctions
for select to authenticated
using (
  user_id = (select auth.uid())
  or (select private.has_role('moderator')) or (select private.has_role('admin'))
);
comment on policy select_own_or_moderator on public.user_sanctions is
'Each person reads their own; moderators and administrators all.';
