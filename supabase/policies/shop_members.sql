-- Shop members: colleagues see each other. No client writes here.
alter table public.shop_members enable row level security;
revoke all on public.shop_members from public, anon, authenticated, service_role;
grant select on public.shop_members to service_role;
grant select on public.shop_members to authenticated;

drop policy if exists select_colleague on public.shop_members;
create policy select_colleague on public.shop_members
for select to authenticated
using (shop_id = any(array(select private.my_shop_ids())));
comment on policy select_colleague on public.shop_members is
'Members of a shop see its members.';
