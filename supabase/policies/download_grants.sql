-- Download grants: the buyer only. Redeemed through tokens.
alter table public.download_grants enable row level security;
revoke all on public.download_grants from public, anon, authenticated, service_role;
grant select on public.download_grants to service_role;
grant select on public.download_grants to authenticated;

drop policy if exists select_buyer on public.download_grants;
create policy select_buyer on public.download_grants
for select to authenticated
using (buyer_id = (select auth.uid()));
comment on policy select_buyer on public.download_grants is
'A buyer sees their own grants.';
