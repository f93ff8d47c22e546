-- Twin of supabase/policies/carts.sql: a cart is its owner's alone, and made by cart_add only.
begin;
select no_plan();
select tests.world();
select tests.add_to_cart('stranger', 'poster');

select is(tests.grants('authenticated', 'public.carts'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.carts'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.carts'), 'select', 'the secret key reads');

select tests.become('buyer');
select results_eq(
  'select user_id from public.carts', array[tests.id('buyer')], 'the buyer sees their own cart'
);
select throws_ok(
  format('insert into public.carts (user_id) values (%L)', tests.id('buyer')), '42501', null,
  'nobody makes a cart by insert'
);
select tests.become('seller');
select is_empty('select 1 from public.carts', 'a seller sees no cart of others');
select tests.become('admin');
select is_empty('select 1 from public.carts', 'nor does an administrator');
select tests.become_anon();
select throws_ok('select 1 from public.carts', '42501', null, 'nor anon');
select tests.become_role('service_role');
select is(tests.touched('select 1 from public.carts'), 2::bigint, 'the secret key sees all');
select * from finish();
rollback;
