-- Profiles: everyone reads, each person edits their own.
alter table public.profiles enable row level security;
revoke all on public.profiles from public, anon, authenticated, service_role;
grant select on public.profiles to service_role;
grant select on public.profiles to anon, authenticated;
grant update (handle, display_name, bio, avatar_path) on public.profiles to authenticated;

drop policy if exists select_all on public.profiles;
create policy select_all on public.profiles
for select to anon, authenticated
using (true);
comment on policy select_all on public.profiles is
'A profile is public; it holds nothing private.';

drop policy if exists update_own on public.profiles;
create policy update_own on public.profiles
for update to authenticated
using (id = (select auth.uid())
  and (select private.my_block()) is null)
with check (id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy update_own on public.profiles is
'Each person edits their own profile.';
