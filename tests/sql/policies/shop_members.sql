-- Twin of supabase/policies/shop_members.sql: colleagues see each other; no client writes.
begin;
select no_plan();
select tests.world();
select is(tests.grants('authenticated', 'public.shop_members'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.shop_members'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.shop_members'), 'select', 'the secret key reads');

select tests.become('staff');
select is(
  tests.touched('select 1 from public.shop_members'), 3::bigint, 'staff sees the colleagues'
);
select throws_ok(
  'update public.shop_members set role = ''owner''', '42501', null, 'nobody promotes oneself'
);
select tests.become('seller');
select results_eq(
  'select user_id from public.shop_members', array[tests.id('seller')],
  'another seller sees only their own shop'
);
select throws_ok(
  format(
    'insert into public.shop_members (shop_id, user_id, role) values (%L, %L, ''staff'')',
    tests.ref('alpha-shop'), tests.id('seller')
  ),
  '42501', null, 'nobody joins uninvited'
);
select tests.become('owner');
select throws_ok(
  'delete from public.shop_members', '42501', null, 'not even the owner writes here'
);
select tests.become('stranger');
select is_empty('select 1 from public.shop_members', 'a stranger sees nobody');
select tests.become_anon();
select throws_ok('select 1 from public.shop_members', '42501', null, 'nor does anon');
select * from finish();
rollback;
