-- Twin of supabase/policies/shop_invitations.sql: for whoever manages the members.
begin;
select no_plan();
select tests.world();
select tests.become('owner');
select tests.remember('invitation', (public.invite_member(tests.ref('alpha-shop'), 'new@example.test', 'staff') ->> 'id')::uuid);
select tests.back();

select is(
  tests.grants('authenticated', 'public.shop_invitations'), 'select', 'a client may only read'
);
select is(tests.grants('anon', 'public.shop_invitations'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.shop_invitations'), 'select', 'the secret key reads');

select tests.become('owner');
select results_eq(
  'select email, role::text, status::text from public.shop_invitations',
  $$ values ('new@example.test', 'staff', 'pending') $$, 'the owner sees who is invited'
);
select throws_ok(
  'update public.shop_invitations set role = ''manager''', '42501', null, 'and writes nothing here'
);
select throws_ok(
  format(
    'insert into public.shop_invitations (shop_id, email, role, expires_at) values (%L, ''a@b.c'', ''staff'', now())',
    tests.ref('alpha-shop')
  ),
  '42501', null, 'nor by hand'
);
select tests.become('manager');
select is_empty('select 1 from public.shop_invitations', 'a manager does not manage members');
select tests.become('staff');
select is_empty('select 1 from public.shop_invitations', 'nor does staff');
select tests.become('seller');
select is_empty('select 1 from public.shop_invitations', 'another seller sees none');
select tests.become('stranger');
select is_empty('select 1 from public.shop_invitations', 'nor a stranger');
select tests.become_anon();
select throws_ok('select 1 from public.shop_invitations', '42501', null, 'nor anon');

select * from finish();
rollback;
