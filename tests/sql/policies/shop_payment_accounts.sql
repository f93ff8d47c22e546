-- Twin of supabase/policies/shop_payment_accounts.sql: for owner and managers; only Stripe's word writes.
begin;
select no_plan();
select tests.world();
select is(
  tests.grants('authenticated', 'public.shop_payment_accounts'), 'select', 'a client may only read'
);
select is(tests.grants('anon', 'public.shop_payment_accounts'), null, 'anon may nothing');
select is(
  tests.grants('service_role', 'public.shop_payment_accounts'), 'select', 'the secret key reads'
);

select tests.become('owner');
select results_eq(
  'select shop_id from public.shop_payment_accounts', array[tests.ref('alpha-shop')],
  'the owner sees the own account, and only that'
);
select throws_ok(
  'update public.shop_payment_accounts set transfers_capability = ''active''', '42501', null,
  'nobody makes oneself payable'
);
select throws_ok(
  'update public.shop_payment_accounts set stripe_account_id = ''acct_mine''', '42501', null,
  'nor redirects the money'
);
select tests.become('manager');
select is(
  tests.touched('select 1 from public.shop_payment_accounts'), 1::bigint, 'a manager sees it'
);
select tests.become('staff');
select is_empty('select 1 from public.shop_payment_accounts', 'staff does not');
select tests.become('seller');
select is_empty(
  format('select 1 from public.shop_payment_accounts where shop_id = %L', tests.ref('alpha-shop')),
  'nor another seller'
);
select tests.become('buyer');
select is_empty('select 1 from public.shop_payment_accounts', 'nor a buyer');
select tests.become_anon();
select throws_ok('select 1 from public.shop_payment_accounts', '42501', null, 'nor anon');
select * from finish();
rollback;
