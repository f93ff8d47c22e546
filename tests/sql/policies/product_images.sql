-- Twin of supabase/policies/product_images.sql: public while listed; managers arrange them.
begin;
select no_plan();
select tests.world();
select is(
  tests.grants('authenticated', 'public.product_images'),
  'delete insert(alt,path,position,product_id) select update(alt,position)',
  'what a client may write'
);
select is(tests.grants('anon', 'public.product_images'), 'select', 'anon reads');
select is(tests.grants('service_role', 'public.product_images'), 'select', 'the secret key reads');

select tests.become('manager');
select lives_ok(
  format(
    'insert into public.product_images (product_id, path) values (%1$L, ''%2$s/%1$s/a.png''), '
    '(%3$L, ''%2$s/%3$s/b.png'')',
    tests.ref('poster'), tests.ref('alpha-shop'), tests.ref('draft')
  ),
  'a manager adds images'
);
select throws_ok(
  format(
    'insert into public.product_images (product_id, path) values (%1$L, ''%2$s/%1$s/c.png'')',
    tests.ref('poster'), tests.ref('beta-shop')
  ),
  '42501', null, 'only in the folder of the shop'
);
select throws_ok(
  format(
    'insert into public.product_images (product_id, path) values (%1$L, ''%2$s/%3$s/c.png'')',
    tests.ref('poster'), tests.ref('alpha-shop'), tests.ref('ebook')
  ),
  '42501', null, 'and of the product'
);
select throws_ok(
  'update public.product_images set is_listed = true', '42501', null, 'is_listed follows the product'
);
select throws_ok(
  'update public.product_images set path = ''x''', '42501', null, 'the path stays'
);
select tests.become_anon();
select results_eq(
  'select product_id from public.product_images', array[tests.ref('poster')],
  'visitors see images of listed products'
);
select tests.become('seller');
select is(
  tests.touched('select 1 from public.product_images'), 1::bigint, 'and so does another seller'
);
select throws_ok(
  format(
    'insert into public.product_images (product_id, path) values (%1$L, ''%2$s/%1$s/d.png'')',
    tests.ref('poster'), tests.ref('alpha-shop')
  ),
  '42501', null, 'who adds none'
);
select is(
  tests.touched('update public.product_images set alt = ''mine'''), 0::bigint, 'edits none'
);
select is(tests.touched('delete from public.product_images'), 0::bigint, 'and removes none');
select tests.become('staff');
select is(
  tests.touched('select 1 from public.product_images'), 2::bigint, 'staff sees those of the draft'
);
select is(tests.touched('delete from public.product_images'), 0::bigint, 'but removes none');
select tests.become('owner');
select results_eq(
  'select alt from public.product_images', array['', ''], 'the denied edits changed nothing'
);
select is(
  tests.touched('update public.product_images set alt = ''A poster'''), 2::bigint, 'the owner edits'
);
select is(tests.touched('delete from public.product_images'), 2::bigint, 'and removes');
select * from finish();
rollback;
