-- Imports: the shop's owner and managers. Written by begin_import and the worker.
alter table public.import_jobs enable row level security;
revoke all on public.import_jobs from public, anon, authenticated, service_role;
grant select on public.import_jobs to service_role;
grant select on public.import_jobs to authenticated;

drop policy if exists select_manager on public.import_jobs;
create policy select_manager on public.import_jobs
for select to authenticated
using (shop_id = any(array(select private.shop_ids_with('catalogue.edit'))));
comment on policy select_manager on public.import_jobs is
'Owner and managers see imports of their shop.';
