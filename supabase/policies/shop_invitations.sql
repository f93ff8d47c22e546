-- Invitations: those who manage the shop's members. Written by RPCs.
alter table public.shop_invitations enable row level security;
revoke all on public.shop_invitations from public, anon, authenticated, service_role;
grant select on public.shop_invitations to service_role;
grant select on public.shop_invitations to authenticated;

drop policy if exists select_manager on public.shop_invitations;
create policy select_manager on public.shop_invitations
for select to authenticated
using (shop_id = any(array(select private.shop_ids_with('members.manage'))));
comment on policy select_manager on public.shop_invitations is
'Whoever manages the members sees who is invited.';
