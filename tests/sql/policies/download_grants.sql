-- Twin of supabase/policies/download_grants.sql: the buyer's alone; no client writes.
begin;
select no_plan();
select tests.world();
select is(tests.grants('authenticated', 'public.download_grants'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.download_grants'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.download_grants'), 'select', 'the secret key reads');

select tests.become('buyer');
select cmp_ok(tests.touched('select 1 from public.download_grants'), '>', 0::bigint, 'the buyer sees it');
select throws_ok(
  'update public.download_grants set downloads_used = 0', '42501', null, 'but counts nothing back'
);
select throws_ok(
  'update public.download_grants set download_limit = 999', '42501', null, 'nor raises the limit'
);
select throws_ok(
  format(
    'insert into public.download_grants (order_item_id, order_id, buyer_id, product_id, download_limit) '
    'values (%L, %L, %L, %L, 5)',
    tests.ref('sale/mug'), tests.ref('sale'), tests.id('buyer'), tests.ref('draft')
  ),
  '42501', null, 'nor grants itself anything'
);
select throws_ok('delete from public.download_grants', '42501', null, 'nor deletes it');
select tests.become('owner');
select is_empty('select 1 from public.download_grants', 'a seller in the order does not see it');
select tests.become('stranger');
select is_empty('select 1 from public.download_grants', 'nor a stranger');
select tests.become('admin');
select is_empty('select 1 from public.download_grants', 'nor an administrator, through the API');
select tests.become_anon();
select throws_ok('select 1 from public.download_grants', '42501', null, 'nor anon');
select tests.become_role('service_role');
select cmp_ok(tests.touched('select 1 from public.download_grants'), '>', 0::bigint, 'the secret key does');
select * from finish();
rollback;
