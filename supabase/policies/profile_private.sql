-- The private part of a profile: its owner only.
alter table public.profile_private enable row level security;
revoke all on public.profile_private from public, anon, authenticated, service_role;
grant select on public.profile_private to service_role;
grant select on public.profile_private to authenticated;
grant update (legal_name, phone, birth_date, locale, country)
on public.profile_private to authenticated;

drop policy if exists select_own on public.profile_private;
create policy select_own on public.profile_private
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.profile_private is
'Each person reads their own.';

drop policy if exists update_own on public.profile_private;
create policy update_own on public.profile_private
for update to authenticated
using (user_id = (select auth.uid()) and (select private.my_block()) is null)
with check (user_id = (select auth.uid()) and (select private.my_block()) is null);
comment on policy update_own on public.profile_private is
'Each person edits their own, unless suspended.';
