-- Twin of supabase/policies/addresses.sql: one's own, nobody else's.
begin;
select no_plan();
select tests.world();
select is(
  tests.grants('authenticated', 'public.addresses'),
  'delete insert(city,country,is_default_billing,is_default_shipping,label,line1,line2,phone,postal_code,recipient,region) select update(city,country,is_default_billing,is_default_shipping,label,line1,line2,phone,postal_code,recipient,region)',
  'a client keeps the book; whose it is, is filled in'
);
select is(tests.grants('anon', 'public.addresses'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.addresses'), 'select', 'the secret key reads');

select tests.become('buyer');
select lives_ok(
  $$ insert into public.addresses (recipient, line1, city, country) values ('Ada', 'Street 1', 'Berlin', 'DE') $$, 'one adds one'
);
select results_eq('select user_id from public.addresses', array[tests.id('buyer')], 'it is one''s own');
select throws_ok(
  format($$ insert into public.addresses (user_id, recipient, line1, city, country) values (%L, 'Ada', 'Street 1', 'Berlin', 'DE') $$, tests.id('stranger')),
  '42501', null, 'and cannot be another''s'
);
select is(tests.touched($$ update public.addresses set city = 'Bonn' $$), 1::bigint, 'one edits it');
select tests.become('stranger');
select is_empty('select 1 from public.addresses', 'a stranger sees nothing');
select is(tests.touched($$ update public.addresses set city = 'Rome' $$), 0::bigint, 'edits nothing');
select is(tests.touched('delete from public.addresses'), 0::bigint, 'deletes nothing');
select tests.become('admin');
select is_empty('select 1 from public.addresses', 'nor does an admin');
select tests.become_anon();
select throws_ok('select 1 from public.addresses', '42501', null, 'anon reads nothing');

select tests.sanction('buyer', 'suspend');
select tests.become('buyer');
select results_eq('select city from public.addresses', array['Bonn'], 'a suspended person reads');
select throws_ok(
  $$ insert into public.addresses (recipient, line1, city, country) values ('Ada', 'Street 1', 'Berlin', 'DE') $$,
  '42501', null, 'and adds nothing'
);
select is(tests.touched($$ update public.addresses set city = 'Rome' $$), 0::bigint, 'edits nothing');
select is(tests.touched('delete from public.addresses'), 0::bigint, 'deletes nothing');
select tests.lift('buyer');
select tests.become('buyer');
select is(tests.touched('delete from public.addresses'), 1::bigint, 'until it is over');
select * from finish();
rollback;
