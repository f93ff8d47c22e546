-- Twin of supabase/policies/categories.sql: everyone reads; nobody writes but by RPC.
begin;
select no_plan();
select tests.world();
select is(tests.grants('authenticated', 'public.categories'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.categories'), 'select', 'anon reads');
select is(tests.grants('service_role', 'public.categories'), 'select', 'the secret key reads');

select tests.become_anon();
select cmp_ok(tests.touched('select 1 from public.categories'), '>', 60::bigint, 'a visitor sees the tree');
select tests.become('stranger');
select cmp_ok(tests.touched('select 1 from public.categories'), '>', 60::bigint, 'so does everyone else');
select is(
  tests.touched('select 1 from public.categories where path operator(extensions.<@) ''books'''),
  8::bigint, 'a subtree is found by its path'
);
select tests.become('admin');
select throws_ok('update public.categories set name = ''Mine''', '42501', null, 'not even an administrator writes the table');
select throws_ok('insert into public.categories (slug, name) values (''x'', ''Mine'')', '42501', null, 'nor adds to it');
select throws_ok('delete from public.categories', '42501', null, 'nor deletes from it');
select is(public.save_category('vinyl', 'Vinyl') ->> 'path', 'vinyl', 'but by the RPC');
select * from finish();
rollback;
