-- What was viewed: each person's own. Written by note_view.
alter table public.recently_viewed enable row level security;
revoke all on public.recently_viewed from public, anon, authenticated, service_role;
grant select on public.recently_viewed to service_role;
grant select, delete on public.recently_viewed to authenticated;

drop policy if exists select_own on public.recently_viewed;
create policy select_own on public.recently_viewed
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.recently_viewed is
'Each person sees what they viewed.';

drop policy if exists delete_own on public.recently_viewed;
create policy delete_own on public.recently_viewed
for delete to authenticated
using (user_id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy delete_own on public.recently_viewed is
'Each person forgets what they viewed.';
