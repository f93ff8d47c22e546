-- Who works in a shop: one owner always, others come by invitation and go.

-- Definer: a deferred check runs at commit as whoever is the role then.
create or replace function private.tg_shop_members__one_owner()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop uuid := case tg_table_name
    when 'shops' then to_jsonb(new) ->> 'id'
    else coalesce(to_jsonb(new), to_jsonb(old)) ->> 'shop_id'
  end;
begin
  if exists (select 1 from public.shops as s where s.id = v_shop) and not exists (
    select 1 from public.shop_members as m where m.shop_id = v_shop and m.role = 'owner'
  ) then
    raise exception 'shop % has no owner', v_shop
      using errcode = '23514', constraint = 'shop_members_one_owner';
  end if;
  return null;
end;
$$;
comment on function private.tg_shop_members__one_owner() is
'At commit: a shop has an owner. That it has no second one is a unique index.';
revoke all on function private.tg_shop_members__one_owner() from public;

drop trigger if exists tg_shop_members__one_owner on public.shop_members;
create constraint trigger tg_shop_members__one_owner
after update of role or delete on public.shop_members
deferrable initially deferred
for each row execute function private.tg_shop_members__one_owner();

drop trigger if exists tg_shops__one_owner on public.shops;
create constraint trigger tg_shops__one_owner
after insert on public.shops
deferrable initially deferred
for each row execute function private.tg_shop_members__one_owner();

create or replace function private.tg_shop_members__emit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_row public.shop_members := coalesce(new, old);
begin
  perform private.emit(
    'private-shop-' || v_row.shop_id, 'shop.members',
    jsonb_build_object('shop_id', v_row.shop_id)
  );
  perform private.emit(
    'private-user-' || v_row.user_id, 'shop.membership',
    jsonb_build_object('shop_id', v_row.shop_id)
  );
  return null;
end;
$$;
comment on function private.tg_shop_members__emit() is
'Who joins, leaves or changes role: for the shop, and for the person, who may not hear the shop any more.';
revoke all on function private.tg_shop_members__emit() from public;

create or replace trigger tg_shop_members__emit
after insert or update or delete on public.shop_members
for each row execute function private.tg_shop_members__emit();

create or replace function private.other_member(p_shop_id uuid, p_user_id uuid)
returns public.shop_members
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_member public.shop_members;
begin
  select m.* into v_member from public.shop_members as m
  where m.shop_id = p_shop_id and m.user_id = p_user_id;
  if v_member.user_id is null then
    perform private.fail(404, 'member_not_found', 'Nobody of that id works in the shop.');
  end if;
  if v_member.role = 'owner' then
    perform private.fail(
      409, 'owner_stays', 'A shop always has its owner.',
      'Hand it over (rpc/offer_ownership) or close it (rpc/close_shop).'
    );
  end if;
  return v_member;
end;
$$;
comment on function private.other_member(uuid, uuid) is
'A member who is not the owner. Errors: member_not_found, owner_stays.';
revoke all on function private.other_member(uuid, uuid) from public;

create or replace function private.remove_member(p_shop_id uuid, p_user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_shop(p_shop_id, 'members.manage');
  perform private.other_member(p_shop_id, p_user_id);
  delete from public.shop_members as m where m.shop_id = p_shop_id and m.user_id = p_user_id;
end;
$$;
comment on function private.remove_member(uuid, uuid) is 'See public.remove_member.';
revoke all on function private.remove_member(uuid, uuid) from public;
grant execute on function private.remove_member(uuid, uuid) to authenticated;

create or replace function public.remove_member(shop_id uuid, user_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.remove_member(shop_id, user_id);
$$;
comment on function public.remove_member(uuid, uuid) is
'Take somebody out of my shop, from their next request on. Errors: shop_not_found, permission_denied, shop_closed, member_not_found, owner_stays.';
revoke all on function public.remove_member(uuid, uuid) from public, anon, service_role;
grant execute on function public.remove_member(uuid, uuid) to authenticated;

create or replace function private.change_member_role(
    p_shop_id uuid, p_user_id uuid, p_role public.shop_role
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_member public.shop_members;
begin
  perform private.require_shop(p_shop_id, 'members.manage');
  if p_role is null or p_role = 'owner' then
    perform private.fail(
      422, 'invalid_role', 'The role is manager or staff.',
      'A shop is handed over by rpc/offer_ownership.'
    );
  end if;
  v_member := private.other_member(p_shop_id, p_user_id);
  if v_member.role <> p_role then
    update public.shop_members as m set role = p_role
    where m.shop_id = p_shop_id and m.user_id = p_user_id;
  end if;
end;
$$;
comment on function private.change_member_role(uuid, uuid, public.shop_role) is
'See public.change_member_role.';
revoke all on function private.change_member_role(uuid, uuid, public.shop_role) from public;
grant execute on function private.change_member_role(uuid, uuid, public.shop_role)
to authenticated;

create or replace function public.change_member_role(
    shop_id uuid, user_id uuid, role public.shop_role
)
returns void
language sql
set search_path = ''
as $$
  select private.change_member_role(shop_id, user_id, role);
$$;
comment on function public.change_member_role(uuid, uuid, public.shop_role) is
'Make a member of my shop manager or staff, from their next request on. Errors: shop_not_found, permission_denied, shop_closed, invalid_role, member_not_found, owner_stays.';
revoke all on function public.change_member_role(uuid, uuid, public.shop_role)
from public, anon, service_role;
grant execute on function public.change_member_role(uuid, uuid, public.shop_role)
to authenticated;

create or replace function private.leave_shop(p_shop_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
begin
  perform 1 from public.shops as s
  where s.id = p_shop_id and s.id in (select private.my_shop_ids())
  for no key update;
  if not found then
    perform private.fail(404, 'shop_not_found', 'You work in no such shop.');
  end if;
  perform private.other_member(p_shop_id, v_user);
  delete from public.shop_members as m where m.shop_id = p_shop_id and m.user_id = v_user;
end;
$$;
comment on function private.leave_shop(uuid) is 'See public.leave_shop.';
revoke all on function private.leave_shop(uuid) from public;
grant execute on function private.leave_shop(uuid) to authenticated;

create or replace function public.leave_shop(shop_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.leave_shop(shop_id);
$$;
comment on function public.leave_shop(uuid) is
'Stop working in a shop. Errors: shop_not_found, owner_stays.';
revoke all on function public.leave_shop(uuid) from public, anon, service_role;
grant execute on function public.leave_shop(uuid) to authenticated;
