-- Twin of supabase/policies/order_events.sql: the buyer's alone; no client writes.
begin;
select no_plan();
select tests.world();
select is(tests.grants('authenticated', 'public.order_events'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.order_events'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.order_events'), 'select', 'the secret key reads');

select tests.become('buyer');
select cmp_ok(tests.touched('select 1 from public.order_events'), '>', 0::bigint, 'the buyer sees it');
select throws_ok(
  format(
    'insert into public.order_events (order_id, buyer_id, kind) values (%L, %L, ''paid'')',
    tests.ref('sale'), tests.id('buyer')
  ),
  '42501', null, 'but writes no history'
);
select throws_ok('update public.order_events set kind = ''other''', '42501', null, 'nor edits it');
select throws_ok('delete from public.order_events', '42501', null, 'nor deletes it');
select tests.become('owner');
select is_empty('select 1 from public.order_events', 'a seller in the order does not see it');
select tests.become('stranger');
select is_empty('select 1 from public.order_events', 'nor a stranger');
select tests.become('admin');
select is_empty('select 1 from public.order_events', 'nor an administrator, through the API');
select tests.become_anon();
select throws_ok('select 1 from public.order_events', '42501', null, 'nor anon');
select tests.become_role('service_role');
select cmp_ok(tests.touched('select 1 from public.order_events'), '>', 0::bigint, 'the secret key does');
select * from finish();
rollback;
