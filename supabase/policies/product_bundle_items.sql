-- What bundles hold: public while the bundle is listed. Written by set_bundle_items.
alter table public.product_bundle_items enable row level security;
revoke all on public.product_bundle_items from public, anon, authenticated, service_role;
grant select on public.product_bundle_items to service_role;
grant select on public.product_bundle_items to anon, authenticated;

drop policy if exists select_listed on public.product_bundle_items;
create policy select_listed on public.product_bundle_items
for select to anon
using (is_listed);
comment on policy select_listed on public.product_bundle_items is
'Visitors see what listed bundles hold.';

drop policy if exists select_listed_or_member on public.product_bundle_items;
create policy select_listed_or_member on public.product_bundle_items
for select to authenticated
using (is_listed or shop_id = any(array(select private.my_shop_ids())));
comment on policy select_listed_or_member on public.product_bundle_items is
'Everyone sees what listed bundles hold; members see all of their shop.';
