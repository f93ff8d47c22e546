-- What a member of a shop may do: private.shop_permissions, asked anew by every request.

-- Definer: policies on the very tables ask it, and the caller cannot read the permissions.
create or replace function private.shop_ids_with(p_permission text)
returns setof uuid
language sql
stable
security definer
set search_path = ''
rows 5
as $$
  select m.shop_id
  from public.shop_members as m
  inner join private.shop_permissions as p on p.role = m.role
  where m.user_id = auth.uid() and p.permission = p_permission;
$$;
comment on function private.shop_ids_with(text) is 'Shops in which the caller has this permission.';
revoke all on function private.shop_ids_with(text) from public;
grant execute on function private.shop_ids_with(text) to authenticated;

create or replace function private.has_shop_permission(p_shop_id uuid, p_permission text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1 from private.shop_ids_with(p_permission) as s (id) where s.id = p_shop_id
  );
$$;
comment on function private.has_shop_permission(uuid, text) is
'Has the caller this permission in this shop now?';
revoke all on function private.has_shop_permission(uuid, text) from public;
grant execute on function private.has_shop_permission(uuid, text) to authenticated;

-- No key update: checkouts of the shop's goods, which refer to it by key, go on meanwhile.
create or replace function private.require_shop(p_shop_id uuid, p_permission text)
returns public.shops
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_shop public.shops;
  v_role public.shop_role;
begin
  select s.* into v_shop from public.shops as s
  where s.id = p_shop_id and s.id in (select private.my_shop_ids())
  for no key update;
  -- Read under the lock: memberships change under it.
  select m.role into v_role from public.shop_members as m
  where m.shop_id = v_shop.id and m.user_id = v_user;
  if v_role is null then
    perform private.fail(404, 'shop_not_found', 'You work in no such shop.');
  end if;
  if (p_permission = 'owner' and v_role <> 'owner')
    or (p_permission <> 'owner' and not private.has_shop_permission(p_shop_id, p_permission))
  then
    perform private.fail(
      403, 'permission_denied', 'Your role in this shop does not allow this.',
      'rpc/my_shop_permissions tells what it allows.'
    );
  end if;
  if v_shop.status = 'closed' then
    perform private.fail(409, 'shop_closed', 'The shop is closed for good.');
  end if;
  return v_shop;
end;
$$;
comment on function private.require_shop(uuid, text) is
'The shop, locked against changes of state and members, if the caller has the permission (''owner'': is its owner) and it is not closed. Errors: shop_not_found, permission_denied, shop_closed.';
revoke all on function private.require_shop(uuid, text) from public;

create or replace function private.my_shop_permissions(p_shop_id uuid)
returns text[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(p.permission order by p.permission), '{}')
  from public.shop_members as m
  inner join private.shop_permissions as p on p.role = m.role
  where m.shop_id = p_shop_id and m.user_id = auth.uid();
$$;
comment on function private.my_shop_permissions(uuid) is 'See public.my_shop_permissions.';
revoke all on function private.my_shop_permissions(uuid) from public;
grant execute on function private.my_shop_permissions(uuid) to authenticated;

create or replace function public.my_shop_permissions(shop_id uuid)
returns text[]
language sql
stable
set search_path = ''
as $$
  select private.my_shop_permissions(shop_id);
$$;
comment on function public.my_shop_permissions(uuid) is
'What I may do in this shop, to show or hide controls; empty if I do not work there. May be called with GET.';
revoke all on function public.my_shop_permissions(uuid) from public, anon, service_role;
grant execute on function public.my_shop_permissions(uuid) to authenticated;
