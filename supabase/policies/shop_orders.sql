-- Shop orders: the buyer, and the members of that shop.
alter table public.shop_orders enable row level security;
revoke all on public.shop_orders from public, anon, authenticated, service_role;
grant select on public.shop_orders to service_role;
grant select on public.shop_orders to authenticated;

drop policy if exists select_buyer_or_member on public.shop_orders;
create policy select_buyer_or_member on public.shop_orders
for select to authenticated
using (buyer_id = (select auth.uid())
  or (shop_id = any(array(select private.shop_ids_with('orders.read'))) and status = 'paid'));
comment on policy select_buyer_or_member on public.shop_orders is
'The buyer; and the shop, once it is paid.';
