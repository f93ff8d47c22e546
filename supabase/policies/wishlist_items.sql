-- Wishlists: each person's own; what is listed gets in.
alter table public.wishlist_items enable row level security;
revoke all on public.wishlist_items from public, anon, authenticated, service_role;
grant select on public.wishlist_items to service_role;
grant select, delete on public.wishlist_items to authenticated;
grant insert (product_id) on public.wishlist_items to authenticated;

drop policy if exists select_own on public.wishlist_items;
create policy select_own on public.wishlist_items
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.wishlist_items is
'Each person sees their own wishlist.';

drop policy if exists insert_own on public.wishlist_items;
create policy insert_own on public.wishlist_items
for insert to authenticated
with check (user_id = (select auth.uid())
  and (select private.my_block()) is null
  and exists (select 1 from public.products as p where p.id = wishlist_items.product_id and p.is_listed));
comment on policy insert_own on public.wishlist_items is
'Each person wishes for what is listed.';

drop policy if exists delete_own on public.wishlist_items;
create policy delete_own on public.wishlist_items
for delete to authenticated
using (user_id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy delete_own on public.wishlist_items is
'Each person removes wishes.';
