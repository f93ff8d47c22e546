-- The cart.

create or replace function private.cart_summary()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with lines as (
    select
      i.id, i.variant_id, i.quantity, v.product_id, v.shop_id, p.title, p.kind,
      v.title as variant_title, s.name as shop_name, v.price_amount, v.currency,
      v.price_amount * i.quantity as total_amount,
      (v.is_listed and (v.stock is null or v.available >= i.quantity)) as available
    from public.cart_items as i
    inner join public.product_variants as v on v.id = i.variant_id
    inner join public.products as p on p.id = v.product_id
    inner join public.shops as s on s.id = v.shop_id
    where i.user_id = auth.uid()
  ),
  discount as (
    select private.cart_discount(auth.uid()) as discount
  )
  select jsonb_build_object(
    'items', coalesce(jsonb_agg(to_jsonb(l) order by l.id), '[]'),
    'subtotal_amount', coalesce(sum(l.total_amount), 0),
    'discount', (select d.discount from discount as d),
    'discount_amount', (select coalesce((d.discount ->> 'amount')::bigint, 0) from discount as d),
    'total_amount', coalesce(sum(l.total_amount), 0)
      - (select coalesce((d.discount ->> 'amount')::bigint, 0) from discount as d),
    'currency', case when count(distinct l.currency) = 1 then min(l.currency) end,
    'can_check_out', count(*) > 0 and bool_and(l.available) and count(distinct l.currency) = 1
      and (select coalesce((d.discount ->> 'applies')::boolean, true) from discount as d)
  )
  from lines as l;
$$;
comment on function private.cart_summary() is 'See public.cart_summary.';
revoke all on function private.cart_summary() from public;
grant execute on function private.cart_summary() to authenticated;

create or replace function public.cart_summary()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.cart_summary();
$$;
comment on function public.cart_summary() is
'My cart at today''s prices (minor units); discount: the code in it, what it takes off, or the reason why it does not apply; can_check_out says whether begin_checkout would take it.';
revoke all on function public.cart_summary() from public, anon, service_role;
grant execute on function public.cart_summary() to authenticated;

create or replace function private.cart_add(p_variant_id uuid, p_quantity integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_cart uuid;
  v_quantity integer;
begin
  if p_quantity is null or p_quantity not between 1 and 99 then
    perform private.fail(422, 'invalid_quantity', 'The quantity is 1 to 99.');
  end if;
  if not exists (
    select 1 from public.product_variants as v where v.id = p_variant_id and v.is_listed
  ) then
    perform private.fail(404, 'variant_not_found', 'No such product is on sale.');
  end if;
  insert into public.carts as c (user_id) values (v_user)
  on conflict (user_id) do update set updated_at = now()
  returning c.id into v_cart;
  if (select count(*) from public.cart_items as i where i.cart_id = v_cart) >= 100 then
    perform private.fail(409, 'cart_full', 'A cart holds 100 different products.');
  end if;
  insert into public.cart_items as i (cart_id, user_id, variant_id, quantity)
  values (v_cart, v_user, p_variant_id, p_quantity)
  on conflict (cart_id, variant_id) do update
  set quantity = least(i.quantity + excluded.quantity, 99)
  returning i.quantity into v_quantity;
  return private.cart_summary();
end;
$$;
comment on function private.cart_add(uuid, integer) is 'See public.cart_add.';
revoke all on function private.cart_add(uuid, integer) from public;
grant execute on function private.cart_add(uuid, integer) to authenticated;

create or replace function public.cart_add(variant_id uuid, quantity integer default 1)
returns jsonb
language sql
set search_path = ''
as $$
  select private.cart_add(variant_id, quantity);
$$;
comment on function public.cart_add(uuid, integer) is
'Put a variant into my cart, or more of it; returns the cart. Errors: invalid_quantity, variant_not_found, cart_full.';
revoke all on function public.cart_add(uuid, integer) from public, anon, service_role;
grant execute on function public.cart_add(uuid, integer) to authenticated;
