-- Orders: the buyer only; a seller sees shop_orders. No client writes here.
alter table public.orders enable row level security;
revoke all on public.orders from public, anon, authenticated, service_role;
grant select on public.orders to service_role;
grant select on public.orders to authenticated;

drop policy if exists select_buyer on public.orders;
create policy select_buyer on public.orders
for select to authenticated
using (buyer_id = (select auth.uid()));
comment on policy select_buyer on public.orders is
'A buyer sees their own orders.';
