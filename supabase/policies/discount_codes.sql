-- Discount codes: the shop's managers only, so that nobody can list or try them here.
alter table public.discount_codes enable row level security;
revoke all on public.discount_codes from public, anon, authenticated, service_role;
grant select on public.discount_codes to service_role;
grant select, delete on public.discount_codes to authenticated;
grant insert (
    shop_id, product_id, code, basis_points, fixed_amount, currency, minimum_subtotal_amount,
    max_uses, max_uses_per_customer, starts_at, ends_at, is_active
) on public.discount_codes to authenticated;
grant update (minimum_subtotal_amount, max_uses, starts_at, ends_at, is_active)
on public.discount_codes to authenticated;

drop policy if exists select_manager on public.discount_codes;
create policy select_manager on public.discount_codes
for select to authenticated
using (shop_id = any(array(select private.shop_ids_with('discounts.edit'))));
comment on policy select_manager on public.discount_codes is
'Owner and managers see their shop''s codes.';

drop policy if exists insert_manager on public.discount_codes;
create policy insert_manager on public.discount_codes
for insert to authenticated
with check (shop_id = any(array(select private.shop_ids_with('discounts.edit')))
  and (select private.my_block()) is null);
comment on policy insert_manager on public.discount_codes is
'Owner and managers make codes.';

drop policy if exists update_manager on public.discount_codes;
create policy update_manager on public.discount_codes
for update to authenticated
using (shop_id = any(array(select private.shop_ids_with('discounts.edit')))
  and (select private.my_block()) is null)
with check (shop_id = any(array(select private.shop_ids_with('discounts.edit')))
  and (select private.my_block()) is null);
comment on policy update_manager on public.discount_codes is
'Owner and managers change schedule, cap and minimum, or switch a code off.';

drop policy if exists delete_manager on public.discount_codes;
create policy delete_manager on public.discount_codes
for delete to authenticated
using (shop_id = any(array(select private.shop_ids_with('discounts.edit')))
  and (select private.my_block()) is null);
comment on policy delete_manager on public.discount_codes is
'Owner and managers remove codes that no order has used.';
