-- Products: public while listed; members see all of their shop's. Status by RPC only.
alter table public.products enable row level security;
revoke all on public.products from public, anon, authenticated, service_role;
grant select on public.products to service_role;
grant select on public.products to anon, authenticated;
grant insert (shop_id, slug, title, description, kind, category_id, is_bundle, countries)
on public.products to authenticated;
grant update (slug, title, description, category_id, countries)
on public.products to authenticated;

drop policy if exists select_listed on public.products;
create policy select_listed on public.products
for select to anon
using (is_listed);
comment on policy select_listed on public.products is
'Visitors see listed products.';

drop policy if exists select_listed_or_member on public.products;
create policy select_listed_or_member on public.products
for select to authenticated
using (is_listed or shop_id = any(array(select private.my_shop_ids())));
comment on policy select_listed_or_member on public.products is
'Everyone sees listed products; members see all of their shop.';

drop policy if exists insert_manager on public.products;
create policy insert_manager on public.products
for insert to authenticated
with check (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null);
comment on policy insert_manager on public.products is
'Owner and managers add products.';

drop policy if exists update_manager on public.products;
create policy update_manager on public.products
for update to authenticated
using (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null)
with check (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null);
comment on policy update_manager on public.products is
'Owner and managers edit texts.';
