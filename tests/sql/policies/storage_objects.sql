-- Twin of supabase/policies/storage_objects.sql: who may reach which file.
begin;
select no_plan();
select tests.world();
select tests.make_user('machine');
select private.add_service_account('machine@example.test', array['product-files', 'personalized-files']);
insert into storage.objects (bucket_id, name)
select 'product-files', f.path from public.product_files as f
union all
select 'personalized-files', c.path from private.personalized_files as c
union all
select 'product-images', concat_ws('/', tests.ref('alpha-shop'), tests.ref('poster'), 'a.png');
select tests.become('owner');
select tests.remember(
  'upload',
  (public.begin_upload(tests.ref('draft'), 'new.pdf', 10, 'application/pdf', repeat('b', 64)) ->> 'file_id')::uuid
);
select set_config(
  'tests.path', (select f.path from public.product_files as f where f.id = tests.ref('upload')), true
);

-- The shop's people.
select is(
  tests.touched('select 1 from storage.objects'), 3::bigint, 'the owner sees the shop''s files and images'
);
select is(
  tests.touched('select 1 from storage.objects where bucket_id = ''personalized-files'''), 0::bigint,
  'but no buyer''s copy'
);
select is(
  tests.outcome('insert into storage.objects (bucket_id, name) values (''product-files'', ''elsewhere/x.pdf'')'),
  '42501', 'nobody uploads where nothing was announced'
);
select is(
  tests.outcome(format(
    'insert into storage.objects (bucket_id, name) values (''personalized-files'', ''%s/x'')', tests.ref('alpha-shop')
  )),
  '42501', 'nor into the buyers'' bucket'
);
select tests.become('seller');
select is(
  tests.outcome(
    'insert into storage.objects (bucket_id, name) values (''product-files'', current_setting(''tests.path''))'
  ),
  '42501', 'another seller does not upload in the owner''s place'
);
select is(
  tests.outcome(format(
    'insert into storage.objects (bucket_id, name) values (''product-images'', ''%s/x.png'')', tests.ref('alpha-shop')
  )),
  '42501', 'nor into another shop''s images'
);
select is_empty('select 1 from storage.objects', 'nor sees anything of the shop');
select is(tests.touched('delete from storage.objects'), 0::bigint, 'nor deletes');
select tests.become('staff');
select is(
  tests.outcome(
    'insert into storage.objects (bucket_id, name) values (''product-files'', current_setting(''tests.path''))'
  ),
  '42501', 'staff does not upload'
);
select is(tests.touched('delete from storage.objects'), 0::bigint, 'nor delete');
select tests.become('manager');
select is(
  tests.outcome(
    'insert into storage.objects (bucket_id, name) values (''product-files'', current_setting(''tests.path''))'
  ),
  'ok', 'a manager uploads what was announced'
);
select is(
  tests.touched('update storage.objects set metadata = ''{}'''), 0::bigint,
  'what is there is not overwritten'
);
select is(
  tests.touched('delete from storage.objects where bucket_id = ''product-files'''), 0::bigint,
  'nor removed: buyers have paid for it'
);
select is(
  tests.outcome(format(
    'insert into storage.objects (bucket_id, name) values (''product-images'', ''%s/b.png'')', tests.ref('alpha-shop')
  )),
  'ok', 'a manager adds images'
);
select is(
  tests.touched('delete from storage.objects where bucket_id = ''product-images'''), 2::bigint,
  'and removes them'
);
select tests.become_role('agora_webhooks');
select private.complete_upload(tests.ref('upload'), repeat('b', 64), 10, 'application/pdf', null);
-- Not even where the first object is out of the way.
select tests.back();
update storage.objects set name = 'elsewhere' where name = current_setting('tests.path');
select tests.become('manager');
select is(
  tests.outcome(
    'insert into storage.objects (bucket_id, name) values (''product-files'', current_setting(''tests.path''))'
  ),
  '42501', 'an upload that is complete admits no second one'
);
select tests.back();
update storage.objects set name = current_setting('tests.path') where name = 'elsewhere';

-- Buyers and visitors.
select tests.become('buyer');
select is_empty('select 1 from storage.objects', 'a buyer sees no object, not even the own copy');
select is(
  tests.outcome('insert into storage.objects (bucket_id, name) values (''personalized-files'', ''x'')'),
  '42501', 'nor writes one'
);
select tests.become_anon();
select is(tests.touched('select 1 from storage.objects'), 0::bigint, 'nor does a visitor');

-- The machine user.
select tests.become('machine');
select is(
  tests.touched('select 1 from storage.objects where bucket_id in (''product-files'', ''personalized-files'')'),
  4::bigint, 'the machine user reaches its buckets'
);
select is(
  tests.outcome('insert into storage.objects (bucket_id, name) values (''personalized-files'', ''x/y'')'),
  'ok', 'writes copies'
);
select is(
  tests.touched('update storage.objects set metadata = ''{}'''), 2::bigint, 'overwrites copies only'
);
select is(
  tests.touched('delete from storage.objects'), 2::bigint, 'removes copies only'
);
select is(
  tests.outcome('insert into storage.objects (bucket_id, name) values (''product-images'', ''x/y'')'),
  '42501', 'and no bucket that it was not given'
);
select * from finish();
rollback;
