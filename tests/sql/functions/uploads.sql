-- Files of digital products: announced, checked, ready.
begin;
select no_plan();
select tests.world();

create function pg_temp.up(p_product text, p_name text default 'a.pdf', p_size bigint default 10, p_mime text default 'application/pdf', p_sha text default repeat('b', 64))
returns text
language sql
as $$
  select tests.outcome(format(
    'select public.begin_upload(%L, %L, %L, %L, %L)', tests.ref(p_product), p_name, p_size, p_mime, p_sha
  ));
$$;
select tests.become('owner');
select is(pg_temp.up('poster'), 'product_not_digital', 'a poster has no file');
select is(pg_temp.up('mug'), 'product_not_found', 'another shop''s product');
select is(pg_temp.up('ebook', '../etc/passwd'), 'invalid_file_name', 'no slash');
select is(pg_temp.up('ebook', 'a\b'), 'invalid_file_name', 'no backslash');
select is(pg_temp.up('ebook', E'a\nb'), 'invalid_file_name', 'no line break');
select is(pg_temp.up('ebook', ''), 'invalid_file_name', 'a name');
select is(pg_temp.up('ebook', repeat('n', 151)), 'invalid_file_name', 'of 150 at most');
select is(pg_temp.up('ebook', p_size => 0), 'invalid_file_size', 'something');
select is(pg_temp.up('ebook', p_size => 104857601), 'invalid_file_size', 'of 100 MiB at most');
select is(pg_temp.up('ebook', p_size => 104857600), 'ok', 'exactly that');
select is(pg_temp.up('ebook', p_sha => repeat('B', 64)), 'invalid_sha256', 'a digest');
select is(pg_temp.up('ebook', p_mime => 'pdf'), 'invalid_mime', 'a type');
select tests.become('staff');
select is(pg_temp.up('ebook'), 'product_not_found', 'staff does not upload');
select tests.become('stranger');
select is(pg_temp.up('ebook'), 'product_not_found', 'nor a stranger');
select tests.become('manager');
select is(public.begin_upload(tests.ref('ebook'), 'ebook.pdf', 10, 'application/pdf', repeat('b', 64)) ->> 'version', '2', 'the same name is a new version');
select is(pg_temp.up('ebook', 'f' || n || '.pdf'), 'ok', 'open upload ' || n) from generate_series(3, 20) as n;
select is(pg_temp.up('ebook'), 'too_many_uploads', 'twenty may be unfinished');

select tests.remember('file', (select f.id from public.product_files as f where f.version = 2));
select tests.become_role('agora_webhooks');
select is(tests.outcome($$ select private.complete_upload(gen_random_uuid(), '', 1, '', null) $$), 'file_not_found', 'no such upload');
select is(private.complete_upload(tests.ref('file'), repeat('e', 64), 11, 'text/html', 'wrong_type'), 'rejected', 'what fails its checks is rejected');
select is(private.complete_upload(tests.ref('file'), repeat('e', 64), 11, 'application/pdf', null), 'rejected', 'for good');
select tests.become('manager');
select results_eq(
  $$ select status::text, rejection, sha256, size_bytes, mime from public.product_files where id = tests.ref('file') $$,
  format('values (''rejected'', ''wrong_type'', %L, 10::bigint, ''application/pdf'')', repeat('b', 64)), 'and keeps what was announced'
);
select is(public.begin_upload(tests.ref('ebook'), 'ebook.pdf', 10, 'application/pdf', repeat('b', 64)) ->> 'version', '3', 'another try is another version');

select * from finish();
rollback;
