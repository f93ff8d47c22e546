-- Discount codes in a cart: which apply, to which lines, with how much.

create or replace function private.tg_discount_codes__fill()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.code := upper(btrim(new.code));
  return new;
end;
$$;
comment on function private.tg_discount_codes__fill() is 'Codes are upper case.';
revoke all on function private.tg_discount_codes__fill() from public;

create or replace trigger tg_discount_codes__fill
before insert on public.discount_codes
for each row execute function private.tg_discount_codes__fill();

create or replace trigger tg_discount_codes__audit
after insert or delete or update of is_active, starts_at, ends_at, max_uses,
minimum_subtotal_amount on public.discount_codes
for each row execute function private.tg_audit();

-- Half a unit rounds up, as for the fee.
create or replace function private.discount_value(
    p_basis_points integer, p_fixed_amount bigint, p_eligible bigint
)
returns bigint
language sql
immutable
set search_path = ''
as $$
  select least(
    p_eligible, coalesce(p_fixed_amount, (p_eligible * p_basis_points + 5000) / 10000)
  );
$$;
comment on function private.discount_value(integer, bigint, bigint) is
'What a code takes off eligible items of p_eligible (minor units); never more than that.';
revoke all on function private.discount_value(integer, bigint, bigint) from public;

create or replace function private.cart_codes(p_user uuid)
returns table (
    code_id uuid, shop_id uuid, product_id uuid, eligible_amount bigint, discount_amount bigint,
    reason text
)
language sql
stable
security definer
set search_path = ''
as $$
  with lines as (
    select * from private.checkout_lines(p_user)
  ),
  offers as (
    select
      k.*,
      (
        select coalesce(sum(l.unit_amount * l.quantity), 0)::bigint from lines as l
        where l.shop_id = k.shop_id and (k.product_id is null or l.product_id = k.product_id)
      ) as eligible,
      (select min(l.currency) from lines as l where l.shop_id = k.shop_id) as cart_currency
    from private.cart_discounts as d
    inner join public.carts as c on c.id = d.cart_id
    inner join public.discount_codes as k on k.code = d.code
    where c.user_id = p_user
      and k.shop_id in (select l.shop_id from lines as l)
      -- As if it did not exist: nobody need know what a shop prepares.
      and k.is_active and k.starts_at <= now()
  ),
  judged as (
    select
      o.*,
      private.discount_value(o.basis_points, o.fixed_amount, o.eligible) as value,
      case
        when o.ends_at <= now() then 'discount_ended'
        when o.currency <> o.cart_currency then 'discount_other_currency'
        when o.eligible = 0 then 'discount_other_products'
        when o.eligible < o.minimum_subtotal_amount then 'discount_below_minimum'
        when o.uses >= o.max_uses then 'discount_used_up'
        when o.max_uses_per_customer <= (
          select count(*) from private.discount_redemptions as r
          where r.code_id = o.id and r.buyer_id = p_user and r.state <> 'released'
        ) then 'discount_used_before'
        when private.discount_value(o.basis_points, o.fixed_amount, o.eligible) = 0
          then 'discount_too_small'
      end as reason
    from offers as o
  )
  select
    j.id, j.shop_id, j.product_id, j.eligible, case when j.reason is null then j.value else 0 end,
    j.reason
  from judged as j;
$$;
comment on function private.cart_codes(uuid) is
'The codes that the name in a person''s cart stands for, a row per shop: what each takes off now, or why it does not.';
revoke all on function private.cart_codes(uuid) from public;

create or replace function private.discount_lines(p_user uuid)
returns table (variant_id uuid, discount_amount bigint)
language sql
stable
security definer
set search_path = ''
as $$
  with split as (
    select
      array_agg(l.variant_id order by l.variant_id) as ids,
      private.allocate(
        c.discount_amount, array_agg(l.unit_amount * l.quantity order by l.variant_id)
      ) as parts
    from private.cart_codes(p_user) as c
    inner join private.checkout_lines(p_user) as l
      on l.shop_id = c.shop_id and (c.product_id is null or l.product_id = c.product_id)
    where c.discount_amount > 0
    group by c.code_id, c.discount_amount
  )
  select s.ids[n.n], s.parts[n.n]
  from split as s
  cross join lateral generate_subscripts(s.ids, 1) as n (n);
