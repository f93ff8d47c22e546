-- Twin of supabase/policies/product_files.sql: the shop's members only; a buyer never sees a path.
begin;
select no_plan();
select tests.world();
select is(tests.grants('authenticated', 'public.product_files'), 'select update(release_notes)',
  'a client reads, and writes release notes');
select is(tests.grants('anon', 'public.product_files'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.product_files'), 'select', 'the secret key reads');

select tests.become('staff');
select is(tests.touched('select 1 from public.product_files'), 2::bigint, 'members see the files');
select throws_ok(
  'update public.product_files set status = ''ready''', '42501', null, 'nobody skips the checks'
);
select throws_ok(
  'update public.product_files set path = ''x''', '42501', null, 'nor points elsewhere'
);
select is(
  tests.touched('update public.product_files set release_notes = ''Mine'''), 0::bigint,
  'staff writes no release notes'
);
select tests.become('owner');
select is(
  tests.touched('update public.product_files set release_notes = ''New'''), 2::bigint,
  'the owner does'
);
select throws_ok(
  'insert into public.product_files (product_id, shop_id, file_name, version, path, mime, size_bytes, sha256) '
  'select product_id, shop_id, file_name, 9, ''x'', mime, size_bytes, sha256 from public.product_files',
  '42501', null, 'files are announced by RPC'
);
select throws_ok('delete from public.product_files', '42501', null, 'nobody deletes one');
select tests.become('buyer');
select is_empty('select 1 from public.product_files', 'the buyer of the ebook sees none');
select tests.become('seller');
select is_empty('select 1 from public.product_files', 'nor another seller');
select is(
  tests.touched('update public.product_files set release_notes = ''Mine'''), 0::bigint,
  'who writes nothing there'
);
select tests.become('stranger');
select is_empty('select 1 from public.product_files', 'nor a stranger');
select tests.become_anon();
select throws_ok('select 1 from public.product_files', '42501', null, 'nor anon');
select * from finish();
rollback;
