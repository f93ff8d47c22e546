-- Tags: public while the product is listed; managers add and remove them.
alter table public.product_tags enable row level security;
revoke all on public.product_tags from public, anon, authenticated, service_role;
grant select on public.product_tags to service_role;
grant select on public.product_tags to anon, authenticated;
grant insert (product_id, tag) on public.product_tags to authenticated;
grant delete on public.product_tags to authenticated;

drop policy if exists select_listed on public.product_tags;
create policy select_listed on public.product_tags
for select to anon
using (is_listed);
comment on policy select_listed on public.product_tags is
'Visitors see tags of listed products.';

drop policy if exists select_listed_or_member on public.product_tags;
create policy select_listed_or_member on public.product_tags
for select to authenticated
using (is_listed or shop_id = any(array(select private.my_shop_ids())));
comment on policy select_listed_or_member on public.product_tags is
'Everyone sees tags of listed products; members see all of their shop.';

drop policy if exists insert_manager on public.product_tags;
create policy insert_manager on public.product_tags
for insert to authenticated
with check (
  shop_id = any(array(select private.shop_ids_with('catalogue.edit'))) and (select private.my_block()) is null
);
comment on policy insert_manager on public.product_tags is
'Owner and managers add tags; shop_id is copied from the product first.';

drop policy if exists delete_manager on public.product_tags;
create policy delete_manager on public.product_tags
for delete to authenticated
using (
  shop_id = any(array(select private.shop_ids_with('catalogue.edit'))) and (select private.my_block()) is null
);
comment on policy delete_manager on public.product_tags is
'Owner and managers remove tags.';