$$;
comment on function private.discount_lines(uuid) is
'What is off each line of a person''s cart, by largest remainder; lines without a discount are left out.';
revoke all on function private.discount_lines(uuid) from public;

create or replace function private.cart_discount(p_user uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'code', d.code, 'amount', coalesce(k.amount, 0), 'applies', coalesce(k.amount, 0) > 0,
    'reason', case
      when k.amount > 0 then null else coalesce(k.reason, 'discount_not_found')
    end,
    'shops', coalesce(k.shops, '[]')
  )
  from private.cart_discounts as d
  inner join public.carts as c on c.id = d.cart_id
  cross join lateral (
    select
      sum(o.discount_amount)::bigint as amount, min(o.reason) as reason,
      jsonb_agg(
        jsonb_build_object(
          'shop_id', o.shop_id, 'amount', o.discount_amount, 'reason', o.reason
        )
        order by o.shop_id
      ) as shops
    from private.cart_codes(p_user) as o
  ) as k
  where c.user_id = p_user;
$$;
comment on function private.cart_discount(uuid) is
'The code in a person''s cart as cart_summary shows it; null if there is none.';
revoke all on function private.cart_discount(uuid) from public;

create or replace function private.apply_discount_code(p_code text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_code text := upper(btrim(left(coalesce(p_code, ''), 100)));
  v_cart uuid;
  v_wait integer := private.rate_hit('discount_code', v_user::text);
begin
  if v_wait > 0 then
    perform private.fail(
      429, 'rate_limited', 'Too many codes in a short time.',
      'Wait as long as Retry-After says.', null, v_wait
    );
  end if;
  select c.id into v_cart from public.carts as c where c.user_id = v_user for update;
  if exists (
    select 1 from public.discount_codes as k
    where k.code = v_code and k.is_active and k.starts_at <= now()
      and k.shop_id in (select l.shop_id from private.checkout_lines(v_user) as l)
  ) then
    insert into private.cart_discounts (cart_id, code) values (v_cart, v_code)
    on conflict (cart_id) do update set code = excluded.code;
    return private.cart_summary();
  end if;
  -- Not raised: that would forget the attempt, and codes could be guessed without end.
  return private.cart_summary() || jsonb_build_object(
    'refused_code', left(v_code, 32), 'refused_reason', 'discount_not_found'
  );
end;
$$;
comment on function private.apply_discount_code(text) is 'See public.apply_discount_code.';
revoke all on function private.apply_discount_code(text) from public;
grant execute on function private.apply_discount_code(text) to authenticated;

create or replace function public.apply_discount_code(code text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.apply_discount_code(code);
$$;
comment on function public.apply_discount_code(text) is
'Put a discount code into my cart, in place of another; returns the cart. Its discount says what it takes off, or the reason why it does not apply yet. A code that no shop in the cart has is not kept: refused_code and refused_reason. Errors: rate_limited.';
revoke all on function public.apply_discount_code(text) from public, anon, service_role;
grant execute on function public.apply_discount_code(text) to authenticated;

create or replace function private.remove_discount_code()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
begin
  perform 1 from public.carts as c where c.user_id = v_user for update;
  delete from private.cart_discounts as d using public.carts as c
  where c.id = d.cart_id and c.user_id = v_user;
  return private.cart_summary();
end;
$$;
comment on function private.remove_discount_code() is 'See public.remove_discount_code.';
revoke all on function private.remove_discount_code() from public;
grant execute on function private.remove_discount_code() to authenticated;

create or replace function public.remove_discount_code()
returns jsonb
language sql
set search_path = ''
as $$
  select private.remove_discount_code();
$$;
comment on function public.remove_discount_code() is
'Take the discount code out of my cart; returns the cart.';
revoke all on function public.remove_discount_code() from public, anon, service_role;
grant execute on function public.remove_discount_code() to authenticated;
