-- Twin of supabase/policies/profile_private.sql: one's own, nobody else's.
begin;
select no_plan();
select tests.world();
select is(
  tests.grants('authenticated', 'public.profile_private'),
  'select update(birth_date,country,legal_name,locale,phone)', 'a client reads, and edits five columns'
);
select is(tests.grants('anon', 'public.profile_private'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.profile_private'), 'select', 'the secret key reads');

select tests.become('buyer');
select is(
  tests.touched($$ update public.profile_private set legal_name = 'Ada Lovelace', phone = '+4930123456', birth_date = '1990-12-10', locale = 'pt-BR', country = 'BR' $$),
  1::bigint, 'each edits their own, even without a filter'
);
select is(tests.outcome($$ update public.profile_private set $$ || v.change), v.code, v.change)
from (
  values
  ('country = ''XX''', '23503'), ('country = ''de''', '23503'), ('phone = ''030 123''', '23514'),
  ('phone = ''+0''', '23514'), ('locale = ''english please''', '23514'),
  ('birth_date = ''1890-01-01''', '23514'), (E'legal_name = ''a\u202eb''', '23514'),
  (E'legal_name = ''a\nb''', '23514'), (E'legal_name = ''a\u200bb''', '23514'),
  ('legal_name = repeat(''x'', 121)', '23514'), ('user_id = gen_random_uuid()', '42501')
) as v (change, code);
select throws_ok('delete from public.profile_private', '42501', null, 'it is not deleted');
select tests.become('stranger');
select is(tests.touched('select 1 from public.profile_private'), 1::bigint, 'one sees one''s own');
select is(
  tests.touched(format($$ update public.profile_private set legal_name = 'x' where user_id = %L $$, tests.id('buyer'))),
  0::bigint, 'and edits no other'
);
select tests.become('admin');
select is_empty(format('select 1 from public.profile_private where user_id = %L', tests.id('buyer')), 'not even an admin');
select tests.become_anon();
select throws_ok('select 1 from public.profile_private', '42501', null, 'anon reads nothing');

select tests.sanction('buyer', 'suspend');
select tests.become('buyer');
select results_eq('select legal_name from public.profile_private', array['Ada Lovelace'], 'a suspended person reads their own');
select is(tests.touched($$ update public.profile_private set legal_name = 'x' $$), 0::bigint, 'and edits nothing');
select * from finish();
rollback;
