-- A shop's Stripe account: its managers read; only Stripe's events write.
alter table public.shop_payment_accounts enable row level security;
revoke all on public.shop_payment_accounts from public, anon, authenticated, service_role;
grant select on public.shop_payment_accounts to service_role;
grant select on public.shop_payment_accounts to authenticated;

drop policy if exists select_manager on public.shop_payment_accounts;
create policy select_manager on public.shop_payment_accounts
for select to authenticated
using (shop_id = any(array(select private.shop_ids_with('money.read'))));
comment on policy select_manager on public.shop_payment_accounts is
'Owner and managers see the onboarding state.';
