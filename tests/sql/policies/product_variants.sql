-- Twin of supabase/policies/product_variants.sql: public while listed; managers set price and stock.
begin;
select no_plan();
select tests.world();
select is(
  tests.grants('authenticated', 'public.product_variants'),
  'insert(compare_at_amount,currency,minimum_amount,options,position,price_amount,pricing,'
  'product_id,sku,stock,title,weight_grams) select '
  'update(compare_at_amount,minimum_amount,options,position,price_amount,pricing,sku,stock,title,'
  'weight_grams)',
  'what a client may write'
);
select is(tests.grants('anon', 'public.product_variants'), 'select', 'anon reads');
select is(tests.grants('service_role', 'public.product_variants'), 'select', 'the secret key reads');

select tests.become_anon();
select is(
  tests.touched('select 1 from public.product_variants'), 3::bigint, 'visitors see listed ones'
);
select tests.become('seller');
select is_empty(
  format('select 1 from public.product_variants where id = %L', tests.ref('draft/v')),
  'another seller sees no draft''s variant'
);
select is(
  tests.touched(format(
    'update public.product_variants set price_amount = 1 where shop_id = %L',
    tests.ref('alpha-shop')
  )),
  0::bigint, 'nor sets another''s price'
);
select throws_ok(
  format(
    'insert into public.product_variants (product_id, price_amount, currency) values (%L, 1, ''eur'')',
    tests.ref('ebook')
  ),
  '42501', null, 'nor adds to another''s product'
);
select throws_ok(
  'insert into public.product_variants (product_id, price_amount, currency) '
  'values (gen_random_uuid(), 1, ''eur'')',
  '42501', null, 'a product that is not there answers the same'
);
select tests.become('staff');
select is(
  tests.touched(format('select 1 from public.product_variants where id = %L', tests.ref('draft/v'))),
  1::bigint, 'staff sees all of the shop'
);
select is(
  tests.touched('update public.product_variants set stock = 99'), 0::bigint, 'but sets nothing'
);
select tests.become('owner');
select results_eq(
  format('select price_amount from public.product_variants where id = %L', tests.ref('ebook/v')),
  array[999::bigint], 'the price is as it was'
);
select tests.become('manager');
select is(
  tests.touched(format(
    'update public.product_variants set price_amount = 1099, stock = 7 where id = %L',
    tests.ref('poster/v')
  )),
  1::bigint, 'a manager sets price and stock'
);
select lives_ok(
  format(
    'insert into public.product_variants (product_id, title, price_amount, currency, stock) '
    'values (%L, ''Large'', 2000, ''eur'', 3)', tests.ref('poster')
  ),
  'and adds a variant'
);
select results_eq(
  'select shop_id, is_listed, reserved, available from public.product_variants where title = ''Large''',
  format('values (%L::uuid, true, 0, 3)', tests.ref('alpha-shop')),
  'shop and listing are copied from the product'
);
select throws_ok(
  'update public.product_variants set reserved = 0', '42501', null, 'not what is reserved'
);
select throws_ok(
  'update public.product_variants set is_listed = true', '42501', null, 'not is_listed'
);
select throws_ok(
  'update public.product_variants set currency = ''usd''', '42501', null, 'not the currency'
);
select throws_ok(
  format('update public.product_variants set product_id = %L', tests.ref('mug')), '42501', null,
  'not the product'
);
select throws_ok(
  format(
    'insert into public.product_variants (product_id, shop_id, price_amount, currency) '
    'values (%L, %L, 1, ''eur'')', tests.ref('mug'), tests.ref('alpha-shop')
  ),
  '42501', null, 'no shop_id of one''s own on insert'
);
select throws_ok('delete from public.product_variants', '42501', null, 'nobody deletes');
select * from finish();
rollback;
