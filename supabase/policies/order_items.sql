-- Order items: the buyer, and the members of that shop.
alter table public.order_items enable row level security;
revoke all on public.order_items from public, anon, authenticated, service_role;
grant select on public.order_items to service_role;
grant select on public.order_items to authenticated;

drop policy if exists select_buyer_or_member on public.order_items;
create policy select_buyer_or_member on public.order_items
for select to authenticated
using (buyer_id = (select auth.uid())
  or (shop_id = any(array(select private.shop_ids_with('orders.read'))) and paid_at is not null));
comment on policy select_buyer_or_member on public.order_items is
'The buyer; and the shop, once it is paid.';
