-- Twin of supabase/policies/user_sanctions.sql: read by whom it is about, and by moderators.
begin;
select no_plan();
select tests.world();
select tests.make_staff('moderator', 'moderator');
select tests.make_staff('support', 'support');
select is(tests.grants('authenticated', 'public.user_sanctions'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.user_sanctions'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.user_sanctions'), 'select', 'the secret key reads');
select tests.sanction('buyer', 'warn');
select tests.become('buyer');
select results_eq('select kind::text from public.user_sanctions', array['warn'], 'one reads one''s own');
select throws_ok('delete from public.user_sanctions', '42501', null, 'and does not forgive oneself');
select throws_ok('update public.user_sanctions set lifted_at = now()', '42501', null, 'in no way');
select tests.become('stranger');
select is_empty('select 1 from public.user_sanctions', 'a stranger sees nothing');
select tests.become('support');
select is_empty('select 1 from public.user_sanctions', 'support asks by RPC');
select tests.become('moderator');
select results_eq('select user_id from public.user_sanctions', array[tests.id('buyer')], 'a moderator sees all');
select throws_ok(
  format($$ insert into public.user_sanctions (user_id, kind, reason) values (%L, 'ban', 'because') $$, tests.id('stranger')),
  '42501', null, 'and judges by RPC only'
);
select tests.become('admin');
select results_eq('select user_id from public.user_sanctions', array[tests.id('buyer')], 'an admin sees all');
select tests.sanction('moderator', 'suspend');
select tests.become('moderator');
select is_empty(format('select 1 from public.user_sanctions where user_id = %L', tests.id('buyer')), 'a suspended moderator no more');
select tests.become_anon();
select throws_ok('select 1 from public.user_sanctions', '42501', null, 'anon reads nothing');
select * from finish();
rollback;
