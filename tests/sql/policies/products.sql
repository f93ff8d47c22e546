-- Twin of supabase/policies/products.sql: public while listed; managers write texts, nothing else.
begin;
select no_plan();
select tests.world();
select is(
  tests.grants('authenticated', 'public.products'),
  'insert(category_id,countries,description,is_bundle,kind,shop_id,slug,title) select '
  'update(category_id,countries,description,slug,title)',
  'what a client may write'
);
select is(tests.grants('anon', 'public.products'), 'select', 'anon reads');
select is(tests.grants('service_role', 'public.products'), 'select', 'the secret key reads');

select tests.become_anon();
select results_eq(
  'select slug from public.products order by slug', array['ebook', 'mug', 'poster'],
  'a visitor sees listed products only'
);
select tests.become('stranger');
select is_empty('select 1 from public.products where slug = ''draft''', 'a stranger sees no draft');
select tests.become('seller');
select is_empty('select 1 from public.products where slug = ''draft''', 'nor another seller');
select throws_ok(
  format(
    'insert into public.products (shop_id, title, kind) values (%L, ''Intruder'', ''physical'')',
    tests.ref('alpha-shop')
  ),
  '42501', null, 'nobody adds to another''s shop'
);
select is(
  tests.touched(format(
    'update public.products set title = ''Mine'' where shop_id = %L', tests.ref('alpha-shop')
  )),
  0::bigint, 'nor edits there'
);
select tests.become('staff');
select is(
  tests.touched('select 1 from public.products where slug = ''draft'''), 1::bigint,
  'staff sees the draft'
);
select is(
  tests.touched('update public.products set title = ''Mine'''), 0::bigint, 'but edits nothing'
);
select throws_ok(
  format(
    'insert into public.products (shop_id, title, kind) values (%L, ''Staff pick'', ''physical'')',
    tests.ref('alpha-shop')
  ),
  '42501', null, 'nor adds'
);
select tests.become('manager');
select lives_ok(
  format(
    'insert into public.products (shop_id, title, kind) values (%L, ''Übung: one'', ''physical'')',
    tests.ref('alpha-shop')
  ),
  'a manager adds'
);
select results_eq(
  'select status::text, is_listed, slug ~ ''^bung-one-[0-9a-f]{6}$'' from public.products '
  'where title = ''Übung: one''',
  $$ values ('draft', false, true) $$, 'as an unlisted draft with a slug of its title'
);
select is(
  tests.touched('update public.products set description = ''Better'' where slug = ''draft'''),
  1::bigint, 'and edits'
);
select throws_ok(
  'update public.products set status = ''active''', '42501', null, 'not the status'
);
select throws_ok('update public.products set is_listed = true', '42501', null, 'not is_listed');
select throws_ok(
  format('update public.products set shop_id = %L', tests.ref('beta-shop')), '42501', null,
  'not the shop'
);
select throws_ok('update public.products set kind = ''digital''', '42501', null, 'not the kind');
select throws_ok(
  format(
    'insert into public.products (shop_id, title, kind, status) values (%L, ''Loud'', ''physical'', ''active'')',
    tests.ref('alpha-shop')
  ),
  '42501', null, 'no status on insert either'
);
select throws_ok(
  format(
    'insert into public.products (shop_id, title, kind, is_listed) values (%L, ''Loud'', ''physical'', true)',
    tests.ref('alpha-shop')
  ),
  '42501', null, 'nor is_listed'
);
select throws_ok(
  format(
    'insert into public.products (shop_id, slug, title, kind) values (%L, ''ebook'', ''Loud'', ''physical'') '
    'on conflict (shop_id, slug) do update set is_listed = true',
    tests.ref('alpha-shop')
  ),
  '42501', null, 'nor by an upsert'
);
select throws_ok('delete from public.products', '42501', null, 'nobody deletes');
select results_eq(
  'select title from public.products where slug = ''ebook''', array['Title of ebook'],
  'the denied edits changed nothing'
);
select * from finish();
rollback;
