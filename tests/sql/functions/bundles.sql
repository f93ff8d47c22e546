-- Bundles: what they hold, their stock, and what their buyers get.
begin;
select no_plan();
select tests.world();
select tests.become('owner');
insert into public.products (shop_id, slug, title, kind, is_bundle) values (tests.ref('alpha-shop'), 'set', 'The set', 'service', true);
select tests.remember('set', (select p.id from public.products as p where p.slug = 'set'));
insert into public.product_variants (product_id, price_amount, currency) values (tests.ref('set'), 1800, 'eur');
select tests.remember('set/v', (select v.id from public.product_variants as v where v.product_id = tests.ref('set')));
create function pg_temp.hold(p_product text, p_items jsonb)
returns text
language sql
as $$ select tests.outcome(format('select public.set_bundle_items(%L, %L)', tests.ref(p_product), p_items)); $$;
create function pg_temp.item(p_name text, p_quantity integer default 1)
returns jsonb
language sql
as $$ select jsonb_build_object('variant_id', tests.ref(p_name || '/v'), 'quantity', p_quantity); $$;

select is(tests.outcome($$ select public.publish_product(tests.ref('set')) $$), 'bundle_incomplete', 'an empty bundle is not published');
select is(pg_temp.hold('set', o), 'invalid_bundle_items', 'no items: ' || coalesce(o::text, 'null'))
from unnest(array[
  null, '{}', '[]', '[1]', '[{}]', '[{"variant_id": "x"}]', jsonb_build_array(pg_temp.item('ebook', 0)), jsonb_build_array(pg_temp.item('ebook', 100)),
  jsonb_build_array(pg_temp.item('ebook'), pg_temp.item('ebook'))
]::jsonb[]) as o;
select is(pg_temp.hold('poster', jsonb_build_array(pg_temp.item('ebook', 2))), 'product_not_bundle', 'only a bundle holds anything');
select is(pg_temp.hold('set', jsonb_build_array(pg_temp.item('mug', 2))), 'bundle_item_not_usable', 'nothing of another shop');
select is(pg_temp.hold('set', jsonb_build_array(pg_temp.item('set', 2))), 'bundle_item_not_usable', 'nor itself');
select is(pg_temp.hold('mug', jsonb_build_array(pg_temp.item('mug', 2))), 'product_not_found', 'nor into another''s');
select is(pg_temp.hold('set', jsonb_build_array(pg_temp.item('ebook'))), 'ok', 'one piece');
select is(tests.outcome($$ select public.publish_product(tests.ref('set')) $$), 'bundle_incomplete', 'is not a bundle yet');
select is(pg_temp.hold('set', jsonb_build_array(pg_temp.item('ebook'), pg_temp.item('poster', 2), pg_temp.item('draft'))), 'ok', 'three products');
select is((select p.kind from public.products as p where p.id = tests.ref('set')), 'physical', 'something to send makes it physical');
select is(tests.outcome($$ select public.publish_product(tests.ref('set')) $$), 'ok', 'published');
select is(pg_temp.hold('set', jsonb_build_array(pg_temp.item('ebook'))), 'bundle_incomplete', 'and stays whole');
select is(tests.outcome($$ select public.begin_upload(tests.ref('set'), 'a.pdf', 10, 'application/pdf', repeat('b', 64)) $$), 'product_not_digital', 'it has no files of its own');
select is(tests.outcome($$ select public.delete_variant(tests.ref('draft/v')) $$), 'variant_in_use', 'what it holds stays');

-- Stock: 8 posters are left, 2 in each.
select is((select p.is_available from public.products as p where p.id = tests.ref('set')), true, 'available');
select tests.become('stranger');
select public.cart_add(tests.ref('set/v'), 5);
select is(public.cart_summary() ->> 'can_check_out', 'false', 'five sets are ten posters');
select is(tests.outcome($$ select public.begin_checkout('bundle-five') $$), 'out_of_stock', 'which are not there');
update public.cart_items set quantity = 3;
select public.cart_add(tests.ref('poster/v'), 3);
select is(tests.outcome($$ select public.begin_checkout('bundle-nine') $$), 'out_of_stock', 'three sets and three posters are nine');
select is(tests.touched(format('update public.cart_items set quantity = 2 where variant_id = %L', tests.ref('poster/v'))), 1::bigint, 'but eight');
select tests.check_out('stranger', 'bundled');
select tests.back();
select results_eq($$ select reserved, available from public.product_variants where id = tests.ref('poster/v') $$, $$ values (8, 0) $$, 'are all that is left');
select is((select p.is_available from public.products as p where p.id = tests.ref('set')), false, 'and the bundle is sold out with them');
-- What is ordered is what was shown then.
select tests.become('owner');
select is(pg_temp.hold('set', jsonb_build_array(pg_temp.item('ebook'), pg_temp.item('poster'))), 'ok', 'the bundle changes');
select tests.expire('bundled');
select is((select v.available from public.product_variants as v where v.id = tests.ref('poster/v')), 8, 'expired: given back');
select is((select p.is_available from public.products as p where p.id = tests.ref('set')), true, 'and available');
select tests.pay('bundled');
select tests.back();
select results_eq($$ select stock, reserved from public.product_variants where id = tests.ref('poster/v') $$, $$ values (0, 0) $$, 'paid late: sold');
select set_eq(
  $$ select product_id from public.download_grants where order_id = tests.ref('bundled') $$,
  $$ values (tests.ref('ebook')), (tests.ref('draft')) $$, 'a grant for each file product it held'
);
select is((select count(*) from private.personalized_files as c inner join public.order_items as i on i.id = c.order_item_id where i.order_id = tests.ref('bundled')), 2::bigint, 'and a copy of each file');
select is((select p.sales_count from public.products as p where p.id = tests.ref('set')), 3::bigint, 'three were sold');
select tests.become('stranger');
select set_eq(
  $$ select file_name from public.list_my_downloads() $$, array['ebook.pdf', 'draft.pdf'], 'both are in the library'
);
select tests.remember('item', (select i.id from public.order_items as i where i.order_id = tests.ref('bundled') and i.product_id = tests.ref('set')));
select is(public.issue_download_token(tests.ref('item'), tests.ref('draft/f')) ->> 'file_id', tests.ref('draft/f')::text, 'one');
select is(public.issue_download_token(tests.ref('item'), tests.ref('ebook/f')) ->> 'file_id', tests.ref('ebook/f')::text, 'the other');
select is(tests.outcome($$ select public.issue_download_token(tests.ref('item'), gen_random_uuid()) $$), 'file_not_found', 'nothing else');

-- Owned already: a bundle of files only.
select tests.back();
select tests.make_bundle('owner', 'alpha-shop', 'files', 900, array['ebook', 'draft']);
select is((select p.kind from public.products as p where p.id = tests.ref('files')), 'digital', 'files only make it digital');
select tests.empty_cart('stranger');
select tests.add_to_cart('stranger', 'files');
select tests.check_out('stranger', 'files1');
select tests.pay('files1');
select tests.add_to_cart('stranger', 'files');
select tests.become('stranger');
select is(tests.outcome($$ select public.begin_checkout('files-again') $$), 'already_owned', 'not twice');
select * from finish();
rollback;
