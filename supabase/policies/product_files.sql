-- Digital originals: the shop's members only; a buyer never sees a storage path.
alter table public.product_files enable row level security;
revoke all on public.product_files from public, anon, authenticated, service_role;
grant select on public.product_files to service_role;
grant select on public.product_files to authenticated;

drop policy if exists select_member on public.product_files;
create policy select_member on public.product_files
for select to authenticated
using (shop_id = any(array(select private.my_shop_ids())));
comment on policy select_member on public.product_files is
'Members of the shop see its files.';
