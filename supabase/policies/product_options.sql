-- Options: public while the product is listed. Written by set_product_options and imports.
alter table public.product_options enable row level security;
revoke all on public.product_options from public, anon, authenticated, service_role;
grant select on public.product_options to service_role;
grant select on public.product_options to anon, authenticated;

drop policy if exists select_listed on public.product_options;
create policy select_listed on public.product_options
for select to anon
using (is_listed);
comment on policy select_listed on public.product_options is
'Visitors see options of listed products.';

drop policy if exists select_listed_or_member on public.product_options;
create policy select_listed_or_member on public.product_options
for select to authenticated
using (is_listed or shop_id = any(array(select private.my_shop_ids())));
comment on policy select_listed_or_member on public.product_options is
'Everyone sees options of listed products; members see all of their shop.';
