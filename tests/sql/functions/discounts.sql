-- Codes in the cart: which apply, what they take off, and why not.
begin;
select no_plan();
select tests.world();
select tests.make_product('owner', 'alpha-shop', 'pen', 'physical', 333, 100);
select tests.make_code('manager', 'alpha-shop', 'TENTH', 1000);
select tests.make_code('manager', 'alpha-shop', 'PENS', 5000, p_product => 'pen');
select tests.make_code('manager', 'alpha-shop', 'FIVER', null, 500, p_minimum => 2000);
select tests.make_code('manager', 'alpha-shop', 'ALL', 10000);
select tests.make_code('seller', 'beta-shop', 'TENTH', 2000);

create function pg_temp.cart(p_code text default null)
returns text
language sql
as $$
  select concat_ws(
    ' ', c ->> 'subtotal_amount', c ->> 'discount_amount', c ->> 'total_amount', c #>> '{discount,code}',
    c #>> '{discount,reason}', c ->> 'refused_reason'
  )
  from (
    select case when p_code is null then public.cart_summary() else public.apply_discount_code(p_code) end as c
  ) as s;
$$;

select tests.become_anon();
select is(tests.outcome($$ select public.apply_discount_code('TENTH') $$), '42501', 'visitors have no cart');
select tests.become('stranger');
select is(pg_temp.cart('TENTH'), '0 0 0 discount_not_found', 'an empty cart takes no code');
select tests.add_to_cart('stranger', 'poster');
select tests.add_to_cart('stranger', 'pen', 3);
select tests.become('stranger');
select is(pg_temp.cart(), '2249 0 2249', 'no code');
select is(pg_temp.cart('NO-SUCH'), '2249 0 2249 discount_not_found', 'one that does not exist is not kept');
select is(pg_temp.cart(' tenth '), '2249 225 2024 TENTH', 'upper case or not; 224.9 rounds up');
select is(pg_temp.cart('NO-SUCH'), '2249 225 2024 TENTH discount_not_found', 'the one before stays');
select is(pg_temp.cart('pens'), '2249 500 1749 PENS', 'one replaces another; half of 9.99 is 4.995, up');
select is(public.cart_summary() #>> '{discount,shops,0,shop_id}', tests.ref('alpha-shop')::text, 'of which shop');
select is(pg_temp.cart('FIVER'), '2249 500 1749 FIVER', 'a fixed amount');
delete from public.cart_items where variant_id = tests.ref('pen/v');
select is(pg_temp.cart(), '1250 0 1250 FIVER discount_below_minimum', 'below its minimum it waits');
select is((public.cart_summary() ->> 'can_check_out')::boolean, false, 'and is in the way of an order');
select is(tests.outcome($$ select public.begin_checkout('with-a-code') $$), 'discount_not_applicable', 'as a clear refusal');
select is(pg_temp.cart('PENS'), '1250 0 1250 PENS discount_other_products', 'of other products');
select is(public.remove_discount_code() -> 'discount', 'null'::jsonb, 'taken out');
select is((public.cart_summary() ->> 'can_check_out')::boolean, true, 'the way is free');
select is(public.remove_discount_code() ->> 'total_amount', '1250', 'again is fine');

-- Two shops that have a code of one name.
select tests.add_to_cart('stranger', 'mug');
select tests.become('stranger');
select is(pg_temp.cart('TENTH'), '2027 280 1747 TENTH', '125 in one shop, 155.4 in the other');
select tests.back();
update public.discount_codes set is_active = false where id = (
  select k.id from public.discount_codes as k where k.code = 'TENTH' and k.shop_id = tests.ref('beta-shop')
);
select tests.become('stranger');
select is(pg_temp.cart(), '2027 125 1902 TENTH', 'switched off in one, the other remains');

-- Its time, its shop, its currency.
select tests.become('manager');
update public.discount_codes set ends_at = now() where code = 'TENTH' and starts_at < now();
update public.discount_codes set starts_at = now() - interval '1 day', ends_at = now() where code = 'TENTH';
select tests.become('stranger');
select is(pg_temp.cart(), '2027 0 2027 TENTH discount_ended', 'its time is over');
select tests.become('manager');
update public.discount_codes set starts_at = now() + interval '1 day', ends_at = null where code = 'TENTH';
select tests.become('stranger');
select is(pg_temp.cart(), '2027 0 2027 TENTH discount_not_found', 'or has not come: as if it did not exist');
select is(pg_temp.cart('TENTH'), '2027 0 2027 TENTH discount_not_found discount_not_found', 'nobody learns that it will');
select tests.empty_cart('stranger');
select tests.make_product('owner', 'alpha-shop', 'dollar', 'physical', 5000, 3, 'usd');
select tests.add_to_cart('stranger', 'dollar');
select tests.become('stranger');
select is(pg_temp.cart('FIVER'), '5000 0 5000 FIVER discount_other_currency', 'euros off dollars');
select is(pg_temp.cart('ALL'), '5000 5000 0 ALL', 'a percentage is of any currency');
select is(tests.outcome($$ select public.begin_checkout('for-nothing') $$), 'amount_too_small', 'but no order is free');

-- Codes cannot be guessed without end.
select cmp_ok(
  (
    select count(*) from generate_series(1, 60) as n
    where tests.outcome(format($$ select public.apply_discount_code('GUESS-%s') $$, n)) = 'rate_limited'
  ),
  '>=', 30::bigint, 'twenty attempts, then it takes a while'
);
select is(tests.status($$ select public.apply_discount_code('FIVER') $$), 429, 'right or wrong');

-- The value itself.
select tests.become_role('postgres');
select is(private.discount_value(1250, null, 4), 1::bigint, 'half a cent is a cent');
select is(private.discount_value(1249, null, 4), 0::bigint, 'less is none');
select is(private.discount_value(10000, null, 999), 999::bigint, 'everything');
select is(private.discount_value(null, 500, 400), 400::bigint, 'never more than there is');
select * from finish();
rollback;
