-- Earnings: the shop's managers; the buyer has no business with the platform's fee.
alter table public.shop_earnings enable row level security;
revoke all on public.shop_earnings from public, anon, authenticated, service_role;
grant select on public.shop_earnings to service_role;
grant select on public.shop_earnings to authenticated;

drop policy if exists select_manager on public.shop_earnings;
create policy select_manager on public.shop_earnings
for select to authenticated
using (shop_id = any(array(select private.shop_ids_with('money.read'))) and payable_at is not null);
comment on policy select_manager on public.shop_earnings is
'Owner and managers see fee and net, once paid.';
