-- Variants: public while the product is listed; managers set price and stock.
alter table public.product_variants enable row level security;
revoke all on public.product_variants from public, anon, authenticated, service_role;
grant select on public.product_variants to service_role;
grant select on public.product_variants to anon, authenticated;
grant insert (
    product_id, title, sku, price_amount, currency, stock, position, pricing, minimum_amount,
    compare_at_amount, weight_grams, options
)
on public.product_variants to authenticated;
grant update (
    title, sku, price_amount, stock, position, pricing, minimum_amount, compare_at_amount,
    weight_grams, options
)
on public.product_variants to authenticated;

drop policy if exists select_listed on public.product_variants;
create policy select_listed on public.product_variants
for select to anon
using (is_listed);
comment on policy select_listed on public.product_variants is
'Visitors see variants of listed products.';

drop policy if exists select_listed_or_member on public.product_variants;
create policy select_listed_or_member on public.product_variants
for select to authenticated
using (is_listed or shop_id = any(array(select private.my_shop_ids())));
comment on policy select_listed_or_member on public.product_variants is
'Everyone sees variants of listed products; members see all of their shop.';

drop policy if exists insert_manager on public.product_variants;
create policy insert_manager on public.product_variants
for insert to authenticated
with check (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null);
comment on policy insert_manager on public.product_variants is
'Owner and managers add variants; shop_id is copied from the product first.';

drop policy if exists update_manager on public.product_variants;
create policy update_manager on public.product_variants
for update to authenticated
using (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null)
with check (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null);
comment on policy update_manager on public.product_variants is
'Owner and managers set price and stock.';
