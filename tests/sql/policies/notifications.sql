-- Twin of supabase/policies/notifications.sql: read by whom they are for, written by nobody.
begin;
select no_plan();
select tests.world();
select is(tests.grants('authenticated', 'public.notifications'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.notifications'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.notifications'), 'select', 'the secret key reads');
select isnt(private.notify(tests.id('buyer'), 'test.kind', '{"a": 1}'), null, 'the buyer is told something');
select tests.become('buyer');
select results_eq('select kind from public.notifications', array['test.kind'], 'and reads it');
select throws_ok('update public.notifications set read_at = now()', '42501', null, 'marks it by RPC only');
select throws_ok('delete from public.notifications', '42501', null, 'and deletes nothing');
select throws_ok(
  $$ insert into public.notifications (user_id, kind, dedup_key) values (auth.uid(), 'test.kind', 'x') $$, '42501', null, 'nor makes one'
);
select tests.become('stranger');
select is_empty('select 1 from public.notifications', 'a stranger sees nothing');
select tests.become('admin');
select is_empty('select 1 from public.notifications', 'nor does an admin');
select tests.become_anon();
select throws_ok('select 1 from public.notifications', '42501', null, 'anon reads nothing');
select * from finish();
rollback;
