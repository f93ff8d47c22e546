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
      v.title as variant_title, s.name as shop_name, v.pricing, v.minimum_amount, v.currency,
      private.line_amount(v, i.unit_amount) as price_amount,
      private.line_amount(v, i.unit_amount) * i.quantity as total_amount, p.countries,
      (
        v.is_listed and (v.stock is null or v.available >= i.quantity)
        and (not p.is_bundle or private.bundle_in_stock(p.id, i.quantity))
        and coalesce(private.line_amount(v, i.unit_amount) >= v.minimum_amount, true)
        and private.vacation_end(v.shop_id) is null
      ) as available,
      private.vacation_end(v.shop_id) as shop_on_vacation_until
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

drop function if exists public.cart_add(uuid, integer);
drop function if exists private.cart_add(uuid, integer);

create or replace function private.cart_add(
    p_variant_id uuid, p_quantity integer, p_amount bigint
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_cart uuid;
  v_variant public.product_variants;
begin
  if p_quantity is null or p_quantity not between 1 and 99 then
    perform private.fail(422, 'invalid_quantity', 'The quantity is 1 to 99.');
  end if;
  select v.* into v_variant from public.product_variants as v
  where v.id = p_variant_id and v.is_listed;
  if v_variant.id is null then
    perform private.fail(404, 'variant_not_found', 'No such product is on sale.');
  end if;
  perform private.refuse_on_vacation(v_variant.shop_id);
  if p_amount is not null and v_variant.pricing = 'fixed' then
    perform private.fail(422, 'price_is_fixed', 'The price of this is not yours to choose.');
  end if;
  if p_amount > 99999999 then
    perform private.fail(422, 'amount_too_high', 'The amount is above what can be charged.');
  end if;
  if p_amount < v_variant.minimum_amount then
    perform private.fail(
      409, 'amount_below_minimum', format('It costs %s at least.', v_variant.minimum_amount),
      'Choose a higher amount.', p_variant_id::text
    );
  end if;
  insert into public.carts as c (user_id) values (v_user)
  on conflict (user_id) do update set updated_at = now()
  returning c.id into v_cart;
  if (select count(*) from public.cart_items as i where i.cart_id = v_cart) >= 100 then
    perform private.fail(409, 'cart_full', 'A cart holds 100 different products.');
  end if;
  insert into public.cart_items as i (cart_id, user_id, variant_id, quantity, unit_amount)
  values (v_cart, v_user, p_variant_id, p_quantity, p_amount)
  on conflict (cart_id, variant_id) do update
  set quantity = least(i.quantity + excluded.quantity, 99),
    unit_amount = coalesce(excluded.unit_amount, i.unit_amount);
  return private.cart_summary();
end;
$$;
comment on function private.cart_add(uuid, integer, bigint) is 'See public.cart_add.';
revoke all on function private.cart_add(uuid, integer, bigint) from public;
grant execute on function private.cart_add(uuid, integer, bigint) to authenticated;

create or replace function public.cart_add(
    variant_id uuid, quantity integer default 1, amount bigint default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.cart_add(variant_id, quantity, amount);
$$;
comment on function public.cart_add(uuid, integer, bigint) is
'Put a variant into my cart, or more of it; returns the cart. amount (minor units): what I want to pay for a piece, where the variant''s pricing is pwyw. Errors: invalid_quantity, variant_not_found, shop_on_vacation, cart_full, price_is_fixed, amount_too_high, amount_below_minimum.';
revoke all on function public.cart_add(uuid, integer, bigint) from public, anon, service_role;
grant execute on function public.cart_add(uuid, integer, bigint) to authenticated;
