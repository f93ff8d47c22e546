-- Shops: public once active; members see theirs in any state. Made and opened by RPC.
alter table public.shops enable row level security;
revoke all on public.shops from public, anon, authenticated, service_role;
grant select on public.shops to service_role;
grant select on public.shops to anon, authenticated;
grant update (name, description) on public.shops to authenticated;

drop policy if exists select_active on public.shops;
create policy select_active on public.shops
for select to anon
using (status = 'active');
comment on policy select_active on public.shops is
'Visitors see active shops.';

drop policy if exists select_active_or_member on public.shops;
create policy select_active_or_member on public.shops
for select to authenticated
using (status = 'active' or id = any(array(select private.my_shop_ids())));
comment on policy select_active_or_member on public.shops is
'Everyone sees active shops; members see theirs in any state.';

drop policy if exists update_manager on public.shops;
create policy update_manager on public.shops
for update to authenticated
using (id = any(array(select private.shop_ids_with('settings.edit')))
  and (select private.my_block()) is null)
with check (id = any(array(select private.shop_ids_with('settings.edit')))
  and (select private.my_block()) is null);
comment on policy update_manager on public.shops is
'Owner and managers edit name and description.';
