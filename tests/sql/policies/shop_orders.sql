-- Twin of supabase/policies/shop_orders.sql: the buyer, and the shop once it is paid.
begin;
select no_plan();
select tests.world();
select tests.add_to_cart('stranger', 'poster');
select tests.check_out('stranger', 'open');

select is(tests.grants('authenticated', 'public.shop_orders'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.shop_orders'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.shop_orders'), 'select', 'the secret key reads');

select tests.become('buyer');
select is(tests.touched('select 1 from public.shop_orders'), 2::bigint, 'the buyer sees both parts');
select throws_ok(
  'update public.shop_orders set status = ''paid''', '42501', null, 'nobody sets its status'
);
select tests.become('owner');
select results_eq(
  'select order_id from public.shop_orders', array[tests.ref('sale')],
  'a shop sees the own paid part, not the unpaid one'
);
select throws_ok(
  'update public.shop_orders set total_amount = 1', '42501', null, 'nor its amounts'
);
select tests.become('seller');
select results_eq(
  'select shop_id from public.shop_orders', array[tests.ref('beta-shop')],
  'another shop sees its own part only'
);
select tests.become('stranger');
select results_eq(
  'select order_id from public.shop_orders', array[tests.ref('open')],
  'a buyer sees the own unpaid part only'
);
select tests.become_anon();
select throws_ok('select 1 from public.shop_orders', '42501', null, 'anon sees nothing');
select * from finish();
rollback;
