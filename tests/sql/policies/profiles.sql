-- Twin of supabase/policies/profiles.sql: public to read, one's own to edit.
begin;
select no_plan();
select tests.world();
select is(
  tests.grants('authenticated', 'public.profiles'),
  'select update(avatar_path,bio,display_name,handle)', 'a client reads, and edits four columns'
);
select is(tests.grants('anon', 'public.profiles'), 'select', 'anon reads');
select is(tests.grants('service_role', 'public.profiles'), 'select', 'the secret key reads');
select hasnt_column('public', 'profiles', 'email', 'no address in a public table');

select tests.become_anon();
select is(tests.touched('select 1 from public.profiles'), 7::bigint, 'everyone is seen');
select throws_ok('update public.profiles set bio = ''x''', '42501', null, 'anon edits nothing');
select tests.become('stranger');
select is(
  tests.touched(format(
    'update public.profiles set bio = ''mine'' where id = %L', tests.id('buyer')
  )),
  0::bigint, 'nobody edits another'
);
select is(
  tests.touched('update public.profiles set bio = ''mine'', handle = ''new_handle'''), 1::bigint,
  'each edits their own, and only that, even without a filter'
);
select throws_ok(
  format('update public.profiles set id = %L', tests.id('buyer')), '42501', null, 'the id stays'
);
select throws_ok(
  'update public.profiles set handle = ''No Good''', '23514', null, 'a handle has a form'
);
select throws_ok('delete from public.profiles', '42501', null, 'nobody deletes one');
select throws_ok(
  'insert into public.profiles (id, handle) values (gen_random_uuid(), ''ghost'')', '42501', null,
  'nobody makes one'
);
select tests.become('buyer');
select results_eq(
  format('select bio from public.profiles where id = %L', tests.id('buyer')), array[''],
  'the buyer''s profile is as it was'
);
select * from finish();
rollback;
