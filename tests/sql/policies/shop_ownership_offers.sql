-- Twin of supabase/policies/shop_ownership_offers.sql: the owner and whom the shop is offered.
begin;
select no_plan();
select tests.world();
select tests.become('owner');
select public.offer_ownership(tests.ref('alpha-shop'), tests.id('staff'));
select tests.back();

select is(
  tests.grants('authenticated', 'public.shop_ownership_offers'), 'select', 'a client may only read'
);
select is(tests.grants('anon', 'public.shop_ownership_offers'), null, 'anon may nothing');
select is(
  tests.grants('service_role', 'public.shop_ownership_offers'), 'select', 'the secret key reads'
);

select tests.become('owner');
select results_eq(
  'select user_id from public.shop_ownership_offers', array[tests.id('staff')],
  'the owner sees the offer'
);
select throws_ok(
  format('update public.shop_ownership_offers set user_id = %L', tests.id('manager')), '42501', null,
  'and changes it by RPC only'
);
select throws_ok('delete from public.shop_ownership_offers', '42501', null, 'nor deletes it here');
select tests.become('staff');
select is(
  tests.touched('select 1 from public.shop_ownership_offers'), 1::bigint, 'whom it is made to sees it'
);
select tests.become('manager');
select is_empty('select 1 from public.shop_ownership_offers', 'a colleague does not');
select tests.become('seller');
select is_empty('select 1 from public.shop_ownership_offers', 'nor another seller');
select tests.become('stranger');
select is_empty('select 1 from public.shop_ownership_offers', 'nor a stranger');
select tests.become_anon();
select throws_ok('select 1 from public.shop_ownership_offers', '42501', null, 'nor anon');

select * from finish();
rollback;
