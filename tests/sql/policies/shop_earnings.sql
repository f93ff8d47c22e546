-- Twin of supabase/policies/shop_earnings.sql: owner and managers, once paid; never the buyer.
begin;
select no_plan();
select tests.world();
select tests.add_to_cart('stranger', 'poster');
select tests.check_out('stranger', 'open');

select is(tests.grants('authenticated', 'public.shop_earnings'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.shop_earnings'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.shop_earnings'), 'select', 'the secret key reads');

select tests.become('manager');
select results_eq(
  'select shop_id, total_amount from public.shop_earnings',
  format('values (%L::uuid, 3499::bigint)', tests.ref('alpha-shop')),
  'a manager sees the paid earnings of the shop, not those of an unpaid order'
);
select throws_ok(
  'update public.shop_earnings set platform_fee_amount = 0', '42501', null, 'nobody waives the fee'
);
select tests.become('staff');
select is_empty('select 1 from public.shop_earnings', 'staff does not see them');
select tests.become('seller');
select results_eq(
  'select shop_id from public.shop_earnings', array[tests.ref('beta-shop')],
  'another seller sees the own ones only'
);
select tests.become('buyer');
select is_empty('select 1 from public.shop_earnings', 'nor the buyer');
select tests.become_anon();
select throws_ok('select 1 from public.shop_earnings', '42501', null, 'nor anon');
select * from finish();
rollback;
