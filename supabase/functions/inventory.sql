-- Stock: set aside, taken, given back. Every function here locks variants in the order of their
-- ids, so that two orders over the same products cannot deadlock.

create or replace function private.lock_variants(p_variant_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform 1 from public.product_variants as v
  where v.id = any (p_variant_ids)
  order by v.id
  for no key update;
end;
$$;
comment on function private.lock_variants(uuid[]) is 'Lock variants, in one order for everybody.';
revoke all on function private.lock_variants(uuid[]) from public;

create or replace function private.hold_stock(p_order_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.lock_goods(array(
    select g.variant_id from private.order_goods(array[p_order_id]) as g
  ));
  -- By variant: a bundle and something it holds may be in the same order.
  if exists (
    select 1 from private.order_goods(array[p_order_id]) as g
    inner join public.product_variants as v on v.id = g.variant_id
    where v.stock is not null
    group by v.id having min(v.available) < sum(g.quantity)
  ) then
    return false;
  end if;
  update public.product_variants as v set reserved = v.reserved + g.quantity
  from (
    select o.variant_id, sum(o.quantity)::integer as quantity
    from private.order_goods(array[p_order_id]) as o group by o.variant_id
  ) as g
  where v.id = g.variant_id and v.stock is not null;
  insert into private.inventory_reservations (order_item_id, order_id, variant_id, quantity)
  select g.order_item_id, g.order_id, g.variant_id, sum(g.quantity)
  from private.order_goods(array[p_order_id]) as g
  inner join public.product_variants as v on v.id = g.variant_id
  where v.stock is not null
  group by g.order_item_id, g.order_id, g.variant_id
  on conflict (order_item_id, variant_id) do update set state = 'held';
  return true;
end;
$$;
comment on function private.hold_stock(uuid) is
'Set an order''s pieces aside, all or none; false if there are too few. Also after a release.';
revoke all on function private.hold_stock(uuid) from public;

create or replace function private.settle_stock(p_order_id uuid, p_sold boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.lock_goods(array(
    select r.variant_id from private.inventory_reservations as r
    where r.order_id = p_order_id and r.state = 'held'
  ));
  with settled as (
    update private.inventory_reservations as r
    set state = case when p_sold then 'consumed' else 'released' end
    where r.order_id = p_order_id and r.state = 'held'
    returning r.variant_id, r.quantity
  )
  update public.product_variants as v
  set
    reserved = v.reserved - s.quantity,
    stock = v.stock - case when p_sold then s.quantity else 0 end
  from (
    select t.variant_id, sum(t.quantity)::integer as quantity from settled as t
    group by t.variant_id
  ) as s
  where v.id = s.variant_id;
end;
$$;
comment on function private.settle_stock(uuid, boolean) is
'End an order''s reservations: pieces sold, or back on the shelf. Doing it again changes nothing.';
revoke all on function private.settle_stock(uuid, boolean) from public;
