-- Deletions that were asked for: whose account it is. Written by RPC only.
alter table public.account_deletions enable row level security;
revoke all on public.account_deletions from public, anon, authenticated, service_role;
grant select on public.account_deletions to service_role;
grant select on public.account_deletions to authenticated;

drop policy if exists select_own on public.account_deletions;
create policy select_own on public.account_deletions
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.account_deletions is
'Each person sees whether and when their account goes.';
