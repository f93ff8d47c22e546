-- Publishing, archiving, and is_listed from both sides.
begin;
select no_plan();
select tests.world();

select tests.become('owner');
insert into public.products (shop_id, slug, title, kind)
values (tests.ref('alpha-shop'), 'empty', 'Empty', 'digital');
select tests.remember('empty', (select p.id from public.products as p where p.slug = 'empty'));
select is(tests.outcome($$ select public.publish_product(tests.ref('empty')) $$), 'product_has_no_variant', 'a price is needed');
insert into public.product_variants (product_id, price_amount, currency) values (tests.ref('empty'), 1, 'eur');
select is(tests.outcome($$ select public.publish_product(tests.ref('empty')) $$), 'product_has_no_file', 'and a file');
select public.begin_upload(tests.ref('empty'), 'a.pdf', 10, 'application/pdf', repeat('b', 64)) ->> 'bucket';
select is(tests.outcome($$ select public.publish_product(tests.ref('empty')) $$), 'product_has_no_file', 'that has passed its checks');
select is(tests.outcome($$ select public.publish_product(tests.ref('mug')) $$), 'product_not_found', 'not another''s');
select is(tests.outcome($$ select public.archive_product(tests.ref('mug')) $$), 'product_not_found', 'nor to archive');
select tests.become('staff');
select is(tests.outcome($$ select public.publish_product(tests.ref('draft')) $$), 'product_not_found', 'staff does not publish');
select tests.become('manager');
select is(public.publish_product(tests.ref('draft')) ->> 'status', 'active', 'a manager does');
select is(public.publish_product(tests.ref('draft')) ->> 'status', 'active', 'again is fine');
select is(public.publish_product(tests.ref('draft')) ->> 'is_listed', 'true', 'it is listed');
select tests.become_anon();
select is(tests.touched($$ select 1 from public.product_variants where id = tests.ref('draft/v') $$), 1::bigint, 'with its variant');
select tests.become('owner');
select is(public.archive_product(tests.ref('draft')) ->> 'is_listed', 'false', 'archived is unlisted');
select tests.become_anon();
select is(tests.touched($$ select 1 from public.product_variants where id = tests.ref('draft/v') $$), 0::bigint, 'with its variant');
select tests.become('owner');
select is(public.publish_product(tests.ref('draft')) ->> 'status', 'active', 'and can come back');

-- From the shop's side.
select tests.back();
update public.shops set status = 'suspended' where id = tests.ref('alpha-shop');
select tests.become_anon();
select results_eq('select slug from public.products', array['mug'], 'a suspended shop takes its products off');
select is(tests.touched('select 1 from public.product_variants'), 1::bigint, 'with their variants');
select tests.become('owner');
select is(tests.outcome($$ select public.publish_product(tests.ref('poster')) $$), 'shop_not_active', 'nothing is published there');
select tests.back();
update public.shops set status = 'active' where id = tests.ref('alpha-shop');
select tests.become_anon();
select results_eq('select slug from public.products order by 1', array['draft', 'ebook', 'mug', 'poster'], 'and back on');

select tests.become_role('postgres');
select is(private.slugify('  Ünïcode & Ärger: 100% ', 60), 'n-code-rger-100', 'slugs are ASCII');
select is(private.slugify('日本', 60), '', 'and may come out empty');
select is(private.slugify('abc def', 4), 'abc', 'cut without a hyphen at the end');

select * from finish();
rollback;
