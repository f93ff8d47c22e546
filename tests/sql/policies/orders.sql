-- Twin of supabase/policies/orders.sql: the buyer's alone; no client writes.
begin;
select no_plan();
select tests.world();
select is(tests.grants('authenticated', 'public.orders'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.orders'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.orders'), 'select', 'the secret key reads');

select tests.become('buyer');
select cmp_ok(tests.touched('select 1 from public.orders'), '>', 0::bigint, 'the buyer sees it');
select throws_ok(
  'update public.orders set status = ''paid''', '42501', null, 'but does not mark it paid'
);
select throws_ok('update public.orders set total_amount = 1', '42501', null, 'nor reprice it');
select throws_ok(
  format(
    'insert into public.orders (buyer_id, currency, subtotal_amount, total_amount, expires_at) '
    'values (%L, ''eur'', 1, 1, now())', tests.id('buyer')
  ),
  '42501', null, 'nor inserts one'
);
select throws_ok('delete from public.orders', '42501', null, 'nor deletes it');
select tests.become('owner');
select is_empty('select 1 from public.orders', 'a seller in the order does not see it');
select tests.become('stranger');
select is_empty('select 1 from public.orders', 'nor a stranger');
select tests.become('admin');
select is_empty('select 1 from public.orders', 'nor an administrator, through the API');
select tests.become_anon();
select throws_ok('select 1 from public.orders', '42501', null, 'nor anon');
select tests.become_role('service_role');
select cmp_ok(tests.touched('select 1 from public.orders'), '>', 0::bigint, 'the secret key does');
select * from finish();
rollback;
