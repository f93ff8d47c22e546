-- Order history: the buyer only.
alter table public.order_events enable row level security;
revoke all on public.order_events from public, anon, authenticated, service_role;
grant select on public.order_events to service_role;
grant select on public.order_events to authenticated;

drop policy if exists select_buyer on public.order_events;
create policy select_buyer on public.order_events
for select to authenticated
using (buyer_id = (select auth.uid()));
comment on policy select_buyer on public.order_events is
'A buyer sees the history of their own orders.';
