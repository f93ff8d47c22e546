-- Uses of discount codes by orders: held, consumed, released, held again. Codes are locked in the
-- order of their ids, after variants and cart lines.

create or replace function private.lock_discount_codes(p_code_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform 1 from public.discount_codes as k
  where k.id = any (p_code_ids)
  order by k.id
  for no key update;
end;
$$;
comment on function private.lock_discount_codes(uuid[]) is
'Lock codes, in one order for everybody.';
revoke all on function private.lock_discount_codes(uuid[]) from public;

create or replace function private.lock_cart_discount(p_user uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform 1 from private.cart_discounts as d
  inner join public.carts as c on c.id = d.cart_id
  where c.user_id = p_user
  for update of d;
  -- All of that name, those that are off included: one may be switched on meanwhile.
  perform private.lock_discount_codes(array(
    select k.id from private.cart_discounts as d
    inner join public.carts as c on c.id = d.cart_id
    inner join public.discount_codes as k on k.code = d.code
    where c.user_id = p_user
      and k.shop_id in (select l.shop_id from private.checkout_lines(p_user) as l)
  ));
end;
$$;
comment on function private.lock_cart_discount(uuid) is
'Lock the code in a person''s cart and what it stands for, so that its caps hold until commit.';
revoke all on function private.lock_cart_discount(uuid) from public;

create or replace function private.redeem_discounts(p_order_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  with held as (
    insert into private.discount_redemptions (
      shop_order_id, order_id, code_id, buyer_id, amount, currency
    )
    select s.id, s.order_id, k.code_id, s.buyer_id, s.discount_amount, s.currency
    from public.shop_orders as s
    inner join private.cart_codes(
      (select o.buyer_id from public.orders as o where o.id = p_order_id)
    ) as k on k.shop_id = s.shop_id
    where s.order_id = p_order_id and s.discount_amount > 0
    returning code_id
  )
  update public.discount_codes as k set uses = k.uses + 1
  from held as h
  where k.id = h.code_id;
end;
$$;
comment on function private.redeem_discounts(uuid) is
'Hold the codes of a new order. Its shop orders have their discounts, the codes are locked.';
revoke all on function private.redeem_discounts(uuid) from public;

create or replace function private.settle_discounts(p_order_id uuid, p_paid boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if p_paid then
    update private.discount_redemptions as r set state = 'consumed'
    where r.order_id = p_order_id and r.state = 'held';
    return;
  end if;
  perform private.lock_discount_codes(array(
    select r.code_id from private.discount_redemptions as r
    where r.order_id = p_order_id and r.state = 'held'
  ));
  with released as (
    update private.discount_redemptions as r set state = 'released'
    where r.order_id = p_order_id and r.state = 'held'
    returning r.code_id
  )
  update public.discount_codes as k set uses = k.uses - 1
  from released as r
  where k.id = r.code_id;
end;
$$;
comment on function private.settle_discounts(uuid, boolean) is
'End an order''s hold on codes: used, or free again. Doing it again changes nothing.';
revoke all on function private.settle_discounts(uuid, boolean) from public;

-- Schedule and minimum were right when the order was placed; only the caps can be in the way now.
create or replace function private.hold_discounts(p_order_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.lock_discount_codes(array(
    select r.code_id from private.discount_redemptions as r where r.order_id = p_order_id
  ));
  if exists (
    select 1 from private.discount_redemptions as r
    inner join public.discount_codes as k on k.id = r.code_id
    where r.order_id = p_order_id and r.state = 'released' and (
      k.uses >= k.max_uses
      or k.max_uses_per_customer <= (
        select count(*) from private.discount_redemptions as o
        where o.code_id = k.id and o.buyer_id = r.buyer_id and o.state <> 'released'
      )
    )
  ) then
    return false;
  end if;
  with held as (
    update private.discount_redemptions as r set state = 'held'
    where r.order_id = p_order_id and r.state = 'released'
    returning r.code_id
  )
  update public.discount_codes as k set uses = k.uses + 1
  from held as h
  where k.id = h.code_id;
  return true;
end;
$$;
comment on function private.hold_discounts(uuid) is
'Hold the codes of an order again after their release, all or none; false if a cap is reached.';
revoke all on function private.hold_discounts(uuid) from public;

create or replace function private.hold_again(p_order_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- With what bundles hold, at once: in two goes the order of locks would be another one.
  perform private.lock_goods(array(
    select g.variant_id from private.order_goods(array[p_order_id]) as g
  ));
  if not private.hold_discounts(p_order_id) then
    return false;
  end if;
  if not private.hold_stock(p_order_id) then
    perform private.settle_discounts(p_order_id, false);
    return false;
  end if;
  return true;
end;
$$;
comment on function private.hold_again(uuid) is
'Set an expired order''s pieces and codes aside once more, for a payment that came late; all or none.';
revoke all on function private.hold_again(uuid) from public;
