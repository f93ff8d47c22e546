-- Twin of supabase/policies/order_items.sql: the buyer, and each shop its own part once paid.
begin;
select no_plan();
select tests.world();
select tests.add_to_cart('stranger', 'poster');
select tests.check_out('stranger', 'open');

select is(tests.grants('authenticated', 'public.order_items'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.order_items'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.order_items'), 'select', 'the secret key reads');

select tests.become('buyer');
select is(tests.touched('select 1 from public.order_items'), 3::bigint, 'the buyer sees all items');
select throws_ok(
  'update public.order_items set unit_amount = 1', '42501', null, 'the price stays as it was'
);
select throws_ok('update public.order_items set paid_at = now()', '42501', null, 'nobody pays here');
select throws_ok('delete from public.order_items', '42501', null, 'nobody deletes');
select tests.become('seller');
select results_eq(
  'select id from public.order_items', array[tests.ref('sale/mug')],
  'a seller sees the own item, not those of other shops'
);
select tests.become('staff');
select results_eq(
  'select id from public.order_items order by id',
  format('select unnest(array[%L, %L]::uuid[]) order by 1', tests.ref('sale/ebook'), tests.ref('sale/poster')),
  'staff sees paid items, none of an unpaid order'
);
select tests.become('stranger');
select is(
  tests.touched('select 1 from public.order_items'), 1::bigint,
  'a buyer sees the own unpaid item and nothing else'
);
select tests.become('admin');
select is_empty('select 1 from public.order_items', 'an administrator sees none here');
select tests.become_anon();
select throws_ok('select 1 from public.order_items', '42501', null, 'nor anon');
select * from finish();
rollback;
