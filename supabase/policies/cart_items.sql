-- Cart items: each person's own. Added by cart_add, so that only what is on sale gets in.
alter table public.cart_items enable row level security;
revoke all on public.cart_items from public, anon, authenticated, service_role;
grant select on public.cart_items to service_role;
grant select, delete on public.cart_items to authenticated;
grant update (quantity) on public.cart_items to authenticated;

drop policy if exists select_own on public.cart_items;
create policy select_own on public.cart_items
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.cart_items is
'Each person sees their own cart.';

drop policy if exists update_own on public.cart_items;
create policy update_own on public.cart_items
for update to authenticated
using (user_id = (select auth.uid())
  and (select private.my_block()) is null)
with check (user_id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy update_own on public.cart_items is
'Each person changes quantities in their own cart.';

drop policy if exists delete_own on public.cart_items;
create policy delete_own on public.cart_items
for delete to authenticated
using (user_id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy delete_own on public.cart_items is
'Each person empties their own cart.';
