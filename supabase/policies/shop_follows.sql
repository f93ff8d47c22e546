-- Follows: each person's own; a shop sees its number only, and does not follow itself.
alter table public.shop_follows enable row level security;
revoke all on public.shop_follows from public, anon, authenticated, service_role;
grant select on public.shop_follows to service_role;
grant select, delete on public.shop_follows to authenticated;
grant insert (shop_id) on public.shop_follows to authenticated;

drop policy if exists select_own on public.shop_follows;
create policy select_own on public.shop_follows
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.shop_follows is
'Each person sees whom they follow.';

drop policy if exists insert_own on public.shop_follows;
create policy insert_own on public.shop_follows
for insert to authenticated
with check (user_id = (select auth.uid())
  and (select private.my_block()) is null
  and shop_id <> all(array(select private.my_shop_ids()))
  and exists (select 1 from public.shops as s where s.id = shop_follows.shop_id and s.status = 'active'));
comment on policy insert_own on public.shop_follows is
'Each person follows active shops of others.';

drop policy if exists delete_own on public.shop_follows;
create policy delete_own on public.shop_follows
for delete to authenticated
using (user_id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy delete_own on public.shop_follows is
'Each person stops following.';
