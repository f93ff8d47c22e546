-- Codes on orders: amounts to the cent, caps, and what becomes of a use when the order ends.
begin;
select no_plan();
select tests.world();
select tests.make_product('owner', 'alpha-shop', 'pen', 'physical', 333, 100);
select tests.make_product('owner', 'alpha-shop', 'ink', 'physical', 1, 100);
select tests.make_code('manager', 'alpha-shop', 'TENTH', 1000, p_max_uses => 2);
select tests.make_code('manager', 'alpha-shop', 'ONCE', null, 200, p_per_customer => 1);
select tests.make_code('manager', 'alpha-shop', 'GIFT', 10000, p_product => 'pen');
select tests.make_code('manager', 'alpha-shop', 'SHOP', 10000);
select tests.make_code('manager', 'alpha-shop', 'LAST', 1000, p_max_uses => 1);

create function pg_temp.uses(p_code text)
returns text
language sql
security definer
as $$
  select concat_ws(' ', k.uses, (
    select string_agg(r.state, ',' order by r.state) from private.discount_redemptions as r where r.code_id = k.id
  ))
  from public.discount_codes as k where k.id = tests.ref(p_code);
$$;
create function pg_temp.cart(p_buyer text, p_code text, variadic p_products text[])
returns void
language plpgsql
as $$
declare
  v_product text;
begin
  perform tests.empty_cart(p_buyer);
  foreach v_product in array p_products loop
    perform tests.add_to_cart(p_buyer, v_product);
  end loop;
  perform tests.become(p_buyer);
  perform public.apply_discount_code(p_code);
end;
$$;

-- Split over the items by largest remainder; the fee is on what is left.
select pg_temp.cart('stranger', 'TENTH', 'poster', 'pen', 'mug');
select is(tests.outcome($$ select public.begin_checkout('too-much-now', 2360) $$), 'total_changed', 'the expected total is that after the discount');
select is(pg_temp.uses('TENTH'), '0', 'a refused checkout holds nothing');
select tests.check_out('stranger', 'first');
select results_eq(
  format('select subtotal_amount, discount_amount, total_amount from public.orders where id = %L', tests.ref('first')),
  $$ values (2360::bigint, 158::bigint, 2202::bigint) $$, 'a tenth of alpha''s 15.83, none of beta''s'
);
select results_eq(
  format(
    'select s.slug, o.subtotal_amount, o.discount_amount, o.total_amount, e.total_amount, e.platform_fee_amount from public.shop_orders as o inner join public.shops as s on s.id = o.shop_id inner join public.shop_earnings as e on e.shop_order_id = o.id where o.order_id = %L order by s.slug',
    tests.ref('first')
  ),
  $$ values ('alpha-shop', 1583::bigint, 158::bigint, 1425::bigint, 1425::bigint, 155::bigint), ('beta-shop', 777, 0, 777, 777, 98) $$,
  'per shop, and the platform''s fee with it'
);
select results_eq(
  format('select unit_amount, discount_amount, total_amount from public.order_items where order_id = %L order by unit_amount', tests.ref('first')),
  $$ values (333::bigint, 33::bigint, 300::bigint), (777, 0, 777), (1250, 125, 1125) $$, 'per item'
);
select results_eq(
  format('select amount from public.payments where order_id = %L', tests.ref('first')), array[2202::bigint], 'and so is the payment'
);
select is(pg_temp.uses('TENTH'), '1 held', 'one use is held');
select tests.become('stranger');
select is(
  (public.begin_checkout('checkout-first') ->> 'order_id')::uuid, tests.ref('first'), 'the same key'
);
select is(pg_temp.uses('TENTH'), '1 held', 'does not use it twice');
select tests.pay('first');
select is(pg_temp.uses('TENTH'), '1 consumed', 'the payment consumes it');
select tests.become('stranger');
select is(public.cart_summary() -> 'discount', 'null'::jsonb, 'and it leaves the cart');
select tests.back();
select tests.remember('mail', (select m.id from private.email_messages as m where m.entity_id = tests.ref('first')));
select tests.become_role('agora_workers');
select results_eq(
  $$
    select t #> '{data,discount_codes}', t #> '{data,discount_amount}', (
      select sum((i ->> 'subtotal_amount')::bigint - (i ->> 'discount_amount')::bigint) from jsonb_array_elements(t #> '{data,items}') as i
    )
    from private.email_task(tests.ref('mail')) as t
  $$,
  $$ values ('["TENTH"]'::jsonb, '158'::jsonb, 2202::numeric) $$, 'the receipt says so'
);

