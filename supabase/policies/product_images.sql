-- Images: public while the product is listed; managers arrange them.
alter table public.product_images enable row level security;
revoke all on public.product_images from public, anon, authenticated, service_role;
grant select on public.product_images to service_role;
grant select on public.product_images to anon, authenticated;
grant insert (product_id, path, alt, position) on public.product_images to authenticated;
grant update (alt, position) on public.product_images to authenticated;
grant delete on public.product_images to authenticated;

drop policy if exists select_listed on public.product_images;
create policy select_listed on public.product_images
for select to anon
using (is_listed);
comment on policy select_listed on public.product_images is
'Visitors see images of listed products.';

drop policy if exists select_listed_or_member on public.product_images;
create policy select_listed_or_member on public.product_images
for select to authenticated
using (is_listed or shop_id = any(array(select private.my_shop_ids())));
comment on policy select_listed_or_member on public.product_images is
'Everyone sees images of listed products; members see all of their shop.';

drop policy if exists insert_manager on public.product_images;
create policy insert_manager on public.product_images
for insert to authenticated
with check (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and path like shop_id::text || '/' || product_id::text || '/%'
  and (select private.my_block()) is null);
comment on policy insert_manager on public.product_images is
'Owner and managers add images that lie in the folder of their product.';

drop policy if exists update_manager on public.product_images;
create policy update_manager on public.product_images
for update to authenticated
using (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null)
with check (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null);
comment on policy update_manager on public.product_images is
'Owner and managers edit order and alt text.';

drop policy if exists delete_manager on public.product_images;
create policy delete_manager on public.product_images
for delete to authenticated
using (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null);
comment on policy delete_manager on public.product_images is
'Owner and managers remove images.';
