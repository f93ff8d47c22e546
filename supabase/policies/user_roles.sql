-- Platform roles: each person sees their own. Granted by the operator only.
alter table public.user_roles enable row level security;
revoke all on public.user_roles from public, anon, authenticated, service_role;
grant select on public.user_roles to service_role;
grant select on public.user_roles to authenticated;

drop policy if exists select_own on public.user_roles;
create policy select_own on public.user_roles
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.user_roles is
'Each person sees the roles they have.';
