-- Twin of supabase/policies/user_roles.sql: one sees one's own; nobody grants oneself anything.
begin;
select no_plan();
select tests.world();
select is(tests.grants('authenticated', 'public.user_roles'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.user_roles'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.user_roles'), 'select', 'the secret key reads');

select tests.become('admin');
select results_eq(
  'select role from public.user_roles', array['admin'::public.app_role], 'the admin sees the role'
);
select throws_ok(
  format(
    'insert into public.user_roles (user_id, role, reason) values (%L, ''support'', ''x'')',
    tests.id('stranger')
  ),
  '42501', null, 'not even an admin grants one here'
);
select tests.become('stranger');
select is_empty('select 1 from public.user_roles', 'a stranger sees nobody''s');
select throws_ok(
  format(
    'insert into public.user_roles (user_id, role, reason) values (%L, ''admin'', ''please'')',
    tests.id('stranger')
  ),
  '42501', null, 'nobody makes oneself admin'
);
select throws_ok(
  format('update public.user_roles set user_id = %L', tests.id('stranger')), '42501', null,
  'nor takes over a role'
);
select tests.become_anon();
select throws_ok('select 1 from public.user_roles', '42501', null, 'anon reads nothing');
select * from finish();
rollback;
