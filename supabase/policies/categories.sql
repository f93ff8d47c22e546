-- Categories: public. Written by save_category, move_category and delete_category.
alter table public.categories enable row level security;
revoke all on public.categories from public, anon, authenticated, service_role;
grant select on public.categories to service_role;
grant select on public.categories to anon, authenticated;

drop policy if exists select_all on public.categories;
create policy select_all on public.categories
for select to anon, authenticated
using (true);
comment on policy select_all on public.categories is
'The category tree is for everyone.';
