-- Digital originals: the shop's members only; a buyer never sees a storage path. Managers correct
-- release notes; everything else goes through begin_upload and its checks.
alter table public.product_files enable row level security;
revoke all on public.product_files from public, anon, authenticated, service_role;
grant select on public.product_files to service_role;
grant select on public.product_files to authenticated;
grant update (release_notes) on public.product_files to authenticated;

drop policy if exists select_member on public.product_files;
create policy select_member on public.product_files
for select to authenticated
using (shop_id = any(array(select private.my_shop_ids())));
comment on policy select_member on public.product_files is
'Members of the shop see its files.';

drop policy if exists update_manager on public.product_files;
create policy update_manager on public.product_files
for update to authenticated
using (
  shop_id = any(array(select private.shop_ids_with('catalogue.edit'))) and (select private.my_block()) is null
)
with check (
  shop_id = any(array(select private.shop_ids_with('catalogue.edit'))) and (select private.my_block()) is null
);
comment on policy update_manager on public.product_files is
'Owner and managers write release notes.';
