-- Email preferences: their owner only.
alter table public.email_preferences enable row level security;
revoke all on public.email_preferences from public, anon, authenticated, service_role;
grant select on public.email_preferences to service_role;
grant select on public.email_preferences to authenticated;
grant update (marketing, followed_shops, reviews, forum) on public.email_preferences to authenticated;

drop policy if exists select_own on public.email_preferences;
create policy select_own on public.email_preferences
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.email_preferences is
'Each person reads their own.';

drop policy if exists update_own on public.email_preferences;
create policy update_own on public.email_preferences
for update to authenticated
using (user_id = (select auth.uid()) and (select private.my_block()) is null)
with check (user_id = (select auth.uid()) and (select private.my_block()) is null);
comment on policy update_own on public.email_preferences is
'Each person edits their own, unless suspended.';
