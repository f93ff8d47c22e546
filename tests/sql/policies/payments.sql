-- Twin of supabase/policies/payments.sql: the buyer's alone; no client writes.
begin;
select no_plan();
select tests.world();
select is(tests.grants('authenticated', 'public.payments'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.payments'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.payments'), 'select', 'the secret key reads');

select tests.become('buyer');
select cmp_ok(tests.touched('select 1 from public.payments'), '>', 0::bigint, 'the buyer sees it');
select throws_ok(
  'update public.payments set status = ''succeeded''', '42501', null, 'but settles nothing'
);
select throws_ok('update public.payments set amount = 1', '42501', null, 'nor reprices it');
select throws_ok(
  format(
    'insert into public.payments (order_id, buyer_id, amount, currency) values (%L, %L, 1, ''eur'')',
    tests.ref('sale'), tests.id('buyer')
  ),
  '42501', null, 'nor inserts one'
);
select throws_ok('delete from public.payments', '42501', null, 'nor deletes it');
select tests.become('owner');
select is_empty('select 1 from public.payments', 'a seller in the order does not see it');
select tests.become('stranger');
select is_empty('select 1 from public.payments', 'nor a stranger');
select tests.become('admin');
select is_empty('select 1 from public.payments', 'nor an administrator, through the API');
select tests.become_anon();
select throws_ok('select 1 from public.payments', '42501', null, 'nor anon');
select tests.become_role('service_role');
select cmp_ok(tests.touched('select 1 from public.payments'), '>', 0::bigint, 'the secret key does');
select * from finish();
rollback;
