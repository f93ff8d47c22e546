-- Twin of supabase/policies/product_options.sql: public while the product is listed; written by RPC.
begin;
select no_plan();
select tests.world();
select tests.become('owner');
insert into public.products (shop_id, slug, title, kind)
values (tests.ref('alpha-shop'), 'shirt', 'Shirt', 'physical'), (tests.ref('alpha-shop'), 'hat', 'Hat', 'physical');
select tests.remember(p.slug, p.id) from public.products as p where p.slug in ('shirt', 'hat');
select public.set_product_options(
  tests.ref(n.name), '[{"name": "Size", "choices": ["S", "M"]}, {"name": "Colour", "choices": ["red"]}]'
)
from unnest(array['shirt', 'hat']) as n (name);
insert into public.product_variants (product_id, price_amount, currency, options)
values (tests.ref('shirt'), 1000, 'eur', '{"Size": "S", "Colour": "red"}');
select public.publish_product(tests.ref('shirt'));
select tests.back();

select is(
  tests.grants('authenticated', 'public.product_options'), 'select', 'what a client may do'
);
select is(tests.grants('anon', 'public.product_options'), 'select', 'anon reads');
select is(tests.grants('service_role', 'public.product_options'), 'select', 'the secret key reads');

select tests.become_anon();
select is(tests.touched('select 1 from public.product_options'), 2::bigint, 'a visitor sees options of listed products');
select tests.become('seller');
select is(tests.touched('select 1 from public.product_options'), 2::bigint, 'another seller sees no more');
select tests.become('staff');
select is(tests.touched('select 1 from public.product_options'), 4::bigint, 'staff sees those of the draft too');
select tests.become('owner');
select throws_ok('update public.product_options set position = 1', '42501', null, 'nobody writes the table');
select throws_ok('delete from public.product_options', '42501', null, 'nor deletes from it');
select throws_ok('insert into public.product_options (product_id) values (gen_random_uuid())', '42501', null, 'nor adds to it');

-- With the product.
select tests.become('owner');
select public.archive_product(tests.ref('shirt'));
select tests.become_anon();
select is_empty('select 1 from public.product_options', 'an archived product takes them off');
select tests.become('owner');
select public.publish_product(tests.ref('shirt'));
select tests.become_anon();
select is(tests.touched('select 1 from public.product_options'), 2::bigint, 'and back on');
select * from finish();
rollback;
