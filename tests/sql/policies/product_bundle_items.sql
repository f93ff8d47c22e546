-- Twin of supabase/policies/product_bundle_items.sql: public while the product is listed; written by RPC.
begin;
select no_plan();
select tests.world();
select tests.make_bundle('owner', 'alpha-shop', 'set', 1500, array['ebook', 'poster']);
select tests.make_bundle('owner', 'alpha-shop', 'hidden', 1500, array['ebook', 'poster'], false);

select is(
  tests.grants('authenticated', 'public.product_bundle_items'), 'select', 'what a client may do'
);
select is(tests.grants('anon', 'public.product_bundle_items'), 'select', 'anon reads');
select is(tests.grants('service_role', 'public.product_bundle_items'), 'select', 'the secret key reads');

select tests.become_anon();
select is(tests.touched('select 1 from public.product_bundle_items'), 2::bigint, 'a visitor sees what is in bundles of listed products');
select tests.become('seller');
select is(tests.touched('select 1 from public.product_bundle_items'), 2::bigint, 'another seller sees no more');
select tests.become('staff');
select is(tests.touched('select 1 from public.product_bundle_items'), 4::bigint, 'staff sees those of the draft too');
select tests.become('owner');
select throws_ok('update public.product_bundle_items set position = 1', '42501', null, 'nobody writes the table');
select throws_ok('delete from public.product_bundle_items', '42501', null, 'nor deletes from it');
select throws_ok('insert into public.product_bundle_items (product_id) values (gen_random_uuid())', '42501', null, 'nor adds to it');

-- With the product.
select tests.become('owner');
select public.archive_product(tests.ref('set'));
select tests.become_anon();
select is_empty('select 1 from public.product_bundle_items', 'an archived product takes them off');
select tests.become('owner');
select public.publish_product(tests.ref('set'));
select tests.become_anon();
select is(tests.touched('select 1 from public.product_bundle_items'), 2::bigint, 'and back on');
select * from finish();
rollback;
