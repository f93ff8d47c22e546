-- Addresses: their owner only; user_id is filled in.
alter table public.addresses enable row level security;
revoke all on public.addresses from public, anon, authenticated, service_role;
grant select on public.addresses to service_role;
grant select, delete on public.addresses to authenticated;
grant insert (
  label, recipient, line1, line2, city, region, postal_code, country, phone, is_default_shipping,
  is_default_billing
) on public.addresses to authenticated;
grant update (
  label, recipient, line1, line2, city, region, postal_code, country, phone, is_default_shipping,
  is_default_billing
) on public.addresses to authenticated;

drop policy if exists select_own on public.addresses;
create policy select_own on public.addresses
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.addresses is
'Each person reads their own.';

drop policy if exists insert_own on public.addresses;
create policy insert_own on public.addresses
for insert to authenticated
with check (user_id = (select auth.uid()) and (select private.my_block()) is null);
comment on policy insert_own on public.addresses is
'Each person adds their own, unless suspended.';

drop policy if exists update_own on public.addresses;
create policy update_own on public.addresses
for update to authenticated
using (user_id = (select auth.uid()) and (select private.my_block()) is null)
with check (user_id = (select auth.uid()) and (select private.my_block()) is null);
comment on policy update_own on public.addresses is
'Each person edits their own, unless suspended.';

drop policy if exists delete_own on public.addresses;
create policy delete_own on public.addresses
for delete to authenticated
using (user_id = (select auth.uid()) and (select private.my_block()) is null);
comment on policy delete_own on public.addresses is
'Each person deletes their own, unless suspended.';
