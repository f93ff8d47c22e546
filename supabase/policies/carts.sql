-- Carts: each person's own. Made by cart_add.
alter table public.carts enable row level security;
revoke all on public.carts from public, anon, authenticated, service_role;
grant select on public.carts to service_role;
grant select on public.carts to authenticated;

drop policy if exists select_own on public.carts;
create policy select_own on public.carts
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.carts is
'Each person sees their own cart.';
