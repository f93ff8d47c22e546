-- Twin of supabase/policies/account_deletions.sql: one's own, written by RPC only.
begin;
select no_plan();
select tests.world();
select is(tests.grants('authenticated', 'public.account_deletions'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.account_deletions'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.account_deletions'), 'select', 'the secret key reads');
select tests.become('stranger');
select isnt(public.request_account_deletion() ->> 'due_at', null, 'somebody wants to go');
select results_eq('select user_id from public.account_deletions', array[tests.id('stranger')], 'and sees when');
select throws_ok('update public.account_deletions set due_at = now()', '42501', null, 'not sooner');
select throws_ok('delete from public.account_deletions', '42501', null, 'cancelled by RPC');
select tests.become('buyer');
select is_empty('select 1 from public.account_deletions', 'nobody else sees it');
select throws_ok(
  format($$ insert into public.account_deletions (user_id, due_at) values (%L, now()) $$, tests.id('owner')),
  '42501', null, 'nobody asks for another'
);
select tests.become_anon();
select throws_ok('select 1 from public.account_deletions', '42501', null, 'anon reads nothing');
select * from finish();
rollback;
