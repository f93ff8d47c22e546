-- Twin of supabase/policies/cart_items.sql: one's own lines; only their quantity may be written.
begin;
select no_plan();
select tests.world();
select tests.add_to_cart('buyer', 'poster');
select tests.add_to_cart('stranger', 'poster', 3);

select is(
  tests.grants('authenticated', 'public.cart_items'), 'delete select update(quantity)',
  'a client reads, deletes and changes quantities'
);
select is(tests.grants('anon', 'public.cart_items'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.cart_items'), 'select', 'the secret key reads');

select tests.become('stranger');
select is(tests.touched('select 1 from public.cart_items'), 1::bigint, 'only own lines');
select is(
  tests.touched(format(
    'update public.cart_items set quantity = 9 where user_id = %L', tests.id('buyer')
  )),
  0::bigint, 'another''s quantity is out of reach'
);
select is(
  tests.touched(format('delete from public.cart_items where user_id = %L', tests.id('buyer'))),
  0::bigint, 'and so is the line'
);
select is(
  tests.touched('update public.cart_items set quantity = 9'), 1::bigint, 'one''s own changes'
);
select throws_ok(
  'update public.cart_items set quantity = 100', '23514', null, 'within its limits'
);
select throws_ok(
  format('update public.cart_items set user_id = %L', tests.id('buyer')), '42501', null,
  'a line cannot be given away'
);
select throws_ok(
  format('update public.cart_items set variant_id = %L', tests.ref('mug/v')), '42501', null,
  'nor turned into another product'
);
select throws_ok(
  format(
    'insert into public.cart_items (cart_id, user_id, variant_id, quantity) '
    'select cart_id, user_id, %L, 1 from public.cart_items', tests.ref('mug/v')
  ),
  '42501', null, 'nor inserted: cart_add checks what is on sale'
);
select tests.become('buyer');
select results_eq(
  'select quantity from public.cart_items', array[1], 'the buyer''s line is as it was'
);
select is(tests.touched('delete from public.cart_items'), 1::bigint, 'its owner deletes it');
select tests.become_anon();
select throws_ok('select 1 from public.cart_items', '42501', null, 'anon reads nothing');
select * from finish();
rollback;
