-- Errors of imports: the shop's owner and managers. Written by the worker.
alter table public.import_errors enable row level security;
revoke all on public.import_errors from public, anon, authenticated, service_role;
grant select on public.import_errors to service_role;
grant select on public.import_errors to authenticated;

drop policy if exists select_manager on public.import_errors;
create policy select_manager on public.import_errors
for select to authenticated
using (shop_id = any(array(select private.shop_ids_with('catalogue.edit'))));
comment on policy select_manager on public.import_errors is
'Owner and managers see what is wrong in imports of their shop.';