-- How an order ends.
select pg_temp.cart('stranger', 'TENTH', 'pen');
select tests.check_out('stranger', 'second');
select is(pg_temp.uses('TENTH'), '2 consumed,held', 'the second');
select pg_temp.cart('owner', 'TENTH', 'mug');
select pg_temp.cart('buyer', 'TENTH', 'pen');
select is(public.cart_summary() #>> '{discount,reason}', 'discount_used_up', 'no third');
select is(tests.outcome($$ select public.begin_checkout('the-third-one') $$), 'discount_not_applicable', 'not at checkout either');
select tests.become('stranger');
select public.cancel_order(tests.ref('second'));
select is(pg_temp.uses('TENTH'), '1 consumed,released', 'cancelled, it is free again');
select public.cancel_order(tests.ref('second'));
select is(pg_temp.uses('TENTH'), '1 consumed,released', 'once');
select tests.check_out('buyer', 'third');
select is(pg_temp.uses('TENTH'), '2 consumed,held,released', 'for somebody else');
select tests.expire('third');
select is(pg_temp.uses('TENTH'), '1 consumed,released,released', 'expired, too');
select tests.pay('third');
select is(pg_temp.uses('TENTH'), '2 consumed,consumed,released', 'a late payment takes it again');
select results_eq(
  format('select status::text from public.orders where id = %L', tests.ref('third')), array['paid'], 'and the order is paid'
);
select tests.become('manager');
select throws_ok(
  $$ update public.discount_codes set max_uses = 1 where code = 'TENTH' $$, '23514', null, 'no cap below what is used'
);
select throws_ok($$ delete from public.discount_codes where code = 'TENTH' $$, '23503', null, 'a used code is not deleted');

-- A late payment whose code is used up meanwhile: the money goes back, and so do the pieces.
select tests.empty_cart('buyer');
select pg_temp.cart('buyer', 'LAST', 'poster');
select tests.check_out('buyer', 'late');
select tests.expire('late');
select pg_temp.cart('stranger', 'LAST', 'pen');
select tests.check_out('stranger', 'quick');
select results_eq(format('select reserved from public.product_variants where id = %L', tests.ref('poster/v')), array[0], 'nothing held');
select tests.pay('late');
select results_eq(
  format('select o.status::text, p.status::text from public.orders as o inner join public.payments as p on p.order_id = o.id where o.id = %L', tests.ref('late')),
  $$ values ('expired', 'refund_pending') $$, 'refunded'
);
select is(pg_temp.uses('LAST'), '1 held,released', 'the quicker one keeps it');
select results_eq(format('select reserved from public.product_variants where id = %L', tests.ref('poster/v')), array[0], 'no piece is held for it');
select tests.pay('quick');

-- Once a customer.
select pg_temp.cart('stranger', 'ONCE', 'poster');
select tests.check_out('stranger', 'o1');
select pg_temp.cart('stranger', 'ONCE', 'pen');
select is(public.cart_summary() #>> '{discount,reason}', 'discount_used_before', 'an open order counts');
select public.cancel_order(tests.ref('o1'));
select is(public.cart_summary() #>> '{discount,applies}', 'true', 'until it is cancelled');
select tests.back();
select tests.check_out('stranger', 'o2');
select pg_temp.cart('buyer', 'ONCE', 'pen');
select is(public.cart_summary() #>> '{discount,applies}', 'true', 'each customer for themselves');

-- What is free.
select pg_temp.cart('stranger', 'GIFT', 'pen', 'mug');
select tests.check_out('stranger', 'gift');
select results_eq(
  format('select i.total_amount, f.platform_fee_amount from public.order_items as i inner join private.order_item_fees as f on f.order_item_id = i.id where i.order_id = %L order by 1', tests.ref('gift')),
  $$ values (0::bigint, 0::bigint), (777, 98) $$, 'an item, or a shop''s whole part, may be free'
);
select tests.pay('gift');
set constraints all immediate;
select results_eq(
  format('select t.kind, sum(e.amount), count(*) from private.ledger_transactions as t inner join private.ledger_entries as e on e.transaction_id = t.id where t.order_id = %L group by t.kind', tests.ref('gift')),
  $$ values ('sale', 0::numeric, 4::bigint) $$, 'the ledger balances without it'
);
select pg_temp.cart('stranger', 'SHOP', 'pen', 'ink');
select is(tests.outcome($$ select public.begin_checkout('all-for-free') $$), 'amount_too_small', 'an order is not');
select is(pg_temp.uses('SHOP'), '0', 'nor does that use the code');
select * from finish();
rollback;
