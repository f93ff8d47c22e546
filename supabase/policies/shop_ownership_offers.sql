-- Offers of ownership: the owner, and the person it was made to. Written by RPCs.
alter table public.shop_ownership_offers enable row level security;
revoke all on public.shop_ownership_offers from public, anon, authenticated, service_role;
grant select on public.shop_ownership_offers to service_role;
grant select on public.shop_ownership_offers to authenticated;

drop policy if exists select_party on public.shop_ownership_offers;
create policy select_party on public.shop_ownership_offers
for select to authenticated
using (
  user_id = (select auth.uid())
  or shop_id = any(array(select private.shop_ids_with('members.manage')))
);
comment on policy select_party on public.shop_ownership_offers is
'The owner who offers the shop, and the member who may take it.';
