-- Payments: the buyer only. Written by Stripe's events.
alter table public.payments enable row level security;
revoke all on public.payments from public, anon, authenticated, service_role;
grant select on public.payments to service_role;
grant select on public.payments to authenticated;

drop policy if exists select_buyer on public.payments;
create policy select_buyer on public.payments
for select to authenticated
using (buyer_id = (select auth.uid()));
comment on policy select_buyer on public.payments is
'A buyer sees their own payments.';
