-- Notices: the shop's members; what is about money, those who see its money. Written by functions.
alter table public.shop_notices enable row level security;
revoke all on public.shop_notices from public, anon, authenticated, service_role;
grant select on public.shop_notices to service_role;
grant select on public.shop_notices to authenticated;

drop policy if exists select_member on public.shop_notices;
create policy select_member on public.shop_notices
for select to authenticated
using (
  (
    kind in ('suspended', 'closed')
    and shop_id = any(array(select private.my_shop_ids()))
  )
  or shop_id = any(array(select private.shop_ids_with('money.read')))
);
comment on policy select_member on public.shop_notices is
'Members see why their shop is in its state; owner and managers also what is about money.';
