-- Twin of supabase/policies/email_preferences.sql: one's own, nobody else's.
begin;
select no_plan();
select tests.world();
select is(
  tests.grants('authenticated', 'public.email_preferences'),
  'select update(followed_shops,forum,marketing,reviews)', 'a client reads, and edits the topics'
);
select is(tests.grants('anon', 'public.email_preferences'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.email_preferences'), 'select', 'the secret key reads');
select tests.become('buyer');
select results_eq(
  'select marketing, marketing_changed_at is null from public.email_preferences', 'values (false, true)', 'marketing is off until one says so'
);
select is(tests.touched('update public.email_preferences set marketing = true'), 1::bigint, 'one says so');
select results_eq('select marketing_changed_at from public.email_preferences', 'select now()', 'when is kept');
select throws_ok('update public.email_preferences set marketing_changed_at = null', '42501', null, 'and not the client''s to say');
select tests.become('stranger');
select is(tests.touched('select 1 from public.email_preferences'), 1::bigint, 'one sees one''s own');
select is(
  tests.touched(format('update public.email_preferences set forum = false where user_id = %L', tests.id('buyer'))),
  0::bigint, 'and edits no other'
);
select tests.become_anon();
select throws_ok('select 1 from public.email_preferences', '42501', null, 'anon reads nothing');
select tests.sanction('buyer', 'ban');
select tests.become('buyer');
select is(tests.touched('update public.email_preferences set forum = false'), 0::bigint, 'a banned person edits nothing');
select * from finish();
rollback;
