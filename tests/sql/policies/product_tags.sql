-- Twin of supabase/policies/product_tags.sql: public while the product is listed; managers write.
begin;
select no_plan();
select tests.world();
select tests.become('manager');
insert into public.product_tags (product_id, tag)
values (tests.ref('poster'), 'Wall Art'), (tests.ref('poster'), 'paper'),
(tests.ref('draft'), 'secret'), (tests.ref('draft'), 'later');
select tests.back();

select is(
  tests.grants('authenticated', 'public.product_tags'), 'delete insert(product_id,tag) select', 'what a client may do'
);
select is(tests.grants('anon', 'public.product_tags'), 'select', 'anon reads');
select is(tests.grants('service_role', 'public.product_tags'), 'select', 'the secret key reads');

select tests.become_anon();
select is(tests.touched('select 1 from public.product_tags'), 2::bigint, 'a visitor sees tags of listed products');
select tests.become('seller');
select is(tests.touched('select 1 from public.product_tags'), 2::bigint, 'another seller sees no more');
select tests.become('staff');
select is(tests.touched('select 1 from public.product_tags'), 4::bigint, 'staff sees those of the draft too');
select throws_ok(
  format('insert into public.product_tags (product_id, tag) values (%L, ''staff-pick'')', tests.ref('poster')),
  '42501', null, 'staff adds none'
);
select is(tests.touched('delete from public.product_tags'), 0::bigint, 'nor removes any');
select tests.become('seller');
select throws_ok(
  format('insert into public.product_tags (product_id, tag) values (%L, ''planted'')', tests.ref('poster')),
  '42501', null, 'another seller adds none'
);
select is(tests.touched('delete from public.product_tags'), 0::bigint, 'nor removes any');
select throws_ok(
  format(
    'insert into public.product_tags (product_id, tag, is_listed) values (%L, ''loud'', true)', tests.ref('poster')
  ),
  '42501', null, 'is_listed is nobody''s to write'
);
select tests.become('manager');
select throws_ok('update public.product_tags set tag = ''x''', '42501', null, 'a tag is removed and added, not changed');
select lives_ok(
  format('insert into public.product_tags (product_id, tag) values (%L, ''for-a-day'')', tests.ref('poster')),
  'a manager adds'
);
select is(
  tests.touched('delete from public.product_tags where tag = ''for-a-day'''), 1::bigint, 'and removes'
);

-- With the product.
select tests.become('owner');
select public.archive_product(tests.ref('poster'));
select tests.become_anon();
select is_empty('select 1 from public.product_tags', 'an archived product takes them off');
select tests.become('owner');
select public.publish_product(tests.ref('poster'));
select tests.become_anon();
select is(tests.touched('select 1 from public.product_tags'), 2::bigint, 'and back on');
select * from finish();
rollback;
